package org.vaxroute.submit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * When a login that the server refused may be tried again: after an hour, at most three times within a day, at once when the
 * credential was changed. Servers lock accounts that knock too often, and only the registry's support can unlock them.
 */
final class LoginRest {
    static final Duration AFTER_REFUSAL = Duration.ofHours(1);
    static final int TRIES_A_DAY = 3;
    private static final Duration DAY = Duration.ofDays(1);
    private static final int MARK_BYTES = 2;

    private LoginRest() {}

    /** @param refusals when logins with the present credential were refused, in order of time; at least one */
    static Instant next(List<Instant> refusals) {
        Instant last = refusals.get(refusals.size() - 1);
        Instant next = last.plus(AFTER_REFUSAL);
        if (refusals.size() >= TRIES_A_DAY) {
            Instant dayFree = refusals.get(refusals.size() - TRIES_A_DAY).plus(DAY);
            return dayFree.isAfter(next) ? dayFree : next;
        }
        return next;
    }

    /**
     * A mark by which a changed credential is noticed. Two bytes only: enough to notice a change, too few to help anybody guess the
     * password out of the ledger.
     */
    static String mark(Account account) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((account.id() + '\n' + account.user() + '\n').getBytes(StandardCharsets.UTF_8));
            digest.update(account.secret().get().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(), 0, MARK_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
