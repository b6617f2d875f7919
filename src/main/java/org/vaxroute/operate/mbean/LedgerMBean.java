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

    @Description("What was done, newest first, for a review of who did what")
    List<Map<String, Object>> review(
            @Description("Only by this name; empty for anybody") String who,
            @Description("Only on what begins so, such as record: or record:4711; empty for all") String subject,
            @Description("Only of the last so many days; 0 for ever") int days,
            @Description("Only entries of a smaller id; 0 for the newest") long before,
            @Description("How many at most") int limit);

    @Description("The latest files that came from EHRs, newest first")
    List<Map<String, Object>> arrivals(@Description("How many at most") int limit);
}
