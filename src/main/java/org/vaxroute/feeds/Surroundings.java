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

    /** Whether the settings have a source of that id at this connection. */
    boolean hasSource(String connection, String source);

    /** Whether a dose of this vaccine, given on that day, counts as given for a declared disaster. */
    boolean disasterProduct(String connection, String cvx, LocalDate given);

    /** Certificates that belong to the whole installation. */
    List<DueDates.Ending> endings();

    /**
     * Raises alarms of files in a drop folder that nobody will read, and ends them, as those of files that were not taken and of submission
     * files that are not to be sent any more, when somebody has seen to them. Ends those of MLLP connections after a day.
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
