package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;

/** Records that are kept back. */
@Description("Records kept back for a named reason, until a person, a recheck or a corrected record settles them")
public interface HeldMBean {
    @Description("How many each rule holds, by connection and source, with the oldest, and what the rule says")
    List<Map<String, Object>> getCounts();

    @Description("Held records by rising id; no patient data")
    List<Map<String, Object>> list(
            @Description("Only this connection; empty for all") String connection,
            @Description("Only this source; empty for all") String source,
            @Description("Only held by this rule, or by all that begin so when it ends with *; empty for all")
                    String rule,
            @Description("Only ids above this; 0 to begin") long after,
            @Description("How many at most") int limit);

    @Description(
            "How many records and patients each rule holds at each site, for the clinic's work list; no patient data")
    List<Map<String, Object>> bySite(
            @Description("Only this connection; empty for all") String connection,
            @Description("Only this source; empty for all") String source,
            @Description("Only held by this rule, or by all that begin so when it ends with *; empty for all")
                    String rule);

    @Description("What is missing for consent, by site and rule; no patient data")
    List<Map<String, Object>> consent();

    @Action
    @Description("Lets a held record go as it is; doses of which a newer record speaks stay behind")
    String release(@Description("Id of the record") long id, @Description("Why; name no patient") String why);

    @Action
    @Description("Leaves a held record out for good")
    String drop(@Description("Id of the record") long id, @Description("Why; name no patient") String why);

    @Action
    @Description("Judges a held record again, from the text as received, by transforms and rules as they are now")
    String recheck(@Description("Id of the record") long id, @Description("Why; may be empty") String why);

    @Action
    @Description(
            "Remembers that the patient of a record is real, and judges the record again; rules about test patients hold"
                    + " none of this patient's records any more")
    String realPerson(
            @Description("Id of the record") long id, @Description("How it is known; name no patient") String why);

    @Action
    @Description("Begins a job on everything of these that is held now; gives the id of the job, which type=Jobs shows")
    long begin(
            @Description("recheck, release or drop") String what,
            @Description("Only this connection; empty for all") String connection,
            @Description("Only this source; empty for all") String source,
            @Description("Only held by this rule, or by all that begin so when it ends with *; empty for all")
                    String rule,
            @Description("Why; name no patient; a recheck needs none") String why);
}
