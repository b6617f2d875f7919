package org.vaxroute.operate.mbean;

/** How much a source has handed over for a feed. */
@Description("A source: how much it has handed over since the beginning, by what became of it when it was stored")
public interface SourceMBean {
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
}
