package org.vaxroute.submit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.vaxroute.ledger.Alarm;
import org.vaxroute.ledger.FaultWords;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.TrailEntry;

/**
 * What may leave, with which account and when. Everything it goes by stands in the ledger (next attempts, files sent, refused
 * logins, open alarms), so that a restart or another node forgets nothing.
 *
 * <p>Files of one feed leave in the order in which they were built: while one waits, those behind it wait too. Files of another feed
 * pass.
 */
final class Outbox {
    /** Raised while an account cannot be used for any reason but a refused login; since when tells how long the next wait is. */
    static final String FAILING = "delivery-failing";

    /** Raised while the server refuses the login. */
    static final String LOGIN_REFUSED = "login-refused";

    /** Raised while one file cannot be delivered although the account can be used. */
    static final String FILE_STUCK = "file-stuck";

    private static final String LOGIN_ACCEPTED = "login-accepted";
    private static final String ACTOR = "delivery";
    private static final int AT_MOST = 500;
    private static final Duration LOGIN_MEMORY = Duration.ofDays(2);

    private final Ledger ledger;
    private final SendGate gate;
    private final Clock clock;
    private final RandomGenerator chance;

    Outbox(Ledger ledger, SendGate gate, Clock clock) {
        // Not RandomGenerator.getDefault(): it looks for its provider by the first caller's class loader, and an OSGi
        // server's may not find it.
        this(ledger, gate, clock, new SplittableRandom());
    }

    Outbox(Ledger ledger, SendGate gate, Clock clock, RandomGenerator chance) {
        this.ledger = ledger;
        this.gate = gate;
        this.clock = clock;
        this.chance = chance;
    }

    /** The files that may leave now, in their order; empty while the account rests, is paused or paced, or has nothing. */
    List<SubmissionFile> due(Account account) {
        if (!mayLeave(account)) {
            return List.of();
        }
        List<SubmissionFile> outgoing = ledger.submissionFiles().outgoing(account.id(), AT_MOST);
        if (outgoing.isEmpty()) {
            return outgoing;
        }
        Instant now = clock.instant();
        Knocks knocks = knocks(account, now);
        if (restsUntil(account).isPresent()) {
            return List.of();
        }
        List<SubmissionFile> due = new ArrayList<>();
        Set<Integer> waiting = new HashSet<>();
        for (SubmissionFile file : outgoing) {
            // It never leaves any more, so nothing waits behind it.
            if (waiting.contains(file.laneId()) || ledger.submissionFiles().answeredBefore(file)) {
                continue;
            }
            boolean ripe = knocks.credentialChanged || account.backOff().over(file.nextAttempt(), now);
            if (ripe
                    && account.carries(file.stage())
                    && file.sha256() != null
                    && gate.mayDeliver(file.connection(), file.feed()).open()) {
                due.add(file);
            } else {
                waiting.add(file.laneId());
            }
        }
        return due;
    }

    /** Until when the account rests after refused logins; empty when it may be used. */
    Optional<Instant> restsUntil(Account account) {
        Instant now = clock.instant();
        List<Instant> refused = knocks(account, now).refused;
        return refused.isEmpty()
                ? Optional.empty()
                : Optional.of(LoginRest.next(refused)).filter(next -> next.isAfter(now));
    }

    /** Whether a file may leave with this account at this moment: nobody has paused it, and the pace and the windows let it. */
    boolean mayLeave(Account account) {
        return ledger.pauses().of(Pausable.delivery(account.id())).isEmpty()
                && !nextTurn(account).isAfter(clock.instant());
    }

    /** The earliest moment at which pace and windows let the next file leave. */
    Instant nextTurn(Account account) {
        Instant now = clock.instant();
        Pace pace = account.pace();
        List<Instant> sent = pace.files() == 0
                ? List.of()
                : ledger.submissionFiles().sentTimes(account.id(), now.minus(pace.period()));
        return pace.next(now, sent);
    }

    /** The server accepted the login; until when its certificate is good is remembered for the due watch. */
    void opened(Account account, RemoteFolder session) {
        session.certificateEnds().ifPresent(ends -> ledger.seenCertificates()
                .note(account.id(), account.host() + ":" + account.port(), ends));
        if (ledger.alarms().clear(LOGIN_REFUSED, subject(account))) {
            ledger.trail().append(ACTOR, LOGIN_ACCEPTED, subject(account), "");
        }
    }

    /** A file left: earlier faults of it and of the account are over. */
    void left(Account account, SubmissionFile file) {
        ledger.alarms().clear(FAILING, subject(account));
        ledger.alarms().clear(FILE_STUCK, subject(file));
    }

    /** The account could not be used: every file that was due waits, with the reason. */
    void accountFailed(Account account, List<SubmissionFile> due, Held held, RuntimeException failure) {
        Instant next;
        if (failure instanceof LoginRefused) {
            ledger.trail().append(ACTOR, LOGIN_REFUSED, subject(account), LoginRest.mark(account));
            ledger.alarms().raise(LOGIN_REFUSED, subject(account), FaultWords.of(failure));
            next = LoginRest.next(knocks(account, clock.instant()).refused);
        } else {
            next = nextAttempt(account, FAILING, subject(account), held, failure);
        }
        Set<Integer> postponed = new HashSet<>();
        for (SubmissionFile file : due) {
            if (postponed.add(file.laneId())) {
                ledger.submissionFiles().under(held.lease()).attemptFailed(file.id(), next, FaultWords.of(failure));
            }
        }
    }

    /** One file could not be delivered: it waits, and those of its feed behind it. */
    void fileFailed(Account account, SubmissionFile file, Held held, RuntimeException failure) {
        ledger.alarms().clear(FAILING, subject(account));
        Instant next = nextAttempt(account, FILE_STUCK, subject(file), held, failure);
        ledger.submissionFiles().under(held.lease()).attemptFailed(file.id(), next, FaultWords.of(failure));
    }

    // Waiting as long as it has been failing doubles each wait, and is known after a restart.
    private Instant nextAttempt(Account account, String kind, String subject, Held held, RuntimeException failure) {
        // The account may be another node's by now, and an alarm of ours would stand although that one delivers.
        held.renew();
        Instant now = clock.instant();
        ledger.alarms().raise(kind, subject, FaultWords.of(failure));
        Instant since = ledger.alarms().open().stream()
                .filter(alarm -> alarm.kind().equals(kind) && alarm.subject().equals(subject))
                .map(Alarm::raisedAt)
                .findFirst()
                .orElse(now);
        return now.plus(account.backOff().wait(Duration.between(since, now), chance));
    }

    private record Knocks(List<Instant> refused, boolean credentialChanged) {}

    private Knocks knocks(Account account, Instant now) {
        List<Instant> refused = new ArrayList<>();
        boolean changed = false;
        String mark = null;
        for (TrailEntry entry : ledger.trail().of(subject(account))) {
            if (entry.action().equals(LOGIN_ACCEPTED)) {
                refused.clear();
                changed = false;
            } else if (entry.action().equals(LOGIN_REFUSED)) {
                if (mark == null) {
                    try {
                        mark = LoginRest.mark(account);
                    } catch (SecretUnreadable e) {
                        // Nothing is known of the next login. It cannot read the secret either, and an alarm tells of
                        // it then.
                        return new Knocks(List.of(), false);
                    }
                }
                if (!entry.detail().equals(mark)) {
                    changed = true;
                } else if (entry.at().isAfter(now.minus(LOGIN_MEMORY))) {
                    refused.add(entry.at());
                }
            }
        }
        return new Knocks(refused, changed && refused.isEmpty());
    }

    private static String subject(Account account) {
        return "account:" + account.id();
    }

    private static String subject(SubmissionFile file) {
        return "file:" + file.name();
    }
}
