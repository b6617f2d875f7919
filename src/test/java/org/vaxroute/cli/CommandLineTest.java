package org.vaxroute.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vaxroute.answers.AnswerCatalogue;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.feeds.Backfill;
import org.vaxroute.feeds.FeedSettings;
import org.vaxroute.feeds.GateSettings;
import org.vaxroute.feeds.Gatekeeper;
import org.vaxroute.feeds.OngoingFeed;
import org.vaxroute.feeds.Owed;
import org.vaxroute.feeds.Schedule;
import org.vaxroute.feeds.WatchSettings;
import org.vaxroute.hl7.Message;
import org.vaxroute.intake.Check;
import org.vaxroute.intake.IntakeSettings;
import org.vaxroute.intake.NewerData;
import org.vaxroute.intake.Recheck;
import org.vaxroute.intake.Transform;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.ledger.TestDatabase;
import org.vaxroute.ledger.TrailEntry;
import org.vaxroute.operate.access.Users;
import org.vaxroute.operate.held.HeldWork;
import org.vaxroute.operate.held.RecordDoor;
import org.vaxroute.operate.http.HttpServer;
import org.vaxroute.operate.http.HttpSettings;
import org.vaxroute.operate.http.StartSign;
import org.vaxroute.operate.mbean.AlarmNews;
import org.vaxroute.operate.mbean.Operations;
import org.vaxroute.operate.notice.MailSettings;
import org.vaxroute.operate.notice.NoticeDesk;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.RuleSet;
import org.vaxroute.rules.Severity;
import org.vaxroute.rules.Transforms;
import org.vaxroute.rules.Verdict;
import org.vaxroute.submit.Resending;
import org.vaxroute.vxu.Referee;
import picocli.CommandLine;

/** Commands against a real ledger: once through a running server, once with none. */
class CommandLineTest {
    private static final String PATIENT = "Unmistakable";
    private static final AnswerCatalogue CATALOGUE =
            AnswerCatalogue.load(List.of(Path.of("config/registries/immtrac2/answers.csv")));

    @TempDir
    Path folder;

    private final Clock clock = Clock.systemUTC();
    private LedgerSettings settings;
    private final House house = new House();
    private final List<String> uploaded = new ArrayList<>();
    private HttpServer server;
    private org.vaxroute.cli.House.Opened running;
    private String printed;

    /** A home with one connection and one source. */
    private final class House implements org.vaxroute.cli.House {
        private List<String> faults = List.of();
        private List<Symptom> symptoms = List.of();
        private List<String> off = List.of();
        private RuntimeException fault;

        @Override
        public Path home(Path named) {
            return folder;
        }

        @Override
        public Path runFolder(Path home) {
            return folder.resolve("run");
        }

        @Override
        public List<String> notInUse(Path home) {
            return off;
        }

        @Override
        public int run(Path home, PrintWriter terminal) {
            return 0;
        }

        @Override
        public int practice(Path home, Practice options) {
            return options.patients();
        }

        @Override
        public void restore(Path home, Restoring order, PrintWriter terminal) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<String> check(Path home) {
            if (fault != null) {
                throw fault;
            }
            return faults;
        }

        @Override
        public List<Symptom> doctor(Path home, BooleanSupplier serverRuns) {
            return symptoms;
        }

        @Override
        public Opened open(Path home) {
            Ledger ledger = openLedger();
            FeedSettings feed = new FeedSettings(
                    "main",
                    ZoneId.of("America/Chicago"),
                    Schedule.every(Duration.ofHours(1)),
                    GateSettings.DEFAULT,
                    WatchSettings.DEFAULT,
                    Map.of());
            Gatekeeper gate = new Gatekeeper(ledger, id -> GateSettings.DEFAULT, id -> List.of(), Owed.NOTHING, clock);
            NoticeDesk notices = new NoticeDesk(
                    ledger, id -> null, MailSettings.NO_MAIL, home.resolve("work/notices"), "test", clock);
            Operations operations = Operations.register(new Operations.Parts(
                            "test",
                            ledger,
                            gate,
                            new OngoingFeed(ledger, gate, List.of(feed), "test", clock),
                            List.of(feed),
                            List.of(new Operations.Source("main", "clinic", "file", Feed.ONGOING)),
                            (file, when, who) -> uploaded.add(file + " by " + who),
                            new AlarmNews(ledger, clock),
                            "test",
                            clock))
                    .deliveries(List.of(new Operations.Delivery("main", "sftp", "iis.example:22")), ledger)
                    .notices(notices, ledger)
                    .history(
                            List.of(feed), new Backfill(ledger, gate, null, id -> null, List.of("main"), clock), ledger)
                    .answers(
                            Map.of("main", CATALOGUE, "north", CATALOGUE),
                            Map.of("main", ZoneId.of("America/Chicago"), "north", ZoneOffset.UTC),
                            new Resending(ledger, id -> null, null),
                            ledger,
                            clock);
            HeldWork work = new HeldWork(ledger, () -> recheck(ledger), "test");
            operations.held(work, Map.of("main", List.of("TX-*")), Map::of, ledger);
            return new Opened() {
                @Override
                public RecordDoor records() {
                    return new RecordDoor(
                            ledger,
                            work,
                            Map::of,
                            Map.of("main", new RecordDoor.Consent(List.of("TX-CONSENT"), List.of(18), ZoneOffset.UTC)),
                            clock);
                }

                @Override
                public void close() {
                    work.close();
                    operations.close();
                    ledger.close();
                }
            };
        }
    }

    /** By no rules at all: whatever is held passes. */
    private Recheck recheck(Ledger ledger) {
        CodeTables codes = CodeTables.load(Path.of("config/codes"));
        return new Recheck(
                new Transform(Map.of("main", Transforms.load(List.of(), codes, ZoneOffset.UTC)), Map.of()),
                new NewerData(ledger.knownDoses()),
                new Check(
                        Map.of("main", RuleSet.load(List.of(), codes)),
                        Map.of(),
                        new Referee(),
                        IntakeSettings.of(folder),
                        Map.of(),
                        clock),
                ledger.records());
    }

    @BeforeEach
    void aHeldRecord() {
        settings = TestDatabase.H2.fresh(folder);
        try (Ledger ledger = openLedger()) {
            byte[] text = ("MSH|^~\\&|EHR|0123456789|TxImmTrac|TxDSHS|20260203120000-0600||VXU^V04^VXU_V04|M1|P|2.5.1\r"
                            + "PID|1||P1^^^EHR^MR||" + PATIENT + "^Ada^^^^^L||20150101|F\r"
                            + "ORC|RE||D1^EHR\rRXA|0|1|20260111||100^X^CVX|0.5\r")
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            TakenRecord record = TakenRecord.of(SourceRef.of("clinic", "M1", text), 1, text, Message.parse(text));
            record.judgement(new Judgement(
                    Verdict.HELD,
                    List.of(Verdict.HELD),
                    List.of(new Finding(
                            "TX-CONSENT",
                            Severity.ERROR,
                            Effect.MESSAGE,
                            "PD1-12",
                            "Consent is missing",
                            "Get consent"))));
            ledger.records()
                    .store(new Chunk("main", "clinic", Feed.ONGOING, List.of(record), new PositionMove.None(), true));
        }
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            server.stop();
            running.close();
        }
    }

    private void startServer() {
        running = house.open(folder);
        server = new HttpServer(
                        new HttpSettings("127.0.0.1", 0, false, folder.resolve("run")),
                        List::of,
                        new Users(folder.resolve("users")))
                .serving(running.records());
        server.start();
    }

    @Test
    void aCommandWaitsForAServerThatIsStarting() throws Exception {
        CompletableFuture<Integer> code;
        try (StartSign starting = StartSign.raise(folder.resolve("run"))) {
            code = CompletableFuture.supplyAsync(() -> run("audit"));
            assertThat(StartSign.standing(folder.resolve("run")))
                    .hasValue(ProcessHandle.current().pid());
            startServer();
        }
        assertThat(code.get(60, TimeUnit.SECONDS)).isZero();
        assertThat(printed).contains("Balanced");

        // What a server that was killed left behind means nothing: no such process runs.
        Files.writeString(folder.resolve("run/starting"), "999999999");
        assertThat(StartSign.standing(folder.resolve("run"))).isEmpty();
        // Nor does a process that only has the same number.
        Files.writeString(
                folder.resolve("run/starting"),
                Long.toString(ProcessHandle.current().pid()));
        Files.setLastModifiedTime(folder.resolve("run/starting"), java.nio.file.attribute.FileTime.fromMillis(0));
        assertThat(StartSign.standing(folder.resolve("run"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everythingCanBeSeenAndDoneWithAndWithoutARunningServer(boolean serverRuns) {
        if (serverRuns) {
            startServer();
        }

        assertThat(run("status")).isZero();
        assertThat(printed)
                .contains(serverRuns ? "Server: running" : "Server: not running")
                .contains("Connection main: REGISTERED")
                .contains("vaxroute gate test main")
                .contains("main.ongoing")
                .contains("TX-CONSENT");

        assertThat(run("audit")).isZero();
        assertThat(printed).contains("Balanced: every record is accounted for.");

        assertThat(run("held")).isZero();
        assertThat(printed).contains("TX-CONSENT").doesNotContain(PATIENT);
        String id = printed.lines().skip(1).findFirst().orElseThrow().strip().split(" ")[0];

        assertThat(run("held", "release", id, "--why", "consent is on paper")).isZero();
        assertThat(printed).contains("Record " + id + " is READY");
        assertThat(run("held")).isZero();
        assertThat(printed).contains("Nothing is held.");

        assertThat(run("held", "release", id, "--why", "again")).isEqualTo(3);
        assertThat(printed).startsWith("vaxroute: ").contains(id).doesNotContain("Exception");

        assertThat(run("gate", "live", "main")).isEqualTo(3);
        assertThat(printed).startsWith("vaxroute: ").doesNotContain("Exception").doesNotContain("org.vaxroute");

        assertThat(run("gate", "test", "main")).isZero();
        assertThat(printed).contains("Connection main is TESTING");
        assertThat(run("gate", "test", "elsewhere")).isEqualTo(3);
        assertThat(printed).contains("There is no connection \"elsewhere\". In use: main.");

        assertThat(run("files")).isZero();
        assertThat(printed).contains("No files.");
        assertThat(run("files", "withdraw", "A26001.0.hl7", "--why", "x")).isEqualTo(3);
        assertThat(printed).contains("There is no file A26001.0.hl7");
        assertThat(run("files", "uploaded", "A26001.0.hl7", "--by", "Ann")).isZero();
        assertThat(uploaded).singleElement().asString().contains("A26001.0.hl7 by Ann, as said by");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsPausedStaysSoAndIsShownUntilItIsResumed(boolean serverRuns) {
        if (serverRuns) {
            startServer();
        }

        assertThat(run("pause", "source", "clinic", "--why", "the EHR is being moved"))
                .isZero();
        assertThat(printed).contains("source main.clinic is paused");
        assertThat(run("pause", "source", "main.clinic", "--why", "again")).isEqualTo(3);
        assertThat(printed).contains("is paused by").contains("the EHR is being moved");
        assertThat(run("pause", "delivery", "main", "--why", "the registry asked"))
                .isZero();
        assertThat(run("pause", "feed", "ongoing", "--why", "codes are wrong")).isZero();
        assertThat(run("pause", "feed", "historical", "--why", "x")).isEqualTo(3);
        assertThat(printed).contains("vaxroute backfill pause main");
        assertThat(run("pause", "feed", "nightly", "--why", "x")).isEqualTo(3);
        assertThat(run("pause", "delivery", "main")).isEqualTo(2);

        assertThat(run("status")).isEqualTo(1);
        assertThat(printed)
                .contains("The source main.clinic is paused by " + System.getProperty("user.name"))
                .contains("The delivery main is paused")
                .contains("The feed main.ongoing is paused")
                .contains("vaxroute resume source main.clinic");

        for (String[] what : new String[][] {{"source", "clinic"}, {"delivery", "main"}, {"feed", "main.ongoing"}}) {
            assertThat(run("resume", what[0], what[1], "--why", "it is done")).isZero();
        }
        assertThat(run("resume", "delivery", "main", "--why", "again")).isEqualTo(3);
        // Was paused and then taken out of the settings.
        try (Ledger ledger = openLedger()) {
            ledger.pauses().pause(Pausable.source("main", "fax"), "ann", "it is taken away");
        }
        assertThat(run("status")).isEqualTo(1);
        assertThat(run("pause", "source", "fax", "--why", "again")).isEqualTo(3);
        assertThat(run("resume", "source", "fax", "--why", "it is gone")).isZero();
        assertThat(printed).contains("pause of the source main.fax is over");
        assertThat(run("resume", "source", "fax", "--why", "again")).isEqualTo(3);
        assertThat(run("status")).isZero();
        assertThat(printed).doesNotContain("paused");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDueQueryThatWaitsItsTurnIsShownAndIsNoAlarm(boolean serverRuns) {
        Instant due = Instant.parse("2026-11-25T08:00:00Z");
        try (Ledger ledger = openLedger()) {
            ledger.runs().claim("main", "source:clinic", due, "here");
            ledger.runs().note("main", "source:clinic", due, "waits for its turn");
        }
        if (serverRuns) {
            startServer();
        }
        assertThat(run("status")).isZero();
        assertThat(printed)
                .contains("Waiting")
                .contains("Source clinic, due since 2026-11-25T08:00:00Z, waits for its turn");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tasksAndAnswersAreSeenAndSettled(boolean serverRuns) throws Exception {
        try (Ledger ledger = openLedger()) {
            new AnsweredFile(ledger).refuse("IMR-111", "the words name " + PATIENT);
        }
        if (serverRuns) {
            startServer();
        }

        assertThat(run("tasks")).isZero();
        assertThat(printed)
                .contains("IMR-111", "The manufacturer's code is not accepted")
                .doesNotContain(PATIENT);
        String id = printed.lines().skip(1).findFirst().orElseThrow().strip().split(" ")[0];
        assertThat(run("report", "quality")).isZero();
        assertThat(printed).contains("open tasks: 1");
        assertThat(run("report", "quality", "--connection", "north")).isZero();
        assertThat(printed).contains("open tasks: 0");
        assertThat(run("tasks", "assign", id, "ann")).isZero();
        assertThat(run("tasks", "comment", id, "Asked the clinic.")).isZero();
        assertThat(run("tasks", "show", id)).isZero();
        assertThat(printed)
                .contains("what to do: Correct the manufacturer", "assignee: ann", "Asked the clinic.", "CVX 03")
                .doesNotContain(PATIENT);
        assertThat(run("tasks", "list", "--assignee", "ann", "--class", "mend", "--json"))
                .isZero();
        assertThat(printed).contains("\"state\":\"OPEN\"");
        assertThat(run("tasks", "list", "--class", "mended")).isEqualTo(3);
        assertThat(printed).contains("not-actionable");

        for (String name : List.of("tasks.csv", "tasks.xlsx")) {
            Path table = folder.resolve(name);
            assertThat(run("tasks", "export", table.toString())).isZero();
            assertThat(java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(table)))
                    .isEqualTo("rw-------");
            assertThat(run("tasks", "export", table.toString()))
                    .as("never over a file")
                    .isEqualTo(3);
        }
        assertThat(Files.readString(folder.resolve("tasks.csv")))
                .contains("IMR-111", "ann")
                .doesNotContain(PATIENT);
        try (var book =
                new org.dhatim.fastexcel.reader.ReadableWorkbook(Files.newInputStream(folder.resolve("tasks.xlsx")))) {
            assertThat(book.getFirstSheet().read().get(1).getCellText(3)).isEqualTo("IMR-111");
        }

        Path names = folder.resolve("names.csv");
        assertThat(run("tasks", "export", names.toString(), "--with-names", "--why", "for the clinic"))
                .isZero();
        assertThat(Files.readString(names))
                .contains("P7,Sent,Ann,20150101,2026-01-11 CVX 03")
                .doesNotContain("null");
        assertThat(java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(names)))
                .isEqualTo("rw-------");
        assertThat(printed).doesNotContain("Ann");

        assertThat(run("tasks", "close", id, "--why", "the lot is known now")).isZero();
        assertThat(run("tasks")).isZero();
        assertThat(printed).contains("No tasks.");
        assertThat(run("tasks", "reopen", id, "--why", "it is not")).isZero();

        assertThat(run("answers")).isZero();
        assertThat(printed).contains("a-1", "READ");
        assertThat(run("answers", "unmatched")).isZero();
        assertThat(printed).contains("a-1", "no record", "CLR-100");
        assertThat(run("answers", "dismiss", "a-1", "--why", "another program's"))
                .isZero();
        assertThat(run("answers", "unmatched")).isZero();
        assertThat(printed).contains("Every line was matched.");
        assertThat(run("files", "resend", "A26001.0.hl7", "--why", "the registry lost it"))
                .isEqualTo(3);
        assertThat(printed).contains("A26001.0.hl7 is ANSWERED").contains("never sent again");

        Path page = folder.resolve("quality.html");
        assertThat(run(
                        "report",
                        "quality",
                        "--html",
                        page.toString(),
                        "--csv",
                        folder.resolve("q.csv").toString()))
                .isZero();
        assertThat(Files.readString(page))
                .contains("0.0 %", "IMR-111", "<svg", "prefers-color-scheme")
                .doesNotContain(PATIENT, "src=", "href=");
        assertThat(Files.readString(folder.resolve("q.csv"))).contains("A26001.0.hl7,ONGOING,");
        assertThat(run("report", "quality")).isZero();
        assertThat(printed).contains("Doses in the registry by now: 0 of 1");
        assertThat(run("answers", "again", "a-1")).isEqualTo(3);
        assertThat(printed).contains("only what is UNREADABLE");
    }

    @Test
    void aTaskOfARecordWhoseTextIsGoneIsExportedWithoutTheName() throws Exception {
        try (Ledger ledger = openLedger()) {
            new AnsweredFile(ledger).warn("IEE-296");
            assertThat(ledger.retention().takeTexts(clock.instant().plus(Duration.ofDays(400))))
                    .isEqualTo(1);
        }
        Path names = folder.resolve("names.csv");

        assertThat(run("tasks", "export", names.toString(), "--with-names", "--why", "for the clinic"))
                .isZero();

        assertThat(Files.readString(names))
                .contains("FILED,not-actionable,IEE-296")
                .doesNotContain("null", "Ann");
    }

    @Test
    void theReportOfAConnectionCountsNoTasksOfOthers() throws Exception {
        try (Ledger ledger = openLedger()) {
            new AnsweredFile(ledger, "other").refuse("IMR-111", "words");
        }

        assertThat(run("report", "quality")).isZero();

        assertThat(printed).contains("open tasks: 0");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void gateNoticesAndHistoryAreSaidToProgramsToo(boolean serverRuns) {
        if (serverRuns) {
            startServer();
        }

        assertThat(run("gate", "--json")).isZero();
        assertThat(printed)
                .startsWith("[{\"connection\":\"main\",\"state\":\"REGISTERED\",\"since\":\"")
                .contains("\"next\":\"");
        assertThat(run("gate", "show", "main", "--json")).isZero();
        assertThat(printed)
                .startsWith("{\"connection\":\"main\",\"state\":\"REGISTERED\"")
                .contains("\"evidence\":[");
        assertThat(run("notices", "--json")).isZero();
        assertThat(printed.strip()).isEqualTo("[]");
        assertThat(run("notices", "list", "--all", "--json")).isZero();
        assertThat(printed.strip()).isEqualTo("[]");
        assertThat(run("notices")).isZero();
        assertThat(printed).contains("No notice is owed.");
        assertThat(run("backfill", "--json")).isZero();
        assertThat(printed).startsWith("[{\"connection\":\"main\",\"status\":[").contains("\"plans\":[]");
        assertThat(run("backfill", "status", "main", "--json")).isZero();
        assertThat(printed).startsWith("{\"connection\":\"main\",\"status\":[").contains("\"plans\":[]");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHeldRecordIsCorrectedFromAFileWithAndWithoutARunningServer(boolean serverRuns) throws Exception {
        if (serverRuns) {
            startServer();
        }
        run("held", "list", "--json");
        String id = printed.replaceAll("(?s).*\"id\":([0-9]+).*", "$1").strip();
        String received = new String(shown(id), java.nio.charset.StandardCharsets.US_ASCII);
        assertThat(received).startsWith("MSH|^~\\&|").contains("\nPID|1||P1");
        Path corrected = Files.writeString(folder.resolve("corrected.hl7"), received.replace("|0.5", "|0.25"));

        assertThat(run("held", "edit", id, "--file", corrected.toString()))
                .as("no reason")
                .isEqualTo(2);
        assertThat(run("held", "edit", id, "--why", "no terminal")).isEqualTo(2);
        assertThat(run("held", "edit", id, "--file", folder.resolve("none").toString(), "--why", "x"))
                .isEqualTo(3);
        Path broken = Files.writeString(folder.resolve("broken.hl7"), received.replaceAll("(?s)\nORC.*", "\n"));
        assertThat(run("held", "edit", id, "--file", broken.toString(), "--why", "x"))
                .isEqualTo(3);
        assertThat(printed).contains("0 doses, the record has 1").doesNotContain(PATIENT);
        assertThat(run("held", "edit", id, "--file", corrected.toString(), "--why", "volume was wrong"))
                .isZero();
        assertThat(printed).contains("Record " + id + " is READY").doesNotContain(PATIENT);
        assertThat(run("held", "edit", id, "--file", corrected.toString(), "--why", "again"))
                .isEqualTo(3);
        assertThat(printed).contains("only what is held is edited").doesNotContain("Exception");
        assertThat(run("held", "show", id, "--text")).isZero();
        assertThat(printed).contains("as edited").contains("|0.25").contains("|0.5");
        assertThat(run("audit")).isZero();
        stop();
        server = null;
        try (Ledger ledger = openLedger()) {
            assertThat(ledger.trail().of("record:" + id))
                    .extracting(entry -> entry.action() + " " + entry.detail())
                    .contains("edit volume was wrong")
                    .noneMatch(entry -> entry.contains(PATIENT));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFileThatBeganBeforeSomebodyElsesEditIsRefused(boolean serverRuns) throws Exception {
        if (serverRuns) {
            startServer();
        }
        run("held", "list", "--json");
        String id = printed.replaceAll("(?s).*\"id\":([0-9]+).*", "$1").strip();
        String received = new String(shown(id), java.nio.charset.StandardCharsets.US_ASCII);
        String version = version();
        // No number, so that the record stays held.
        Path first = Files.writeString(folder.resolve("first.hl7"), received.replace("|0.5", "|half"));
        Path second = Files.writeString(folder.resolve("second.hl7"), received.replace("|0.5", "|0.25"));

        assertThat(run("held", "edit", id, "--file", first.toString(), "--began-with", version, "--why", "first"))
                .isZero();
        assertThat(printed).contains("is HELD still");
        assertThat(run("held", "edit", id, "--file", second.toString(), "--why", "volume"))
                .isEqualTo(3);
        assertThat(printed).contains("was edited by " + System.getProperty("user.name"), "--began-with");
        assertThat(run("held", "edit", id, "--file", second.toString(), "--began-with", version, "--why", "volume"))
                .isEqualTo(3);
        assertThat(run("held", "edit", id, "--began-with", version, "--why", "volume"))
                .isEqualTo(2);

        assertThat(new String(shown(id), java.nio.charset.StandardCharsets.US_ASCII))
                .contains("|half");
        assertThat(run("held", "edit", id, "--file", second.toString(), "--began-with", version(), "--why", "volume"))
                .isZero();
        assertThat(printed).contains("Record " + id + " is READY");
        assertThat(run("held", "show", id, "--hl7")).isZero();
        assertThat(printed).as("what is not held cannot be edited").doesNotContain("Version");
    }

    private String version() {
        assertThat(printed).contains("Version ");
        return printed.replaceAll("(?s).*Version ([0-9a-f]+);.*", "$1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theMessageThatIsShownIsTakenBackInItsCharacterSetAndWithoutTheDosesThatWent(boolean serverRuns)
            throws Exception {
        byte[] text =
                ("MSH|^~\\&|EHR|0123456789|TxImmTrac|TxDSHS|20260203120000-0600||VXU^V04^VXU_V04|M2|P|2.5.1||||||8859/1\r"
                                + "PID|1||P2^^^EHR^MR||N\u00fa\u00f1ez^Eva^^^^^L||20150101|F\r"
                                + "ORC|RE||D2^EHR\rRXA|0|1|20260111||100^X^CVX|0.5\r"
                                + "ORC|RE||D3^EHR\rRXA|0|1|20260111||03^X^CVX|0.5\r")
                        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        TakenRecord record = TakenRecord.of(SourceRef.of("clinic", "M2", text), 1, text, Message.parse(text));
        record.judgement(new Judgement(
                Verdict.DELIVERABLE,
                List.of(Verdict.DELIVERABLE, Verdict.HELD),
                List.of(new Finding("volume", Severity.ERROR, Effect.DOSE, "ORDER[2]/RXA-6", "", ""))));
        try (Ledger ledger = openLedger()) {
            ledger.records()
                    .store(new Chunk("main", "clinic", Feed.ONGOING, List.of(record), new PositionMove.None(), true));
        }
        if (serverRuns) {
            startServer();
        }
        run("held", "list", "--rule", "volume", "--json");
        String id = printed.replaceAll("(?s).*\"id\":([0-9]+).*", "$1").strip();

        Path shown = Files.write(folder.resolve("shown.hl7"), shown(id));
        assertThat(Files.readString(shown, java.nio.charset.StandardCharsets.ISO_8859_1))
                .contains("N\u00fa\u00f1ez")
                .contains("D3^EHR")
                .doesNotContain("D2^EHR");
        assertThat(run("held", "edit", id, "--file", shown.toString(), "--why", "looked at"))
                .isZero();
        assertThat(printed).contains("Record " + id + " is READY");
        stop();
        server = null;
        try (Ledger ledger = openLedger()) {
            Message sent =
                    Message.parse(ledger.records().text(Long.parseLong(id)).outgoing());
            assertThat(sent.get("PID-5.1")).isEqualTo("N\u00fa\u00f1ez");
            assertThat(sent.doses()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHeldRecordIsLookedAtExportedAndRecheckedWithAndWithoutARunningServer(boolean serverRuns) throws Exception {
        if (serverRuns) {
            startServer();
        }
        run("held", "list", "--json");
        String id = printed.replaceAll("(?s).*\"id\":([0-9]+).*", "$1").strip();

        assertThat(run("held", "show", id)).isZero();
        assertThat(printed).contains("TX-CONSENT").doesNotContain(PATIENT);
        assertThat(run("held", "show", id, "--text", "--why", "mother asks")).isZero();
        assertThat(printed).contains(PATIENT).contains("PID|1||P1");
        assertThat(run("held", "show", id, "--json")).isZero();
        assertThat(printed).contains("\"heldBy\":\"TX-CONSENT\"").contains(PATIENT);
        assertThat(run("held", "show", "999")).isEqualTo(3);
        assertThat(printed).contains("no").contains("record");

        assertThat(run("held", "consent")).isZero();
        assertThat(printed).contains("0123456789").doesNotContain(PATIENT);
        assertThat(run("held", "sites", "--rule", "TX-CON*")).isZero();
        Path csv = folder.resolve("held.csv");
        assertThat(run("held", "export", "--csv", csv.toString())).isZero();
        assertThat(printed).contains("1 rows").doesNotContain(PATIENT);
        assertThat(Files.readString(csv)).contains(PATIENT).contains("20150101");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(csv)))
                .isEqualTo("rw-------");
        assertThat(run("held", "export", "--csv", csv.toString()))
                .as("nothing is overwritten")
                .isEqualTo(3);

        assertThat(printed).contains("already", "name another").doesNotContain("Exception");
        for (String days : List.of("-1", "0", "10000")) {
            assertThat(run("held", "export", "--birthdays", days, "--csv", csv + days))
                    .as("birthdays within %s days", days)
                    .isEqualTo(2);
            assertThat(Files.exists(Path.of(csv + days))).isFalse();
        }

        assertThat(run("held", "recheck", "--all", "--rule", "OTHER")).isZero();
        assertThat(printed).contains(": 0 go");
        assertThat(run("held", "recheck")).isEqualTo(2);
        assertThat(run("held", "recheck", id, "--all")).isEqualTo(2);
        assertThat(run("held", "recheck", "--all", "--rule", "TX-*", "--why", "rule mended"))
                .isZero();
        assertThat(printed).contains("1 of 1").contains(": 1 go");
        assertThat(run("jobs")).isZero();
        assertThat(printed).contains("recheck").contains("DONE");
        assertThat(run("held", "recheck", id)).isZero();
        assertThat(printed).contains("READY").contains("was not held");
        assertThat(run("audit")).isZero();
        stop();
        server = null;
        try (Ledger ledger = openLedger()) {
            assertThat(ledger.trail().of("record:" + id))
                    .extracting(TrailEntry::action)
                    .containsExactly("view", "view", "view", "recheck");
            assertThat(ledger.trail().recent(20)).extracting(TrailEntry::action).contains("export", "held-recheck");
            assertThat(ledger.trail().recent(20))
                    .noneSatisfy(entry -> assertThat(entry.toString()).contains(PATIENT));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theTrailIsReviewedByWhoAndWhatAndWhen(boolean serverRuns) {
        try (Ledger ledger = openLedger()) {
            ledger.trail().append("ann", "view", "record:1", "");
            ledger.trail().append("ann", "view", "record:22", "asked by the clinic");
            ledger.trail().append("bob", "view", "record:2", "");
            ledger.trail().append("ann", "assign", "task:2", "");
        }
        if (serverRuns) {
            startServer();
        }

        assertThat(run("trail", "--who", "ann", "--subject", "record:", "--days", "1"))
                .isZero();
        assertThat(printed.lines().skip(1))
                .hasSize(2)
                .first()
                .asString()
                .contains("ann", "view", "record:22", "asked by the clinic");
        assertThat(run("trail", "--subject", "record:", "--limit", "2")).isZero();
        assertThat(printed.lines()).hasSize(4);
        assertThat(printed).contains("bob", "record:22", "There are more");
        assertThat(run("trail", "--who", "nobody")).isZero();
        assertThat(printed).contains("The trail has nothing of that.");
        assertThat(run("trail", "--json")).isZero();
        assertThat(printed).contains("\"subject\"", "task:2");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aListSaysWhenThereIsMoreThanItShows(boolean serverRuns) {
        try (Ledger ledger = openLedger()) {
            List<TakenRecord> records = new ArrayList<>();
            for (int i = 0; i < 1_003; i++) {
                byte[] text = ("MSH|^~\\&|EHR|C|I|T|20260203||VXU^V04^VXU_V04|N" + i + "|P|2.5.1\rPID|1||N" + i
                                + "^^^EHR^MR||Many^Ann||20150101|F\rORC|RE||N" + i
                                + "^EHR\rRXA|0|1|20260111||03^X^CVX|0.5\r")
                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
                TakenRecord record =
                        TakenRecord.of(SourceRef.of("clinic", "N" + i, text), i + 1, text, Message.parse(text));
                record.judgement(new Judgement(
                        Verdict.HELD,
                        List.of(Verdict.HELD),
                        List.of(new Finding("many", Severity.ERROR, Effect.MESSAGE, "PID-5", "", ""))));
                records.add(record);
            }
            ledger.records().store(new Chunk("main", "clinic", Feed.ONGOING, records, new PositionMove.None(), true));
        }
        if (serverRuns) {
            startServer();
        }

        assertThat(run("held", "--rule", "many")).isZero();
        assertThat(printed.lines()).hasSize(52).last().asString().startsWith("There are more");
        assertThat(run("held", "--rule", "many", "--limit", "1003")).isZero();
        assertThat(printed.lines()).hasSize(1_004);
        assertThat(run("held", "--rule", "many", "--limit", "2000", "--json")).isZero();
        assertThat(printed.split("\"id\":")).hasSize(1_004);
        assertThat(run("held", "--rule", "many", "--limit", "1", "--json")).isZero();
        assertThat(printed.split("\"id\":")).hasSize(2);
    }

    @Test
    void otherProgramsReadJson() {
        assertThat(run("status", "--json")).isZero();
        assertThat(printed)
                .startsWith("{\"server\":false")
                .contains("\"state\":\"REGISTERED\"")
                .contains("\"records\":1");

        assertThat(run("audit", "--json")).isZero();
        assertThat(printed).contains("\"balanced\":true").contains("\"held\":1");

        assertThat(run("files", "--json")).isZero();
        assertThat(printed.strip()).isEqualTo("[]");
    }

    @Test
    void aNoticeIsOwedUntilAPersonSaysThatItWasSent() {
        try (Ledger ledger = openLedger()) {
            ledger.notices().owe("main", "REVIEW_REQUEST", "1", "A.hl7");
        }

        assertThat(run("notices")).isZero();
        assertThat(printed).contains("REVIEW_REQUEST", "it goes within a minute");
        assertThat(run("notices", "show", "1")).isZero();
        assertThat(printed).contains("Subject: review request, main", "A.hl7");
        assertThat(run("notices", "sent", "1", "--why", "by my own mail")).isZero();
        assertThat(run("notices")).isZero();
        assertThat(printed).doesNotContain("REVIEW_REQUEST");
        assertThat(run("notices", "list", "--all")).isZero();
        assertThat(printed).contains("REVIEW_REQUEST", "SENT");
        assertThat(run("notices", "sent", "1", "--why", "again")).isEqualTo(3);
        assertThat(printed).contains("vaxroute notices list --all");
    }

    @Test
    void anOpenAlarmShowsInTheExitCode() {
        try (Ledger ledger = openLedger()) {
            ledger.alarms().raise("login-refused", "account:main", "Change the password, then it is tried again.");
        }

        assertThat(run("status")).isEqualTo(1);
        assertThat(printed).contains("login-refused").contains("Change the password");
    }

    @ParameterizedTest
    @CsvSource({"ann, ann (command line)", "\u0141ucja, \u0141ucja (command line)", "?, command line"})
    void whoActedStandsOnTheTrail(String account, String who) {
        startServer();
        String before = System.setProperty("user.name", account);
        try {
            assertThat(run("gate", "test", "main")).isZero();
        } finally {
            System.setProperty("user.name", before);
        }

        try (Ledger ledger = openLedger()) {
            assertThat(ledger.trail().recent(5))
                    .anySatisfy(entry -> assertThat(entry.who()).isEqualTo(who));
        }
    }

    @Test
    void faultsAndSymptomsShowInTheExitCode() {
        assertThat(run("check")).isZero();
        assertThat(printed).contains("without fault").doesNotContain("Not in use");
        house.off = List.of("main (enabled = false)");
        assertThat(run("check")).isZero();
        assertThat(printed).contains("Not in use, and not looked at: main (enabled = false)");
        assertThat(run("doctor")).isZero();

        house.faults =
                List.of("config/vaxroute.properties:3: intake.chunk: \"many\" is not a whole number. Write one.");
        house.symptoms = List.of(new org.vaxroute.cli.House.Symptom("clock", false, "is an hour off. Set it."));

        assertThat(run("check")).isEqualTo(1);
        assertThat(printed).contains("config/vaxroute.properties:3").contains("1 fault.");
        assertThat(run("doctor")).isEqualTo(1);
        assertThat(printed).contains("MEND  clock: is an hour off. Set it.");
    }

    @Test
    void aUserIsAddedWithAHashOnly() throws Exception {
        java.io.InputStream before = System.in;
        System.setIn(new java.io.ByteArrayInputStream(
                "a long password\n".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        try {
            assertThat(run("user", "add", "vera", "--role", "viewer", "--password-stdin"))
                    .isZero();
        } finally {
            System.setIn(before);
        }

        assertThat(Files.readString(folder.resolve("config/users")))
                .contains("vera = pbkdf2:")
                .contains(", viewer")
                .doesNotContain("a long password");

        assertThat(run("user", "list")).isZero();
        assertThat(printed).contains("vera").contains("viewer").doesNotContain("pbkdf2");
        assertThat(run("user", "remove", "vero")).isEqualTo(3);
        assertThat(printed).contains("no user vero").contains("vaxroute user list");
        assertThat(run("user", "remove", "vera")).isZero();
        assertThat(Files.readString(folder.resolve("config/users")))
                .doesNotContain("vera")
                .startsWith("#");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "run",
                "practice",
                "check",
                "doctor",
                "status",
                "files",
                "files uploaded",
                "audit",
                "gate",
                "gate approve",
                "held",
                "held drop",
                "pause",
                "resume",
                "answers",
                "answers explain",
                "tasks",
                "tasks list",
                "tasks export",
                "held recheck",
                "held edit",
                "held export",
                "report quality",
                "files resend",
                "user add",
                "user list",
                "user remove"
            })
    void everyCommandExplainsItself(String command) {
        String[] words = (command + " --help").strip().split(" ");

        assertThat(run(words)).isZero();
        assertThat(printed).contains("Usage: vaxroute").contains("--home");
    }

    @Test
    void aFileThatCannotBeWrittenIsToldWithTheCause() {
        house.fault = new UncheckedIOException("The folder run cannot be written", new IOException("No space left"));

        assertThat(run("check")).isEqualTo(3);

        assertThat(printed)
                .isEqualTo("vaxroute: The folder run cannot be written (java.io.IOException: No space left)\n");
    }

    @Test
    void aWrongCommandLineIsToldApart() {
        assertThat(run("stauts")).isEqualTo(2);
        assertThat(printed).contains("status");
        assertThat(run("practice", "--short", "--patients", "7")).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "held --rule OTHER drop --all --why x",
                "held --source other release --all --why x",
                "held drop --all --why x --rule=",
                "held release --all --connection= --why x",
                "tasks --code CLR-100 export tasks.csv",
                "files --json resend A.hl7 --why x"
            })
    void anOptionThatWouldNotCountIsRefused(String command) {
        assertThat(run(command.split(" "))).isEqualTo(2);
        assertThat(printed).containsAnyOf("and would not count there. Write it behind: vaxroute ", "is empty");

        assertThat(run("held", "--rule", "TX-*")).isZero();
        assertThat(printed).contains("TX-CONSENT");
        assertThat(run("held", "--home", folder.toString(), "list", "--rule", "TX-*"))
                .isZero();
        assertThat(printed).contains("TX-CONSENT");
        assertThat(run("held", "--rule", "TX-*", "drop", "--help")).isZero();
    }

    /** What lands in the file when the output is sent there. */
    private byte[] shown(String id) {
        PrintStream before = System.out;
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        System.setOut(new PrintStream(file, true, java.nio.charset.StandardCharsets.US_ASCII));
        try {
            assertThat(run("held", "show", id, "--hl7")).isZero();
        } finally {
            System.setOut(before);
        }
        return file.toByteArray();
    }

    private int run(String... words) {
        StringWriter text = new StringWriter();
        CommandLine command = Main.commandLine(house);
        command.setOut(new PrintWriter(text, true));
        command.setErr(new PrintWriter(text, true));
        int code = command.execute(words);
        printed = text.toString();
        return code;
    }

    private Ledger openLedger() {
        return Ledger.open(settings, clock);
    }
}
