package org.vaxroute.submit;

import java.util.Set;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.Ledger;

/** Ends alarms of submission files that wait for nothing any more, such as those that were withdrawn or of which a person said that they arrived. */
public final class FileAlarms {
    /** Raised while a file cannot be built because its bytes and the ledger do not agree. */
    static final String MISMATCH = "file-mismatch";

    /** What the subject of a file's alarm begins with; its name follows. */
    static final String FILE = "file:";

    private static final Set<String> KINDS = Set.of(MISMATCH, Outbox.FILE_STUCK);

    private final Ledger ledger;

    public FileAlarms(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Ends what does not stand any more. */
    public void end() {
        ledger.alarms().open().stream()
                .filter(alarm -> KINDS.contains(alarm.kind())
                        && ledger.submissionFiles().named(alarm.subject().substring(FILE.length())).stream()
                                .noneMatch(file -> FileState.NOT_AWAY.contains(file.state())))
                .forEach(alarm -> ledger.alarms().clear(alarm.kind(), alarm.subject()));
    }
}
