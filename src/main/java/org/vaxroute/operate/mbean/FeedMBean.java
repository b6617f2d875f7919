package org.vaxroute.operate.mbean;

/** One feed of a connection: what waits, when it ran and when it runs. */
@Description("A feed: what waits to be sent, when it last ran and when it runs next")
public interface FeedMBean {
    @Description("Records that are ready and in no file yet")
    long getBacklog();

    @Description("When the oldest of them was stored (UTC); empty when none waits")
    String getOldestWaiting();

    @Description(
            "Day of the oldest dose that the registry does not have yet, up to a minute ago; empty when none waits and for"
                    + " other feeds than the ongoing one")
    String getOldestUnsentDose();

    @Description("When the last run was due (UTC)")
    String getLastRun();

    @Description("What the last run came to")
    String getLastOutcome();

    @Description("When the next run is due (UTC); empty for a feed without a schedule")
    String getNextRun();

    @Description("Whether the gate lets this feed send, and if not, what is missing")
    String getPermission();

    @Description("Who paused it, since when and why; empty while it is not paused")
    String getPaused();

    @Action
    @Description("Makes the ongoing feed due at once")
    String runNow();

    @Action
    @Description(
            "Stops this feed: no file of it is decided, and none that is decided leaves; history has a pause of its own")
    String pause(@Description("Why; name no patient") String why);

    @Action
    @Description("Goes on with this feed")
    String resume(@Description("Why it may go on; name no patient") String why);
}
