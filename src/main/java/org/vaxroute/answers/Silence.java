package org.vaxroute.answers;

import java.time.Duration;
import java.time.ZoneId;

/**
 * What it means when a registry does not answer.
 *
 * @param after counted from the moment at which the file was sent
 * @param sleep how long a task sleeps while the registry works on it
 * @param reportLag a report without control ids speaks of what was sent at least this long before it was fetched
 * @param zone in which a report names the day on which something was sent: the connection's
 */
public record Silence(Means means, Duration after, Duration sleep, Duration reportLag, ZoneId zone) {
    /** Registries differ, and few say which kind they are. */
    public enum Means {
        /** The file waits for its answer for ever; the due watch speaks up. */
        NOTHING,
        /** The registry lists errors only: once it has answered a file at all, what it does not mention is accepted. */
        NO_ERRORS,
        /** The registry answers nothing at all when all is well. */
        ACCEPTED
    }
}
