package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Whatever is done in whatever order: nothing is lost and nothing is doubled. */
class ConservationTest extends LedgerCase {

    @RepeatedTest(4)
    void anySequenceOfOperationsBalances(RepetitionInfo repetition) {
        long seed = 20261122L + repetition.getCurrentRepetition();
        System.err.println("ConservationTest seed " + seed + " on " + kind);
        Random random = new Random(seed);
        List<TakenRecord> given = new ArrayList<>();
        for (int step = 0; step < 60; step++) {
            clock.advance(Duration.ofMinutes(random.nextInt(600)));
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> storeSome(random, given);
                case 3 ->
                    ledger.submissionFiles()
                            .assemble(order(feed(random), 1 + random.nextInt(8), 2_000 + random.nextInt(5_000)));
                case 4, 5 -> moveAFile(random);
                case 6 -> settleAHeldRecord(random);
                default -> {
                    if (random.nextInt(4) == 0) {
                        reopen();
                    }
                }
            }
            if (step % 10 == 9) {
                assertThat(ledger.conservation().balance().differences())
                        .as("seed %d step %d", seed, step)
                        .isEmpty();
            }
        }
        Balance balance = ledger.conservation().balance();
        assertThat(balance.differences()).as("seed %d", seed).isEmpty();
        long read = given.size();
        assertThat(balance.lines().stream().mapToLong(l -> l.read().records()).sum())
                .as("every record given is counted, but those given twice; seed %d", seed)
                .isEqualTo(read);
    }

    private void storeSome(Random random, List<TakenRecord> given) {
        Feed feed = feed(random);
        List<TakenRecord> records = new ArrayList<>();
        int count = random.nextInt(12);
        for (int i = 0; i < count; i++) {
            TakenRecord taken = one(random);
            records.add(taken);
            given.add(taken);
        }
        Chunk chunk = new Chunk(CONNECTION, SOURCE + random.nextInt(2), feed, records, new PositionMove.None(), true);
        ledger.store(chunk);
        if (random.nextInt(3) == 0) {
            assertThat(ledger.store(chunk).repeated()).isEqualTo(count);
        }
    }

    private TakenRecord one(Random random) {
        String patient = "P" + random.nextInt(6);
        String[] doses = new String[random.nextInt(4)];
        for (int d = 0; d < doses.length; d++) {
            doses[d] =
                    "2024-0" + (1 + random.nextInt(3)) + "-01 0" + (1 + random.nextInt(3)) + " LOT" + random.nextInt(2);
        }
        return switch (random.nextInt(8)) {
            case 0 -> unreadable("noise " + random.nextLong());
            case 1 -> held(record(patient, "Doe", doses), "RULE-" + random.nextInt(3));
            case 2, 3 ->
                doses.length == 0
                        ? record(patient, "Doe", doses)
                        : heldDose(record(patient, "Doe", doses), "DOSE-RULE", 1 + random.nextInt(doses.length));
            case 4 -> {
                TakenRecord left = record(patient, "Doe", doses);
                left.exclude("not ours");
                yield left;
            }
            default -> record(patient, random.nextInt(5) == 0 ? "Roe" : "Doe", doses);
        };
    }

    private void moveAFile(Random random) {
        List<SubmissionFile> open = ledger.submissionFiles()
                .in(
                        Set.of(
                                FileState.BUILT,
                                FileState.SENDING,
                                FileState.UPLOADED,
                                FileState.SENT,
                                FileState.UNSURE),
                        50);
        if (open.isEmpty()) {
            return;
        }
        SubmissionFile file = open.get(random.nextInt(open.size()));
        SubmissionFiles files = ledger.submissionFiles();
        switch (file.state()) {
            case BUILT -> {
                if (random.nextInt(6) == 0) {
                    files.withdrawn(file.id(), "ann", "not wanted");
                } else {
                    built(file);
                    earned(file.stage());
                    files.sending(file.id());
                }
            }
            case SENDING -> {
                if (random.nextInt(5) == 0) {
                    files.unsure(file.id(), "cut");
                } else {
                    files.uploaded(file.id());
                }
            }
            case UPLOADED, UNSURE -> files.sent(file.id());
            case SENT -> {
                if (random.nextBoolean()) {
                    files.answered(file.id());
                } else {
                    sendAgain(file);
                }
            }
            default -> throw new IllegalStateException("not asked for");
        }
    }

    private void sendAgain(SubmissionFile file) {
        try {
            ledger.submissionFiles().refused(file.id(), new DailyNames(), null, "ann", "refused");
        } catch (WrongTransition overtaken) {
            ledger.submissionFiles().withdrawn(file.id(), "ann", overtaken.getMessage());
        }
    }

    private void settleAHeldRecord(Random random) {
        List<HeldRecord> held = ledger.records().held(null, null, null, 0, 50);
        if (held.isEmpty()) {
            return;
        }
        HeldRecord one = held.get(random.nextInt(held.size()));
        if (random.nextBoolean() || one.rule().equals("UNREADABLE")) {
            ledger.records().drop(one.recordId(), "ann", "noise");
        } else {
            ledger.records().release(one.recordId(), "ann", "is right");
        }
    }

    private static Feed feed(Random random) {
        return Feed.values()[random.nextInt(3)];
    }

    @Test
    void severalNodesStoringTheSamePatientsAgreeOnWhatIsNew() throws Exception {
        int nodes = 4;
        List<Ledger> ledgers = new ArrayList<>(List.of(ledger));
        if (kind == TestDatabase.POSTGRESQL) {
            for (int i = 1; i < nodes; i++) {
                ledgers.add(Ledger.open(settings, clock));
            }
        }
        List<List<Chunk>> work = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
            List<Chunk> chunks = new ArrayList<>();
            for (int c = 0; c < 5; c++) {
                TakenRecord[] records = new TakenRecord[10];
                for (int r = 0; r < records.length; r++) {
                    records[r] = record("P" + (c * 10 + r), "Doe", "2024-05-01 03");
                }
                chunks.add(chunk(records));
            }
            work.add(chunks);
        }
        ExecutorService pool = Executors.newFixedThreadPool(nodes);
        try {
            List<Callable<Integer>> jobs = new ArrayList<>();
            for (int node = 0; node < nodes; node++) {
                Ledger mine = ledgers.get(node % ledgers.size());
                List<Chunk> chunks = work.get(node);
                jobs.add(() ->
                        chunks.stream().mapToInt(c -> mine.store(c).ready()).sum());
            }
            int ready = 0;
            for (Future<Integer> job : pool.invokeAll(jobs)) {
                ready += job.get();
            }
            assertThat(ready).as("each of 50 patients once").isEqualTo(50);
        } finally {
            pool.shutdownNow();
            ledgers.stream().skip(1).forEach(Ledger::close);
        }
        assertThat(ask("select count(*) from record where state = 'DUPLICATE'")).isEqualTo(150);
        assertThat(ask("select max(lane_no) from record")).isEqualTo(50);
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    @Test
    void aRecordThatVanishedIsFound() throws Exception {
        store(
                record("P1", "Doe", "2024-05-01 03", "2024-06-01 08"),
                held(record("P2", "Roe", "2024-05-01 03"), "NAME"));
        ledger.submissionFiles().assemble(order(10));
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute("delete from record where state = 'READY'");
            statement.execute("delete from held");
        }

        assertThat(ledger.conservation().balance().differences())
                .extracting(Balance.Difference::what)
                .anyMatch(what -> what.startsWith("records read"))
                .anyMatch(what -> what.startsWith("doses read"))
                .anyMatch(what -> what.startsWith("messages in the files"))
                .anyMatch(what -> what.startsWith("records HELD"));
    }

    @Test
    void anAuditIsRightWhileRecordsComeInAndFilesAreMade() {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> storing = CompletableFuture.runAsync(() -> {
            for (int i = 0; !over.get(); i++) {
                store(
                        record("P" + i, "Doe", "2024-05-01 03 A O" + i),
                        held(record("H" + i, "Doe", "2024-05-01 03 B H" + i), "NAME"));
                if (i % 5 == 4) {
                    ledger.submissionFiles().assemble(order(10));
                }
            }
        });
        List<Balance.Difference> differences = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            differences.addAll(ledger.conservation().balance().differences());
        }
        over.set(true);
        storing.join();
        assertThat(differences).isEmpty();
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }
}
