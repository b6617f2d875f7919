package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Leases, runs, the gate, the trail and alarms. */
class ClaimsTest extends LedgerCase {

    @Test
    void aLeaseHasOneHolderAndEveryNewOneAHigherFence() {
        Leases leases = ledger.leases();
        Lease first =
                leases.acquire("account:a", "node-1", Duration.ofMinutes(1)).orElseThrow();

        assertThat(leases.acquire("account:a", "node-2", Duration.ofMinutes(1))).isEmpty();
        assertThat(leases.renew(first, Duration.ofMinutes(2))).isTrue();
        leases.release(first);
        Lease second =
                leases.acquire("account:a", "node-2", Duration.ofMinutes(1)).orElseThrow();

        assertThat(second.fence()).isGreaterThan(first.fence());
        assertThat(leases.renew(first, Duration.ofMinutes(1))).as("it was lost").isFalse();
        assertThat(leases.holds(first)).isFalse();
        leases.release(first);
        assertThat(leases.holds(second))
                .as("a late release takes nothing from the new holder")
                .isTrue();
    }

    @Test
    void aLeaseIsTakenWhateverDigitsTheMachinesLanguageHas() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG"));
        try {
            assertThat(ledger.leases().acquire("account:a", "node-1", Duration.ofMillis(60_250)))
                    .isPresent();
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void ofTwoProcessesOfOneNameNoneTakesTheOthersLease() {
        Lease first = ledger.leases()
                .acquire("account:a", "delivery at node-1", Duration.ofMinutes(5))
                .orElseThrow();

        assertThat(ledger.leases().acquire("account:a", "delivery at node-1", Duration.ofMinutes(5)))
                .isEmpty();
        assertThat(ledger.leases().holds(first)).isTrue();
    }

    @Test
    void aNodeThatDiedGivesBackAtItsNextStartWhateverItHeldAndNothingOfOthers() {
        Duration hold = Duration.ofMinutes(5);
        Lease answers =
                ledger.leases().acquire("account:a", "answers at h:/node", hold).orElseThrow();
        ledger.leases().acquire("feed:ongoing:a", "feed at h:/node", hold).orElseThrow();
        ledger.leases().acquire("account:b", "answers at h:/other-node", hold).orElseThrow();
        reopen();

        assertThat(ledger.leases().releaseLeftBy("h:/node")).isEqualTo(2);

        assertThat(ledger.leases().renew(answers, hold)).isFalse();
        assertThat(ledger.leases().acquire("account:a", "delivery at h:/node", hold))
                .isPresent();
        assertThat(ledger.leases().acquire("account:b", "delivery at h:/node", hold))
                .isEmpty();
    }

    @Test
    void aLeaseThatRanOutByTheDatabasesClockIsFree() {
        Lease dead = ledger.leases()
                .acquire("account:a", "node-1", Duration.ofMillis(200))
                .orElseThrow();

        Awaitility.await().until(() -> ledger.leases()
                .acquire("account:a", "node-2", Duration.ofMinutes(1))
                .isPresent());

        assertThat(ledger.leases().renew(dead, Duration.ofMinutes(1))).isFalse();
    }

    @Test
    void ofManyNodesOneClaimsADueRun() throws Exception {
        Instant due = Instant.parse("2026-11-22T06:00:00Z");
        ExecutorService pool = Executors.newFixedThreadPool(6);
        try {
            List<Callable<Boolean>> nodes = Stream.<Callable<Boolean>>generate(
                            () -> () -> ledger.runs().claim(CONNECTION, "feed:ongoing", due))
                    .limit(6)
                    .toList();
            int claims = 0;
            for (var result : pool.invokeAll(nodes)) {
                claims += result.get() ? 1 : 0;
            }
            assertThat(claims).isOne();
        } finally {
            pool.shutdownNow();
        }
        ledger.runs().ended(CONNECTION, "feed:ongoing", due, "3 files");
        assertThat(ledger.runs().claim(CONNECTION, "feed:ongoing", due)).isFalse();
        assertThat(ledger.runs().claim(CONNECTION, "feed:ongoing", due.plusSeconds(86_400)))
                .isTrue();
        assertThat(ledger.runs().recent(CONNECTION, "feed:ongoing", 5))
                .extracting(Run::outcome)
                .containsExactly(null, "3 files");
    }

    @Test
    void theGateMovesOnlyFromWhereItStandsAndEveryStepIsOnTheTrail() {
        assertThat(ledger.gates().state(CONNECTION)).isEqualTo(GateState.REGISTERED);
        ledger.gates().move(CONNECTION, GateState.REGISTERED, GateState.TESTING, "ann", "doctor passed");
        ledger.gates().evidence(CONNECTION, "TEST_FILE", "ABC26326.0.hl7", "no errors", "answers");

        assertThatThrownBy(() -> ledger.gates().move(CONNECTION, GateState.REGISTERED, GateState.LIVE, "bob", "hurry"))
                .isInstanceOf(WrongTransition.class)
                .hasMessageContaining("TESTING");
        Gate suspended =
                ledger.gates().move(CONNECTION, GateState.TESTING, GateState.SUSPENDED, "ann", "contract ends");

        assertThat(suspended.resumeTo()).isEqualTo(GateState.TESTING);
        assertThat(ledger.gates().evidence(CONNECTION))
                .extracting(GateEvidence::subject)
                .containsExactly("ABC26326.0.hl7");
        assertThat(ledger.trail().of("gate:" + CONNECTION))
                .extracting(TrailEntry::action)
                .containsExactly("gate-testing", "gate-evidence", "gate-suspended");
    }

    @Test
    void anAlarmIsRaisedOnceUntilItClears() {
        Alarms alarms = ledger.alarms();

        assertThat(alarms.raise("login-refused", "account:a", "Password refused."))
                .isTrue();
        assertThat(alarms.raise("login-refused", "account:a", "Password refused."))
                .isFalse();
        assertThat(alarms.open()).hasSize(1);
        assertThat(alarms.clear("login-refused", "account:a")).isTrue();
        assertThat(alarms.open()).isEmpty();
        assertThat(alarms.raise("login-refused", "account:a", "Again.")).isTrue();
    }

    @Test
    void aRunThatLiesAheadKeepsNoScheduleWaiting() {
        Runs runs = ledger.runs();
        Instant now = clock.instant();
        Instant before = now.minusSeconds(3600);

        assertThat(runs.since(CONNECTION, "feed:ongoing", now, () -> before)).isEqualTo(before);
        assertThat(runs.since(CONNECTION, "feed:ongoing", now, () -> now.plusSeconds(1)))
                .isEqualTo(Instant.EPOCH);
        runs.claim(CONNECTION, "feed:ongoing", now.minusSeconds(60));
        runs.claim(CONNECTION, "feed:ongoing", now.plusSeconds(86_400));
        assertThat(runs.since(CONNECTION, "feed:ongoing", now, () -> before)).isEqualTo(now.minusSeconds(60));
    }
}
