package org.vaxroute.feeds;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;

/** What the due watch goes by and the ledger does not know. */
public interface Surroundings {
    /** Agreements of a connection's sites with its registry. */
    List<DueDates.Agreement> agreements(String connection);

    /** Certificates and passwords of a connection whose end is known. */
    List<DueDates.Ending> endings(String connection);

    /** Whether a dose of this vaccine, given on that day, counts as given for a declared disaster. */
    boolean disasterProduct(String connection, String cvx, LocalDate given);

    /** Certificates that belong to the whole installation. */
    List<DueDates.Ending> endings();

    /**
     * Raises alarms of files in a drop folder that nobody will read, and ends them, as those of files that were not taken, when such files
     * lie there no more, because somebody has seen to them.
     */
    void lookAtFiles();

    /** Code tables that must be kept up to date. */
    List<DueDates.CodesOf> codes();

    /** After how long the watch speaks up on what belongs to the whole installation. */
    House house();

    /**
     * After how long the watch speaks up on what belongs to the whole installation.
     *
     * @param certificateWarning how long before the end of a certificate the warning comes
     * @param codesAtMost how old a code table may be
     */
    record House(Duration certificateWarning, Duration codesAtMost) {}
}
