package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;

/** Operations that take their time. */
@Description("Long operations: each is begun by one call, which is given the job's id, and goes on by itself")
public interface JobsMBean {
    @Description("The latest jobs, newest first, with how far they are or what came of them")
    List<Map<String, Object>> getJobs();

    @Description("One job: its state is RUNNING, DONE, STOPPED or FAILED")
    Map<String, Object> job(@Description("Id of the job, as the operation that began it gave it") long id);

    @Action
    @Description("Stops a job; what it has done to held records stays done")
    String stop(@Description("Id of the job") long id);
}
