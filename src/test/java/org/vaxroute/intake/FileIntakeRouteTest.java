package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.Assembly;
import org.vaxroute.ledger.Balance;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileNaming;
import org.vaxroute.ledger.KeptLease;
import org.vaxroute.ledger.LedgerUnavailable;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.ledger.SourceFile;
import org.vaxroute.ledger.SourceFileState;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.vxu.ColumnMap;

class FileIntakeRouteTest {
    private static final Path ROUTE = Path.of("routes/intake/intake-file.yaml");

    @TempDir
    Path home;

    private IntakeHouse house;
    private Path drop;

    @BeforeEach
    void build() throws Exception {
        house = new IntakeHouse(home);
        house.fileSource("clinic");
        drop = house.in.resolve("clinic");
    }

    @AfterEach
    void leave() {
        house.close();
    }

    private void start() throws Exception {
        house.start(Map.of(), ROUTE);
    }

    private void put(String name, String text) throws IOException {
        Path part = drop.resolve(name + ".part");
        Files.writeString(part, text);
        Files.move(part, drop.resolve(name));
    }

    private static void soon(org.awaitility.core.ThrowingRunnable check) {
        await().pollInterval(Duration.ofMillis(50)).untilAsserted(check);
    }

    private List<String> names(String folder) throws IOException {
        Path path = drop.resolve(folder);
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(Files::isRegularFile)
                    .map(p -> p.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aBatchFileIsStoredInChunksAndMovedAway() throws Exception {
        put("monday.hl7", IntakeHouse.batch("M", 25));
        start();

        soon(() -> assertThat(names(".done")).containsExactly("monday.hl7"));
        assertThat(house.read("clinic")).isEqualTo(25);
        assertThat(house.ledger.sourceFiles().recent(1).get(0).state()).isEqualTo(SourceFileState.DONE);
        assertThat(names("")).containsExactly(".read-order");
        house.assertBalanced();
    }

    @Test
    void smallFilesOfASourceDoNotWaitForALookEach() throws Exception {
        for (int file = 10; file < 30; file++) {
            put(file + ".hl7", IntakeHouse.batch("M" + file + "-", 1));
        }
        // A look for each of the twenty would take longer than anybody waits here.
        house.properties.put("intake.file.poll", "5000");
        start();

        await().untilAsserted(() -> assertThat(names(".done")).hasSize(20));
        assertThat(house.read("clinic")).isEqualTo(20);
        house.assertBalanced();
    }

    @Test
    void aLongFileKeepsNoOtherSourceWaiting() throws Exception {
        house.fileSource("large");
        Files.writeString(house.in.resolve("large/all.hl7"), IntakeHouse.batch("L", 45));
        var halfWay = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var store = new StoreStep(chunk -> {
            if (chunk.source().equals("large")) {
                halfWay.countDown();
                awaitOpen(goOn);
            }
            return house.ledger.store(chunk);
        });
        house.start(
                Map.of("chunkStore", store, "fileReader", new FileReader(house.settings, store, house.clock)), ROUTE);
        assertThat(halfWay.await(1, TimeUnit.MINUTES)).isTrue();

        put("monday.hl7", IntakeHouse.batch("M", 25));
        soon(() -> assertThat(names(".done")).containsExactly("monday.hl7"));
        assertThat(house.read("large")).as("it is still at it").isZero();

        goOn.countDown();
        soon(() -> assertThat(house.in.resolve("large/.done/all.hl7")).exists());
        assertThat(house.read("large")).isEqualTo(45);
        house.assertBalanced();
    }

    private static void awaitOpen(CountDownLatch door) {
        try {
            assertThat(door.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aFileIsNotReadBeforeOneThatHadToWaitForItsSource() throws Exception {
        put("1.hl7", IntakeHouse.batch("A", 2));
        put("2.hl7", IntakeHouse.batch("B", 2));
        FileDrop files = house.drop();
        KeptLease there = house.ledger
                .leases()
                .keep("source:main/clinic", "intake at there")
                .orElseThrow();
        assertThat(files.begin(drop.resolve("1.hl7"), Duration.ZERO)).isEmpty();
        // Free a moment later, when the consumer comes to the second.
        there.close();

        assertThat(files.begin(drop.resolve("2.hl7"), Duration.ZERO)).isEmpty();
        Taking first = files.begin(drop.resolve("1.hl7"), Duration.ZERO).orElseThrow();
        assertThat(files.begin(drop.resolve("2.hl7"), Duration.ZERO))
                .as("its source is being read")
                .isEmpty();
        first.lease().close();
        Files.delete(drop.resolve("1.hl7"));
        assertThat(files.begin(drop.resolve("2.hl7"), Duration.ZERO)).isPresent();
    }

    @Test
    void aFileThatIsWrittenToAfterItHadToWaitLetsTheOthersOfItsSourcePass() throws Exception {
        put("log.hl7", IntakeHouse.vxu("1", "Adams"));
        put("other.hl7", IntakeHouse.vxu("2", "Adams"));
        FileDrop files = house.drop();
        KeptLease there = house.ledger
                .leases()
                .keep("source:main/clinic", "intake at there")
                .orElseThrow();
        assertThat(files.begin(drop.resolve("log.hl7"), Duration.ZERO)).isEmpty();
        there.close();

        grow(drop.resolve("log.hl7"));
        assertThat(files.begin(drop.resolve("log.hl7"), Duration.ofMinutes(1))).isEmpty();
        assertThat(files.begin(drop.resolve("other.hl7"), Duration.ZERO)).isPresent();
    }

    @Test
    void aRefusedFileThatIsMovedBackIsLookedAtAgain() throws Exception {
        FileDrop files = house.drop();
        put("a.hl7", "no hl7 at all\r");
        assertThat(files.begin(drop.resolve("a.hl7"), Duration.ZERO)).isEmpty();
        Files.move(drop.resolve(".failed/a.hl7"), drop.resolve("a.hl7"));

        assertThat(files.begin(drop.resolve("a.hl7"), Duration.ZERO)).isEmpty();
        assertThat(drop.resolve("a.hl7")).doesNotExist();
        assertThat(drop.resolve(".failed/a.hl7")).exists();
    }

    @Test
    void ofHistoryOneFileIsReadAtATimeAndOthersHaveTheirPlaces() {
        var places = new Places(3);
        KeptLease history = lease("a");
        places.take(history, Feed.HISTORICAL);
        assertThat(places.isFree(Feed.HISTORICAL)).isFalse();
        assertThat(places.isFree(Feed.ONGOING)).isTrue();
        places.take(lease("b"), Feed.ONGOING);
        places.take(lease("c"), Feed.ONGOING);
        assertThat(places.isFree(Feed.ONGOING)).isFalse();

        history.close();
        assertThat(places.isFree(Feed.ONGOING)).isTrue();
        assertThat(places.isFree(Feed.HISTORICAL)).isTrue();
    }

    private KeptLease lease(String name) {
        return house.ledger.leases().keep(name, "intake at here").orElseThrow();
    }

    @Test
    void aFileOfSeveralClinicsIsReportedClinicByClinic() throws Exception {
        house.withSites();
        put(
                "both.hl7",
                IntakeHouse.vxu("1", "Adams")
                        + IntakeHouse.vxu("2", "Baker").replace("|CLINIC|", "|SOUTH|")
                        + IntakeHouse.vxu("3", "Clark").replace("|CLINIC|", "|NOWHERE|"));
        start();

        soon(() -> assertThat(names(".done")).containsExactly("both.hl7"));
        assertThat(house.sitesAndStates()).isEqualTo(Map.of("north READY", 1L, "south READY", 1L, "NOWHERE HELD", 1L));
        house.assertBalanced();
    }

    @Test
    void whatIsMadeForAFileMayBeReadByItsOwnerOnly() throws Exception {
        put("empty.hl7", "");
        start();

        soon(() -> assertThat(names(".failed")).containsExactly("empty.hl7", "empty.hl7.reason.txt"));
        assertThat(Files.getPosixFilePermissions(drop.resolve(".failed"))).hasSize(3);
        assertThat(Files.getPosixFilePermissions(drop.resolve(".failed/empty.hl7.reason.txt")))
                .hasSize(2);
    }

    @Test
    void aFileThatMayNotBeTakenIsPutAsideWithItsReasonAndNothingOfItStored() throws Exception {
        String whole = IntakeHouse.batch("T", 3);
        put("cut.hl7", whole.substring(0, whole.indexOf("BTS")));
        put("list.json", "[{\"a\": 1}]");
        start();

        soon(() -> assertThat(names(".failed"))
                .containsExactly("cut.hl7", "cut.hl7.reason.txt", "list.json", "list.json.reason.txt"));
        assertThat(Files.readString(drop.resolve(".failed/cut.hl7.reason.txt"))).contains("TRUNCATED");
        assertThat(house.read("clinic")).isZero();
        assertThat(house.ledger.sourceFiles().recent(9))
                .extracting(SourceFile::state)
                .containsOnly(SourceFileState.FAILED);
        soon(() -> assertThat(house.ledger.alarms().open()).hasSize(2));
        house.assertBalanced();
    }

    @Test
    void aSubmissionFileOfOurOwnIsNoExportOfAnEhr() throws Exception {
        put("first.hl7", IntakeHouse.batch("M", 3));
        start();
        soon(() -> assertThat(names(".done")).containsExactly("first.hl7"));
        SubmissionFile built = house.ledger
                .submissionFiles()
                .assemble(new Assembly("main", Feed.ONGOING, "main", "drop", 10, 1_000_000, "", new DailyNames()))
                .orElseThrow();
        String text = IntakeHouse.batch("S", 3);
        byte[] sha256 = java.security.MessageDigest.getInstance("SHA-256").digest(text.getBytes());
        house.ledger.submissionFiles().built(built.id(), sha256, text.length(), built.messages(), built.doses());

        put("strayed.hl7", text);

        soon(() -> assertThat(names(".failed")).contains("strayed.hl7", "strayed.hl7.reason.txt"));
        assertThat(Files.readString(drop.resolve(".failed/strayed.hl7.reason.txt")))
                .contains("submission file S.hl7", "VaxRoute itself built");
        assertThat(house.read("clinic")).isEqualTo(3);
    }

    private static final class DailyNames implements FileNaming {
        @Override
        public String series(Instant now) {
            return "S.hl7";
        }

        @Override
        public String name(Instant now, long sequence) {
            return "S.hl7";
        }

        @Override
        public long start() {
            return 0;
        }
    }

    @Test
    void aFileGoesOnFromItsPositionAfterAStopInTheMiddle() throws Exception {
        put("long.hl7", IntakeHouse.batch("L", 45));
        var chunks = new AtomicInteger();
        var broken = new StoreStep(chunk -> {
            if (chunks.incrementAndGet() == 3) {
                throw new IllegalStateException("pulled the plug");
            }
            return house.ledger.store(chunk);
        });
        house.start(
                Map.of("chunkStore", broken, "fileReader", new FileReader(house.settings, broken, house.clock)), ROUTE);
        soon(() -> assertThat(chunks.get()).isGreaterThanOrEqualTo(3));
        house.stop();
        long before = house.read("clinic");
        assertThat(before).isBetween(20L, 45L);

        start();
        soon(() -> assertThat(names(".done")).containsExactly("long.hl7"));
        assertThat(house.read("clinic")).isEqualTo(45);
        assertThat(house.ledger.positions().all().get(0).repeated()).isZero();
        house.assertBalanced();
    }

    @Test
    void aSourcePausedInTheMiddleOfAFileGoesOnFromThereWhenItIsResumed() throws Exception {
        var source = Pausable.source("main", "clinic");
        put("long.hl7", IntakeHouse.batch("L", 145));
        var chunks = new AtomicInteger();
        var store = new StoreStep(chunk -> {
            var stored = house.ledger.store(chunk);
            if (chunks.incrementAndGet() == 2) {
                house.ledger.pauses().pause(source, "ann", "the wrong codes");
            }
            return stored;
        });
        house.start(
                Map.of("chunkStore", store, "fileReader", new FileReader(house.settings, store, house.clock)), ROUTE);
        soon(() -> assertThat(house.ledger.pauses().of(source)).isPresent());
        await().pollDelay(Duration.ofMillis(500)).until(() -> true);

        long read = house.read("clinic");
        assertThat(read).as("chunks that were prepared ahead are still stored").isBetween(20L, 80L);
        assertThat(names("")).containsExactly("long.hl7");
        assertThat(names(".failed")).isEmpty();
        house.assertBalanced();

        house.stop();
        start();
        await().pollDelay(Duration.ofMillis(500)).until(() -> true);
        assertThat(house.read("clinic")).as("after a restart too").isEqualTo(read);

        house.ledger.pauses().resume(source, "ann", "they are right");
        soon(() -> assertThat(names(".done")).containsExactly("long.hl7"));
        assertThat(house.read("clinic")).isEqualTo(145);
        assertThat(house.ledger.positions().all().get(0).repeated()).isZero();
        house.assertBalanced();
    }

    @Test
    void theLedgerBeingAwayLeavesTheFileWhereItIs() throws Exception {
        put("waiting.hl7", IntakeHouse.batch("W", 12));
        var away = new AtomicInteger(3);
        var store = new StoreStep(chunk -> {
            if (away.getAndDecrement() > 0) {
                throw new LedgerUnavailable("away", null);
            }
            return house.ledger.store(chunk);
        });
        house.start(
                Map.of("chunkStore", store, "fileReader", new FileReader(house.settings, store, house.clock)), ROUTE);

        soon(() -> assertThat(names(".done")).containsExactly("waiting.hl7"));
        assertThat(names(".failed")).isEmpty();
        assertThat(house.read("clinic")).isEqualTo(12);
        assertThat(house.ledger.alarms().open()).isEmpty();
        house.assertBalanced();
    }

    @Test
    void theSameFileDroppedTwiceIsKnownByItsContent() throws Exception {
        start();
        put("twice.hl7", IntakeHouse.batch("D", 5));
        soon(() -> assertThat(names(".done")).containsExactly("twice.hl7"));
        put("twice.hl7", IntakeHouse.batch("D", 5));
        soon(() -> assertThat(names(".done")).containsExactly("twice.hl7", "twice.hl7-2"));

        assertThat(house.ledger.records().waiting("main", Feed.ONGOING)).isEqualTo(5);
        house.assertBalanced();
    }

    @Test
    void aFileThatGrowsWhileItIsReadIsPutAsideWithAnAlarm() throws Exception {
        // Far more than is read ahead of the first chunk that is stored.
        put("grows.hl7", IntakeHouse.batch("G", 3000));
        var first = new AtomicInteger();
        var store = new StoreStep(chunk -> {
            if (first.getAndIncrement() == 0) {
                grow(drop.resolve("grows.hl7"));
            }
            return house.ledger.store(chunk);
        });
        house.start(
                Map.of("chunkStore", store, "fileReader", new FileReader(house.settings, store, house.clock)), ROUTE);

        soon(() -> assertThat(names(".failed")).containsExactly("grows.hl7", "grows.hl7.reason.txt"));
        assertThat(house.ledger.sourceFiles().recent(1).get(0).state()).isEqualTo(SourceFileState.FAILED);
        house.assertBalanced();

        put("again.hl7", IntakeHouse.batch("G", 3000));
        soon(() -> assertThat(names(".done")).containsExactly("again.hl7"));
        assertThat(house.ledger.records().waiting("main", Feed.ONGOING)).isEqualTo(3000);
        house.assertBalanced();
    }

    @Test
    void whatIsWrittenToAFileAfterItWasReadIsReadInItsTurn() throws Exception {
        put("grows.hl7", IntakeHouse.vxu("1", "Adams") + IntakeHouse.vxu("2", "Baker"));
        var once = new AtomicInteger();
        var store = new StoreStep(chunk -> {
            if (chunk.last() && once.getAndIncrement() == 0) {
                grow(drop.resolve("grows.hl7"));
            }
            return house.ledger.store(chunk);
        });
        house.start(
                Map.of("chunkStore", store, "fileReader", new FileReader(house.settings, store, house.clock)), ROUTE);

        soon(() -> assertThat(names(".done")).containsExactly("grows.hl7"));
        assertThat(house.ledger.records().waiting("main", Feed.ONGOING)).isEqualTo(3);
        assertThat(house.ledger.alarms().open()).isEmpty();
        house.assertBalanced();
    }

    private static void grow(Path file) {
        try {
            Files.writeString(file, IntakeHouse.vxu("LATE", "Adams"), StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void rowsOfACsvFileBecomeMessagesAndGoOnFromTheirRowAfterAStop() throws Exception {
        house.files.clear();
        house.files.add(new FileSource(
                "clinic",
                "main",
                Feed.ONGOING,
                IntakeHouse.TEXAS,
                ColumnMap.load(Path.of("src/test/resources/intake/rows"))));
        var rows = new StringBuilder("\ufeffmrn,dose_id,changed,last,first,born,sex,given,cvx\r\n");
        for (int i = 0; i < 66; i++) {
            rows.append("P%d,%d,2026-11-20,\"Adams, Jr.\",Ana,2019-03-09,F,2026-11-01,03\r\n".formatted(i / 2, i));
        }
        put("export.csv", rows.toString());
        put("cut.csv", "mrn,dose_id,changed\r\nP1,\"1,2026");
        put("other.csv", "a,b\r\n1,2\r\n");
        var chunks = new AtomicInteger();
        var store = new StoreStep(chunk -> {
            if (chunks.incrementAndGet() == 3) {
                throw new IllegalStateException("pulled the plug");
            }
            return house.ledger.store(chunk);
        });
        house.start(
                Map.of("chunkStore", store, "fileReader", new FileReader(house.settings, store, house.clock)), ROUTE);

        soon(() -> assertThat(names(".done")).containsExactly("export.csv"));
        soon(() -> assertThat(names(".failed"))
                .containsExactly("cut.csv", "cut.csv.reason.txt", "other.csv", "other.csv.reason.txt"));
        assertThat(house.ledger.conservation().balance().lines().get(0).ready()).isEqualTo(new Balance.Count(33, 66));
        house.assertBalanced();
    }

    @Test
    void filesOfAnUnknownSourceStayAndAlarm() throws Exception {
        Files.createDirectories(house.in.resolve("nobody"));
        Files.writeString(house.in.resolve("nobody/x.hl7"), IntakeHouse.batch("U", 1));
        Files.writeString(house.in.resolve("loose.hl7"), IntakeHouse.batch("U", 1));
        start();

        soon(() -> assertThat(house.ledger.alarms().open()).hasSize(2));
        assertThat(house.in.resolve("nobody/x.hl7")).exists();
        assertThat(house.in.resolve("loose.hl7")).exists();
    }

    @Test
    void unreadableMessagesAndHeldOnesAreStoredWithTheirText() throws Exception {
        put(
                "mixed.hl7",
                IntakeHouse.vxu("NONAME", "") + "MSH|^~\\&|EHR\rthis is no segment\r" + IntakeHouse.vxu("OK", "Adams"));
        start();

        soon(() -> assertThat(names(".done")).containsExactly("mixed.hl7"));
        assertThat(house.read("clinic")).isEqualTo(3);
        assertThat(house.ledger.records().waiting("main", Feed.ONGOING)).isEqualTo(1);
        assertThat(house.ledger.records().held(null, null, null, 0, 10)).hasSize(2);
        house.assertBalanced();
    }

    @Test
    void aNameOfTheGreatestLengthIsMovedAndAFolderOfThatEndingIsEntered() throws Exception {
        String longest = "n".repeat(251) + ".hl7";
        Files.writeString(drop.resolve(longest), "no hl7");
        Files.createDirectories(drop.resolve("inner.hl7"));
        Files.writeString(drop.resolve("inner.hl7/a.hl7"), IntakeHouse.batch("I", 2));
        start();

        soon(() -> assertThat(names(".done")).containsExactly("a.hl7"));
        soon(() -> assertThat(names(".failed")).hasSize(2));
    }
}
