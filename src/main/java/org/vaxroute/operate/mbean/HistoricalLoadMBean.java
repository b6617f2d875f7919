package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;

/** The historical load of a connection; what reads its sources whole is a job. */
@Description(
        "A connection's historical load: planned, started once, paused, resumed, ended with a report that balances")
public interface HistoricalLoadMBean {
    @Description("NONE, PLANNED, RUNNING, PAUSED, DONE or WAIVED")
    String getState();

    @Description("How it goes and what comes next, line by line")
    List<String> getStatus();

    @Description("Its plans, newest first, with their figures; no patient data")
    List<Map<String, Object>> getPlans();

    @Action
    @Description("Counts what a load would read, by year and site, and keeps the plan; stores and sends nothing of it."
            + " Gives the id of the job that does so")
    long plan();

    @Action
    @Description("As plan, for some of the connection's sites only")
    long planSites(@Description("Ids of the sites, separated by commas") String sites);

    @Action
    @Description("Starts a plan; needs LIVE and the registry's agreement")
    String start(@Description("Id of the plan") long plan);

    @Action
    @Description("Stops reading and sending history")
    String pause(@Description("Reason, for the trail") String why);

    @Action
    @Description("Goes on after a pause")
    String resume(@Description("Reason, for the trail") String why);

    @Action
    @Description(
            "Asks the sources again and balances them against ledger and files; reads them whole. Gives the id of the job"
                    + " that does so; its first line is \"balances\" or \"DOES NOT BALANCE\"")
    long report();

    @Action
    @Description("Decides that no history is sent")
    String waive(@Description("Reason, for the trail") String why);

    @Action
    @Description("Opens the load that had ended or was waived last")
    String reopen(@Description("Reason, for the trail") String why);

    @Action
    @Description("As reopen, for a load that another one, of other sites, came after")
    String reopenPlan(@Description("Id of its plan") long plan, @Description("Reason, for the trail") String why);
}
