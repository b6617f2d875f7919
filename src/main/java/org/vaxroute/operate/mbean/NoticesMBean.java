package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;

/** What is owed to the registry, the EHR vendor and the operators to read. */
@Description("Notices to the registry and the EHR vendor, and mail about alarms; no patient data")
public interface NoticesMBean {
    @Description("What was not sent yet, oldest first, each with what to do")
    List<Map<String, Object>> getOwed();

    @Description("The latest notices, newest first")
    List<Map<String, Object>> list(@Description("How many at most") int limit);

    @Description("The whole text of a notice, as a mail")
    String show(@Description("Id of the notice") long id);

    @Action
    @Description("Says that a person sent a notice, or that it is not to be sent")
    String sent(@Description("Id of the notice") long id, @Description("How and when, or why not") String why);

    @Action
    @Description("Sends a draft by mail after all, once a mail server is set")
    String send(@Description("Id of the notice") long id);
}
