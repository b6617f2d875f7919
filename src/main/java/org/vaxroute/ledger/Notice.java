package org.vaxroute.ledger;

import java.time.Instant;

/**
 * A message that is owed to somebody. Never holds patient data.
 *
 * @param connection whose it is; empty for mail about alarms
 * @param kind which notice, such as {@code REVIEW_REQUEST}
 * @param occasion what it is owed for; a kind is owed once for each
 * @param facts what it speaks of, such as names of submission files, a line each
 * @param recipient mail address; empty while no text was made or nobody is named
 * @param subject its subject; empty while no text was made
 * @param body its text; empty while no text was made
 * @param unsettled how often the mail server's word was lost
 * @param nextAttempt when it is tried again; null for at once
 * @param lastError why the last attempt failed; empty when none did
 * @param settledAt when it was sent; null before
 */
public record Notice(
        long id,
        String connection,
        String kind,
        String occasion,
        String facts,
        NoticeState state,
        String recipient,
        String subject,
        String body,
        int unsettled,
        Instant nextAttempt,
        String lastError,
        Instant owedAt,
        Instant settledAt) {
    /** The kind of a mail about alarms. */
    public static final String ALARMS = "ALARMS";
}
