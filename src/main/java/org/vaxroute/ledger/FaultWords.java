package org.vaxroute.ledger;

/** What alarms and the ledger tell of a fault: our own words, and of another library's the kind alone, since they may quote a record. */
public final class FaultWords {
    private static final String OURS = "org.vaxroute.";

    private FaultWords() {}

    /** What may be told of a fault wherever a person reads. */
    public static String of(RuntimeException fault) {
        String kind = fault.getClass().getName();
        return kind.startsWith(OURS) && fault.getMessage() != null
                ? fault.getMessage()
                : "It ended with " + kind + "; the log says where. Mend that, or report it as a fault.";
    }
}
