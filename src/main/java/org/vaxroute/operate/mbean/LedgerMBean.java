package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;

/** The ledger itself: whether it answers, whether it adds up, and who did what. */
@Description("The ledger: whether it answers, whether everything adds up, and who did what")
public interface LedgerMBean {
    @Description("Whether the database answers at this moment")
    boolean isAnswering();

    @Description("Adds up every source against the ledger; reads every record once, seconds for a million")
    Map<String, Object> audit();

    @Description("What people and VaxRoute itself did last, newest first")
    List<Map<String, Object>> trail(@Description("How many at most") int limit);

    @Description("The latest files that came from EHRs, newest first")
    List<Map<String, Object>> arrivals(@Description("How many at most") int limit);
}
