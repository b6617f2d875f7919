package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;

/** Records that are kept back. */
@Description("Records kept back for a named reason, until a person, a recheck or a corrected record settles them")
public interface HeldMBean {
    @Description("How many each rule holds, by connection and source, with the oldest")
    List<Map<String, Object>> getCounts();

    @Description("Held records by rising id; no patient data")
    List<Map<String, Object>> list(
            @Description("Only this connection; empty for all") String connection,
            @Description("Only this source; empty for all") String source,
            @Description("Only held by this rule; empty for all") String rule,
            @Description("Only ids above this; 0 to begin") long after,
            @Description("How many at most") int limit);

    @Action
    @Description("Lets a held record go as it is")
    String release(@Description("Id of the record") long id, @Description("Why; name no patient") String why);

    @Action
    @Description("Leaves a held record out for good")
    String drop(@Description("Id of the record") long id, @Description("Why; name no patient") String why);
}
