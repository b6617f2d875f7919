package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;

/** Operations that take their time. */
@Description("Long operations: each is begun by one call, which is given the job's id, and goes on by itself")
public interface JobsMBean {
    @Description("The latest jobs of this process, newest first, with how far they are or what came of them")
    List<Map<String, Object>> getJobs();

    @Description("One job: its state is RUNNING, DONE or FAILED")
    Map<String, Object> job(@Description("Id of the job, as the operation that began it gave it") String id);
}
