package org.vaxroute.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When a login that an EHR's database refused may be tried again: after an hour, then every eight, at once when the password
 * was changed. Databases lock accounts that knock too often, and others may use the same one.
 */
final class EhrLogins {
    static final Duration AFTER_FIRST = Duration.ofHours(1);
    static final Duration AFTER_OTHERS = Duration.ofHours(8);

    private record Account(String url, String user) {
        static Account of(JdbcSource source) {
            return new Account(source.url(), source.user());
        }
    }

    private record Refusal(int password, boolean first, Instant until) {}

    private final Map<Account, Refusal> refusals = new ConcurrentHashMap<>();

    /** Whether the account of the source is left alone for now. */
    boolean rest(JdbcSource source, Instant now) {
        Refusal refusal = refusals.get(Account.of(source));
        // One that lies further ahead than any was named by a clock that has been set back since.
        return refusal != null
                && refusal.until.isAfter(now)
                && !refusal.until.isAfter(now.plus(AFTER_OTHERS))
                && refusal.password == mark(source);
    }

    void refused(JdbcSource source, Instant now) {
        int password = mark(source);
        refusals.merge(
                Account.of(source),
                new Refusal(password, true, now.plus(AFTER_FIRST)),
                (before, first) ->
                        before.password == password ? new Refusal(password, false, now.plus(AFTER_OTHERS)) : first);
    }

    /** Lets the account be tried at the next tick. */
    void forget(JdbcSource source) {
        refusals.remove(Account.of(source));
    }

    /** Enough to notice another password, without keeping it. */
    private static int mark(JdbcSource source) {
        try {
            return Objects.hashCode(source.password().get());
        } catch (RuntimeException e) {
            // Whoever logs in next meets the same and says so.
            return 0;
        }
    }
}
