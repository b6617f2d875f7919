package org.vaxroute.feeds;

import java.util.List;

/** Takes down the notices that a step of the gate makes us owe to the registry or the EHR vendor. */
@FunctionalInterface
public interface Owed {
    /** No notices are sent, for tests and tools. */
    Owed NOTHING = (connection, notice, files) -> {};

    /**
     * @param files names of the files that the notice speaks of
     */
    void notice(String connection, Notice notice, List<String> files);

    /** Which notice. */
    enum Notice {
        REVIEW_REQUEST,
        FIRST_PRODUCTION_FILE,
        GO_LIVE
    }
}
