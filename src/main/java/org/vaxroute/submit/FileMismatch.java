package org.vaxroute.submit;

/**
 * What was written is not what the ledger says, so the file must not be sent: a count differs, or its bytes are not those of the
 * first time. Its records stay where they are.
 */
public final class FileMismatch extends RuntimeException {
    FileMismatch(String file, String difference) {
        super(
                "Submission file " + file + " is not sent: " + difference
                        + ". Compare it with its manifest and the ledger (vaxroute audit); if nothing else explains it, report it as a fault.");
    }
}
