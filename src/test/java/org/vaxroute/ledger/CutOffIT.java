package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.submit.CuttingProxy;

/** A node from which the database hears nothing any more, or that hears nothing from the database, in the middle of its work. */
@Tag("slower")
class CutOffIT {
    /** What is promised for the work of a node that died: its leases, and somebody's next look. */
    private static final Duration TAKEN_OVER = Duration.ofSeconds(30);

    private static final String OWNER = "delivery" + Leases.at("one");

    @TempDir
    Path folder;

    private LedgerSettings settings;
    private Ledger one;
    private Ledger other;

    @BeforeEach
    void open() {
        settings = TestDatabase.POSTGRESQL.fresh(folder);
        one = Ledger.open(settings, Clock.systemUTC());
        other = Ledger.open(settings, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
    }

    @Test
    void whatANodeLeftInTheMiddleOfATransactionHoldsIsFreeWhenItsLeasesAre() throws Exception {
        assertThat(one.leases().acquire("files:a", OWNER, Duration.ofMillis(1))).isPresent();
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch back = new CountDownLatch(1);
        CompletableFuture<Optional<Lease>> halted = CompletableFuture.supplyAsync(() -> one.transact(() -> {
            Optional<Lease> taken = one.leases().acquire("files:a", OWNER, Duration.ofHours(1));
            locked.countDown();
            awaitUninterrupted(back);
            one.alarms().raise("kind", "subject", "of one");
            return taken;
        }));
        assertThat(locked.await(20, TimeUnit.SECONDS)).isTrue();

        await().atMost(TAKEN_OVER)
                .ignoreExceptionsInstanceOf(LedgerUnavailable.class)
                .until(() -> other.leases()
                        .acquire("files:a", "assembly" + Leases.at("other"), Duration.ofMinutes(1))
                        .isPresent());
        back.countDown();

        assertThatThrownBy(halted::join).hasCauseInstanceOf(LedgerUnavailable.class);
        assertThat(one.alarms().open()).isEmpty();
        assertThat(one.leases().find("files:a").map(Lease::owner)).contains("assembly" + Leases.at("other"));
    }

    @Test
    void whatANodeHasOpenUnderALeaseIsClosedBeforeAnotherCanTakeIt() throws Exception {
        KeptLease lease = one.leases().keep("account:a", OWNER).orElseThrow();
        AtomicBoolean ended = new AtomicBoolean();
        try (Connection silent = DriverManager.getConnection(settings.url(), settings.user(), settings.password());
                Statement statement = silent.createStatement()) {
            silent.setAutoCommit(false);
            statement.execute("select * from lease where name = 'account:a' for update");
            lease.atLapse(() -> ended.set(true));

            await().atMost(Leases.HOLD.plus(Leases.HOLD)).untilTrue(ended);
            assertThat(left(statement))
                    .as("seconds that the lease had left then")
                    .isPositive();
        }
        await().atMost(TAKEN_OVER).until(() -> lease.still());
        lease.atLapse(() -> ended.set(false));
        await().during(Duration.ofSeconds(3)).untilTrue(ended);
    }

    @Test
    void aStopDoesNotWaitForALineThatWasForgotten() throws Exception {
        CountDownLatch cutOff = new CountDownLatch(1);
        try (CuttingProxy line = line();
                Ledger cut = Ledger.open(through(line), Clock.systemUTC())) {
            CompletableFuture<Object> waits = cutOffInTheMiddle(cut, line, cutOff);
            line.forget();

            cut.hurry();

            assertThatThrownBy(() -> waits.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(LedgerUnavailable.class);
            awaitServing(cut);
        }
        assertThat(one.alarms().open()).extracting(Alarm::subject).containsExactly("after");
    }

    @Test
    void aLoginThatWasForgottenDoesNotKeepTheOthersFromANewLine() throws Exception {
        CountDownLatch cutOff = new CountDownLatch(1);
        try (CuttingProxy line = line();
                Ledger cut = Ledger.open(through(line), Clock.systemUTC())) {
            cutOffInTheMiddle(cut, line, cutOff);
            // The pool gives up the other one that it has, and then logs in where nobody answers.
            assertThatThrownBy(cut::check).isInstanceOf(LedgerUnavailable.class);
            assertThatThrownBy(cut::check).isInstanceOf(LedgerUnavailable.class);
            line.forget();

            awaitServing(cut);
            cut.hurry();
        }
    }

    private static CuttingProxy line() throws IOException {
        return new CuttingProxy("127.0.0.2", TestDatabase.server().getPort()).manner(CuttingProxy.Manner.SILENCE);
    }

    private LedgerSettings through(CuttingProxy line) {
        return new LedgerSettings(
                settings.url()
                        .replaceFirst(
                                "//[^/]+/",
                                "//" + line.host() + ":" + TestDatabase.server().getPort() + "/"),
                settings.user(),
                settings.password(),
                10,
                true);
    }

    /** A transaction that waits for an answer on a line that has fallen silent. */
    private static CompletableFuture<Object> cutOffInTheMiddle(Ledger cut, CuttingProxy line, CountDownLatch cutOff)
            throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Object> waits = CompletableFuture.supplyAsync(() -> cut.transact(() -> {
            cut.alarms().raise("kind", "before", "of a step that waits");
            begun.countDown();
            awaitUninterrupted(cutOff);
            cut.alarms().raise("kind", "meanwhile", "of a step that waits");
            return null;
        }));
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        line.strike();
        cutOff.countDown();
        assertThatThrownBy(() -> waits.get(2, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        return waits;
    }

    private static void awaitServing(Ledger cut) {
        await().atMost(TAKEN_OVER)
                .ignoreExceptionsInstanceOf(LedgerUnavailable.class)
                .until(() -> {
                    cut.alarms().raise("kind", "after", "over a new line");
                    return true;
                });
    }

    @Test
    void onlyWhatReadsMuchMayKeepTheDatabaseSilentForLong() {
        String silence = "select 1 from pg_sleep(" + (Lines.SILENCE.toSeconds() + 5) + ")";
        try (Database database = Database.open(settings)) {
            CompletableFuture<Integer> step = CompletableFuture.supplyAsync(() -> ask(database, silence));
            CompletableFuture<Integer> audit =
                    CompletableFuture.supplyAsync(() -> database.patiently(() -> ask(database, silence)));

            assertThatThrownBy(step::join).hasCauseInstanceOf(LedgerUnavailable.class);
            assertThat(audit.join()).isEqualTo(1);
            assertThat(ask(database, "select 1")).isEqualTo(1);
        }
    }

    private static int ask(Database database, String query) {
        return database.call(sql -> sql.sql(query).query(Integer.class).single());
    }

    private static double left(Statement statement) throws SQLException {
        try (var row = statement.executeQuery(
                "select extract(epoch from held_until - clock_timestamp()) from lease where name = 'account:a'")) {
            row.next();
            return row.getDouble(1);
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
