package org.vaxroute.feeds;

import java.util.List;

/** Takes down the notices that a step of the gate makes us owe to the registry or the EHR vendor, in the transaction of that step. */
@FunctionalInterface
public interface Owed {
    /** No notices are sent, for tests and tools. */
    Owed NOTHING = (connection, notice, occasion, files) -> {};

    /** An occasion that a connection has once. */
    String ONCE = "once";

    /**
     * Owes a notice, unless it was owed for this occasion before.
     *
     * @param occasion what it is owed for
     * @param files names of the files that the notice speaks of
     */
    void notice(String connection, Kind notice, String occasion, List<String> files);

    /** Which notice. */
    enum Kind {
        /** To the registry: please review these test files. */
        REVIEW_REQUEST,
        /** To the registry: the first production file has left. */
        FIRST_PRODUCTION_FILE,
        /** To the EHR vendor: records go to the registry's production from now on. */
        GO_LIVE,
        /** To the EHR vendor: can it give history, and how far back? */
        HISTORY_QUESTIONS
    }
}
