package org.vaxroute.operate.mbean;

/** How much a source has handed over for a feed, and whether it is taken from. */
@Description("A source: how much it has handed over since the beginning, by what became of it when it was stored")
public interface SourceMBean {
    @Description("file, jdbc, mllp, kafka or made-up")
    String getKind();

    @Description("The feed that its records go to: test, historical or ongoing")
    String getFeed();

    @Description("New records an hour, over the last hour; -1 before anything can be said")
    long getPerHour();

    @Description("Every record of every committed chunk, repeated ones too")
    long getRead();

    @Description("Records that had been stored before")
    long getRepeated();

    @Description("Stored as ready to be sent")
    long getReady();

    @Description("Stored as held for a named reason")
    long getHeld();

    @Description("Left out because the same content had been stored before")
    long getDuplicates();

    @Description("Left out by a step of a route, each with a reason")
    long getDropped();

    @Description("When the last chunk was stored (UTC); empty before the first")
    String getLastRecord();

    @Description("Who paused it, since when and why; empty while it is not paused")
    String getPaused();

    @Description("Since when a due query waits, and what for; empty while it does not wait")
    String getWaits();

    @Action
    @Description(
            "Stops taking from this source: files stay in their folder, a query is not run, MLLP messages are answered"
                    + " AE so that their sender keeps them, Kafka records wait in their topic")
    String pause(@Description("Why; name no patient") String why);

    @Action
    @Description("Goes on with this source, from where it was")
    String resume(@Description("Why it may go on; name no patient") String why);
}
