package org.vaxroute.intake;

/**
 * Where a source's trouble is made known to a person. A subject that is raised again with the same text is one alarm.
 *
 * <p>Texts name source, file, message number, rule or control id, and say what to do; they never hold field contents.
 */
public interface SourceAlarms {
    /**
     * @param subject a stable key of the trouble, such as {@code source.clinic-a}
     * @param text what is wrong, where, and what to do
     */
    void raise(String subject, String text);

    /**
     * As {@link #raise}, for the ledger's own absence: it cannot take the alarm, and asking it would only keep those waiting
     * who must be told.
     */
    void raiseWithoutLedger(String subject, String text);

    /** Says that the trouble of this subject is over. */
    void clear(String subject);
}
