package org.vaxroute.feeds;

import java.util.List;
import java.util.function.Consumer;
import org.vaxroute.ledger.Chunk;

/** Reads sources of history without storing anything. */
public interface HistorySurvey {
    /**
     * A source of history.
     *
     * @param query whether it is a query; otherwise files
     * @param ongoing the ongoing query of the same database; null when there is none
     * @param ongoingStart where that one is set to begin; null when it is left to begin with the first row
     */
    record Source(String id, boolean query, String ongoing, String ongoingStart) {}

    /**
     * What a reading came upon besides records.
     *
     * @param newest mark of the last rows; null for files, and where there was no row
     * @param faults files that may not be taken, each with the reason
     */
    record Outcome(String newest, List<String> faults) {}

    /** The sources of history of a connection. */
    List<Source> sources(String connection);

    /** Gives every record as it would be stored, transformed and checked. */
    Outcome plan(String connection, String source, String cutOff, Consumer<Chunk> each);

    /** Gives every record again: a query's as the EHR has it now, files from where they lie when stored. */
    Outcome again(String connection, String source, String cutOff, Consumer<Chunk> each);

    /** Files of a source that wait in its drop folder to be read. */
    int filesWaiting(String source);

    /** Files in the drop folder of a source that nobody will read: how many, where, why and what to do, a line each. */
    List<String> filesUnread(String source);
}
