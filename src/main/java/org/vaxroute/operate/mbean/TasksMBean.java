package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;

/** What the registry complains of and a person must see to. */
@Description(
        "Tasks: what the registry complained of, one for each patient and cause; closed when it accepts the corrected record")
public interface TasksMBean {
    @Description("How many tasks wait for a person")
    long getOpen();

    @Description("Open tasks by age in days: up to 7, up to 30, older")
    Map<String, Long> getAgeing();

    @Description("How many tasks each code makes, by connection, state and class, with its meaning and the oldest")
    List<Map<String, Object>> getCounts();

    @Description("Tasks by rising id, which is the order in which they came up; no patient data")
    List<Map<String, Object>> list(
            @Description("Only this connection; empty for all") String connection,
            @Description("Only OPEN, ASLEEP, FILED or CLOSED; empty for all that are not closed; all for all")
                    String state,
            @Description("Only of this class: mend, wait, benign, not-actionable or review; empty for all") String kind,
            @Description("Only of this code; empty for all") String code,
            @Description("Only of this site; empty for all") String site,
            @Description("Only of this person; nobody for those of nobody; empty for all") String assignee,
            @Description("Only ids above this; 0 to begin") long after,
            @Description("How many at most") int limit);

    @Description("One task with its doses, what to do about it, and what people did; no patient data")
    Map<String, Object> show(@Description("Id of the task") long id);

    @Action
    @Description("Gives a task to somebody")
    String assign(
            @Description("Id of the task") long id, @Description("Who sees to it; empty to give it back") String to);

    @Action
    @Description("Writes a comment to a task, on the trail")
    String comment(@Description("Id of the task") long id, @Description("The comment; name no patient") String text);

    @Action
    @Description("Closes a task by a person's word; otherwise it closes when the registry accepts the corrected record")
    String close(@Description("Id of the task") long id, @Description("Why; name no patient") String why);

    @Action
    @Description("Opens a task that is closed, asleep or filed")
    String reopen(@Description("Id of the task") long id, @Description("Why; name no patient") String why);
}
