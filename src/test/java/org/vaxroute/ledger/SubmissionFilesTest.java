package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SubmissionFilesTest extends LedgerCase {

    @Test
    void filesTakeTheLaneInOrderUpToTheirLimit() {
        storePatients(25);
        assertThat(ledger.records().waiting(CONNECTION, Feed.ONGOING)).isEqualTo(25);
        assertThat(ledger.records().waiting(CONNECTION, Feed.ONGOING, 7)).isEqualTo(7);
        assertThat(ledger.records().waiting(CONNECTION, Feed.ONGOING, 40)).isEqualTo(25);

        List<SubmissionFile> files = List.of(next(10), next(10), next(10));

        assertThat(files).extracting(SubmissionFile::messages).containsExactly(10, 10, 5);
        assertThat(files)
                .extracting(SubmissionFile::name)
                .containsExactly("ABC26326.0.hl7", "ABC26326.1.hl7", "ABC26326.2.hl7");
        assertThat(ledger.submissionFiles().assemble(order(10))).isEmpty();
        assertThat(files.stream().flatMap(f -> write(f).controlIds().stream()))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 25).mapToObj(i -> "C" + i).toList());
        assertThat(ledger.records().waiting(CONNECTION, Feed.ONGOING)).isZero();
        assertThat(ledger.records().waiting(CONNECTION, Feed.ONGOING, 1)).isZero();
        balanced();
    }

    @Test
    void accountsWithSomethingToSendAreFoundAmongManyAtOnce() {
        storePatients(3);
        Set<String> asked = Set.of("account", "another");
        assertThat(ledger.submissionFiles().withOutgoing(asked)).isEmpty();
        SubmissionFile file = next(3);
        built(file);
        earned();
        assertThat(ledger.submissionFiles().withOutgoing(asked)).containsExactly(file.account());
        assertThat(ledger.submissionFiles().withOutgoing(Set.of("another"))).isEmpty();
        assertThat(ledger.submissionFiles().withOutgoing(Set.of())).isEmpty();

        ledger.submissionFiles().sending(file.id());
        assertThat(ledger.submissionFiles().withOutgoing(asked)).containsExactly(file.account());
        ledger.submissionFiles().uploaded(file.id());
        assertThat(ledger.submissionFiles().withOutgoing(asked)).containsExactly(file.account());
        ledger.submissionFiles().sent(file.id());
        assertThat(ledger.submissionFiles().withOutgoing(asked)).isEmpty();
    }

    /** What a person does to a file by its name must not befall the file of another connection. */
    @Test
    void aFileOfTwoConnectionsIsNotChosenByItsNameAlone() {
        storePatients(1);
        SubmissionFile ours = next(1);
        ledger.records()
                .store(new Chunk(
                        "other", SOURCE, Feed.ONGOING, List.of(record("P9", "Roe")), new PositionMove.None(), true));
        SubmissionFile theirs = ledger.submissionFiles()
                .assemble(new Assembly("other", Feed.ONGOING, "elsewhere", "/in", 1, 1_000, "", new DailyNames()))
                .orElseThrow();
        assertThat(theirs.name()).isEqualTo(ours.name());

        assertThatThrownBy(() -> ledger.submissionFiles().meant(ours.name(), file -> true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("main and other")
                .hasMessageContaining("main/" + ours.name());
        assertThat(ledger.submissionFiles().meant("main/" + ours.name(), file -> true))
                .map(SubmissionFile::id)
                .contains(ours.id());
        assertThat(ledger.submissionFiles().meant(ours.name(), file -> file.id() == theirs.id()))
                .as("only one fits")
                .isPresent();
        assertThat(ledger.submissionFiles().meant("third/" + ours.name(), file -> true))
                .isEmpty();
    }

    @Test
    void noFileIsLargerThanItsLimitInBytesUnlessOneRecordIs() {
        storePatients(20);
        long one = write(next(1)).bytes().length;

        SubmissionFile file = ledger.submissionFiles()
                .assemble(order(Feed.ONGOING, 100, 5 * one))
                .orElseThrow();
        SubmissionFile alone =
                ledger.submissionFiles().assemble(order(Feed.ONGOING, 100, 1)).orElseThrow();

        assertThat(file.messages()).isBetween(3, 5);
        assertThat(write(file).bytes().length).isLessThanOrEqualTo((int) (5 * one));
        assertThat(alone.messages()).isOne();
    }

    @Test
    void feedsNeverMeetInAFile() {
        ledger.store(chunk(Feed.TEST, record("P1", "Doe", "2024-05-01 03")));
        ledger.store(chunk(Feed.ONGOING, record("P2", "Doe", "2024-05-01 03")));

        SubmissionFile test = ledger.submissionFiles()
                .assemble(order(Feed.TEST, 10, 1_000_000))
                .orElseThrow();

        assertThat(test.stage()).isEqualTo(Stage.TEST);
        assertThat(write(test).controlIds()).containsExactly("C1");
        assertThat(write(next(10)).controlIds()).containsExactly("C2");
    }

    @Test
    void twoAssemblersAtOnceNeverTakeTheSameRecordOrName() throws Exception {
        storePatients(60);
        Callable<List<SubmissionFile>> assembler = () -> {
            List<SubmissionFile> mine = new java.util.ArrayList<>();
            for (var file = ledger.submissionFiles().assemble(order(3));
                    file.isPresent();
                    file = ledger.submissionFiles().assemble(order(3))) {
                mine.add(file.get());
            }
            return mine;
        };
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            List<SubmissionFile> files = new java.util.ArrayList<>();
            for (Future<List<SubmissionFile>> done : pool.invokeAll(List.of(assembler, assembler))) {
                files.addAll(done.get());
            }
            assertThat(files).hasSize(20).extracting(SubmissionFile::name).doesNotHaveDuplicates();
            assertThat(files.stream()
                            .flatMapToLong(f -> LongStream.rangeClosed(f.firstNo(), f.lastNo()))
                            .sorted())
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 60).boxed().toList());
        } finally {
            pool.shutdownNow();
        }
        balanced();
    }

    @Test
    void aNameIsNeverUsedTwiceThoughTheClockGoesBack() {
        storePatients(3);
        next(1);
        clock.advance(Duration.ofDays(1));
        next(1);
        clock.advance(Duration.ofDays(-1));

        assertThat(next(1).name()).isEqualTo("ABC26326.1.hl7");
    }

    @Test
    void aConnectionNeverHasTwoFilesOfOneNameWhateverLoginOrFolderTheyGoTo() {
        storePatients(4);
        assertThat(named("main", "/in")).isEqualTo("ABC26326.0.hl7");
        assertThat(named("other", "/in")).isEqualTo("ABC26326.1.hl7");
        assertThat(named("main", "/other")).isEqualTo("ABC26326.2.hl7");

        SubmissionFile refused =
                sent(ledger.submissionFiles().assemble(orderOf("main", "/in")).orElseThrow());
        assertThat(refused.name()).isEqualTo("ABC26326.3.hl7");
        assertThat(ledger.submissionFiles()
                        .refused(refused.id(), new DailyNames(), null, "ann", "lost")
                        .name())
                .isEqualTo("ABC26326.4.hl7");
    }

    @Test
    void numbersThatANodeOfAnEarlierVersionGaveAreNotGivenAgain() throws Exception {
        storePatients(4);
        named("main", "/in");
        named("main", "/in");
        named("main", "/in");
        // It counts each login and folder by itself and knows of no other count.
        try (Connection ledgers = connect();
                Statement statement = ledgers.createStatement()) {
            statement.executeUpdate("update file_series set last_no = -1 where folder = ''");
        }
        assertThat(named("other", "/in")).isEqualTo("ABC26326.3.hl7");
    }

    private String named(String account, String folder) {
        return ledger.submissionFiles()
                .assemble(orderOf(account, folder))
                .orElseThrow()
                .name();
    }

    private static Assembly orderOf(String account, String folder) {
        return new Assembly(CONNECTION, Feed.ONGOING, account, folder, 1, 1_000, "", new DailyNames());
    }

    @Test
    void aTemplateWithoutANumberIsRefusedOnceItsNameIsUsed() {
        storePatients(2);
        FileNaming fixed = new FileNaming() {
            @Override
            public String series(Instant at) {
                return "abc.hl7";
            }

            @Override
            public long start() {
                return 0;
            }

            @Override
            public String name(Instant at, long sequence) {
                return sequence == 0 ? "ABC.hl7" : "abc.HL7";
            }
        };
        Assembly order = new Assembly(CONNECTION, Feed.ONGOING, "account", "/in", 1, 1_000, "", fixed);
        ledger.submissionFiles().assemble(order).orElseThrow();

        assertThatThrownBy(() -> ledger.submissionFiles().assemble(order))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("{seq}");
        assertThat(ledger.records().waiting(CONNECTION, Feed.ONGOING))
                .as("nothing was taken")
                .isOne();
    }

    @Test
    void theWayOfAFileHasNoShortCutsAndNoWayBack() {
        storePatients(1);
        SubmissionFile file = next(10);
        SubmissionFiles files = ledger.submissionFiles();
        earned();

        assertThatThrownBy(() -> files.sending(file.id()))
                .isInstanceOf(WrongTransition.class)
                .hasMessageContaining("not written");
        built(file);
        assertThatThrownBy(() -> files.sent(file.id())).isInstanceOf(WrongTransition.class);
        assertThat(files.sending(file.id()).attempts()).isOne();
        assertThat(files.sending(file.id()).attempts()).as("started over").isEqualTo(2);
        files.attemptFailed(file.id(), clock.instant().plusSeconds(30), "connection reset");
        assertThat(files.due("account", 10)).isEmpty();
        clock.advance(Duration.ofSeconds(31));
        assertThat(files.due("account", 10))
                .extracting(SubmissionFile::lastError)
                .containsExactly("connection reset");
        files.uploaded(file.id());
        assertThat(files.sent(file.id()).sentAt()).isEqualTo(clock.instant());
        assertThatThrownBy(() -> files.sending(file.id())).isInstanceOf(WrongTransition.class);
        assertThatThrownBy(() -> files.withdrawn(file.id(), "ann", "no")).isInstanceOf(WrongTransition.class);
        assertThat(files.sentSince("account", clock.instant().minusSeconds(1))).isOne();
        files.answered(file.id());
        assertThatThrownBy(() -> files.refused(file.id(), new DailyNames(), null, "ann", "too late"))
                .isInstanceOf(WrongTransition.class);
        balanced();
    }

    @Test
    void bytesThatDifferFromThoseBeforeOrFromTheCountsAreNeverSent() {
        storePatients(2);
        SubmissionFile file = next(10);
        SubmissionFiles files = ledger.submissionFiles();

        assertThatThrownBy(() -> files.built(file.id(), new byte[32], 100, 1, 1))
                .isInstanceOf(LedgerException.class);
        files.built(file.id(), new byte[32], 100, 2, 2);
        files.built(file.id(), new byte[32], 100, 2, 2);
        byte[] other = new byte[32];
        other[0] = 1;
        assertThatThrownBy(() -> files.built(file.id(), other, 100, 2, 2))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("other bytes");
    }

    @Test
    void aRefusedFileGoesAgainWithTheSameRecordsUnderANewName() {
        storePatients(5);
        SubmissionFile first = sent(next(10));

        SubmissionFile second =
                ledger.submissionFiles().refused(first.id(), new DailyNames(), null, "ann", "FHS-3 was wrong");

        assertThat(second.generation()).isEqualTo(2);
        assertThat(second.replaces()).isEqualTo(first.id());
        assertThat(second.name()).isEqualTo("ABC26326.1.hl7");
        assertThat(write(second).bytes()).isEqualTo(write(first).bytes());
        assertThat(ledger.submissionFiles().in(Set.of(FileState.REFUSED), 10)).hasSize(1);
        assertThat(ledger.submissionFiles().holding(ask("select min(record_id) from record")))
                .map(SubmissionFile::id)
                .hasValue(second.id());
        assertThat(ledger.conservation().balance().lines().get(0).batched().records())
                .isEqualTo(5);
        sent(second);
        balanced();
    }

    @Test
    void aWithdrawnFileDropsItsRecordsAndTheRegistryWasToldNothing() {
        storePatients(2);
        SubmissionFile file = next(10);

        ledger.submissionFiles().withdrawn(file.id(), "ann", "approved meanwhile");

        assertThat(ledger.conservation().balance().lines().get(0).dropped()).isEqualTo(new Balance.Count(2, 2));
        assertThat(store(record("P1", "Doe1", "2024-05-01 03")).ready()).isOne();
        balanced();
    }

    @Test
    void anUnsureFileIsSettledByAPerson() {
        storePatients(1);
        SubmissionFile file = built(next(1));
        earned();
        ledger.submissionFiles().sending(file.id());
        ledger.submissionFiles().unsure(file.id(), "cut before the reply");

        assertThat(ledger.alarms().open())
                .extracting(Alarm::kind, Alarm::subject, Alarm::detail)
                .containsExactly(tuple("file-unsure", "file:" + file.name(), "cut before the reply"));
        assertThat(ledger.submissionFiles().due("account", 10))
                .as("never sent by itself")
                .isEmpty();
        ledger.submissionFiles().sent(file.id(), Instant.parse("2026-11-22T11:00:00Z"), "ann", "seen in the archive");

        assertThat(ledger.submissionFiles().find(file.id()).orElseThrow().state())
                .isEqualTo(FileState.SENT);
        assertThat(ledger.alarms().open()).isEmpty();
        assertThat(ledger.trail().of("file:" + file.name()))
                .extracting(TrailEntry::action)
                .containsExactly("file-sent");
    }

    @Test
    void whoLostTheLeaseCanChangeNothing() {
        storePatients(1);
        SubmissionFile file = built(next(1));
        Lease old = ledger.leases()
                .acquire("account:main", "node-1", Duration.ofMinutes(5))
                .orElseThrow();
        earned();
        ledger.submissionFiles().under(old).sending(file.id());
        ledger.leases().release(old);
        Lease young = ledger.leases()
                .acquire("account:main", "node-2", Duration.ofMinutes(5))
                .orElseThrow();

        assertThatThrownBy(() -> ledger.submissionFiles().under(old).uploaded(file.id()))
                .isInstanceOf(WrongTransition.class)
                .hasMessageContaining("lease");
        ledger.submissionFiles().under(young).uploaded(file.id());
    }

    @Test
    void aLongFileIsReadInPagesAcrossManySmallChunks() {
        for (int i = 0; i < 30; i++) {
            TakenRecord[] records = IntStream.range(0, 1 + i * 4)
                    .mapToObj(
                            j -> record("Q" + j, "Doe" + j, "2024-05-01 03 L" + j + "x" + java.util.UUID.randomUUID()))
                    .toArray(TakenRecord[]::new);
            store(records);
        }
        SubmissionFile file = next(100_000);

        assertThat(write(file).controlIds())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, file.messages())
                        .mapToObj(i -> "C" + i)
                        .toList());
        assertThat(file.messages()).isGreaterThan(1_500);
    }

    private SubmissionFile next(int most) {
        return ledger.submissionFiles().assemble(order(most)).orElseThrow();
    }

    private void storePatients(int count) {
        store(IntStream.rangeClosed(1, count)
                .mapToObj(i -> record("P" + i, "Doe" + i, "2024-05-01 03"))
                .toArray(TakenRecord[]::new));
    }

    private void balanced() {
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }
}
