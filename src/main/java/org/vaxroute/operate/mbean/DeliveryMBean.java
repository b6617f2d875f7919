package org.vaxroute.operate.mbean;

/** What leaves for the registry with the account of one connection. */
@Description("Delivery with a connection's account: what waits to leave, when it is tried next, what went wrong last")
public interface DeliveryMBean {
    @Description("How files reach the registry: sftp, ftps, or folder (a person uploads them)")
    String getKind();

    @Description("The registry's server with its port; empty for a folder")
    String getServer();

    @Description("Who paused it, since when and why; empty while it is not paused")
    String getPaused();

    @Description("Files that are built and have not left")
    int getWaiting();

    @Description("When the first of them is tried again (UTC); empty when nothing stands in its way or none waits")
    String getNextAttempt();

    @Description("What went wrong with the first of them last; empty when nothing did")
    String getLastError();

    @Description("When the last file left (UTC); empty before the first")
    String getLastSent();

    @Action
    @Description("Stops sending with this account, for as long as it takes; a file that is being sent is finished,"
            + " answers are fetched all the same")
    String pause(@Description("Why; name no patient") String why);

    @Action
    @Description("Goes on with sending")
    String resume(@Description("Why it may go on; name no patient") String why);
}
