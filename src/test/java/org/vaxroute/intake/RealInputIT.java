package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Balance;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.Run;
import org.vaxroute.ledger.SourceFile;
import org.vaxroute.ledger.SourceFileState;
import org.vaxroute.practice.FreePort;
import org.vaxroute.rules.Verdict;
import org.vaxroute.vxu.ColumnMap;

/**
 * What nobody here wrote, through all three intakes under the rules for Texas: sample messages of other makers and the tables of
 * a synthetic EHR. Prints what became of each message.
 */
class RealInputIT {
    private static final Duration LONGEST = Duration.ofSeconds(90);
    private static final Set<String> TIMES = Set.of("DATE", "START", "STOP");
    private static final Set<String> DAYS = Set.of("BIRTHDATE", "DEATHDATE");

    @TempDir
    Path home;

    private static Path samples(String folder) {
        Optional<Path> found = Stream.iterate(Path.of("").toAbsolutePath(), p -> p != null, Path::getParent)
                .map(p -> Path.of(System.getProperty(
                        "vaxroute.shared", p.resolve("shared").toString())))
                .map(p -> p.resolve("data/samples").resolve(folder))
                .filter(Files::isDirectory)
                .findFirst();
        Assumptions.assumeTrue(found.isPresent(), "no sample data beside the project");
        return found.get();
    }

    private static List<Path> messageFiles() throws IOException {
        try (Stream<Path> all = Files.walk(samples("vxu"))) {
            return all.filter(p -> p.toString().endsWith(".hl7")).sorted().toList();
        }
    }

    private static String nameOf(Path sample) {
        return sample.getParent().getFileName() + "/" + sample.getFileName();
    }

    private static IntakeHouse texas(Path home) throws Exception {
        IntakeHouse house = new IntakeHouse(home);
        house.likeTexas();
        return house;
    }

    private static StoreStep noting(IntakeHouse house, Fates fates) {
        return new StoreStep(chunk -> {
            fates.of(chunk);
            return house.ledger.store(chunk);
        });
    }

    @Test
    void everySampleFileIsTakenAndEachOfItsMessagesAccountedFor() throws Exception {
        List<Path> samples = messageFiles();
        Fates fates = new Fates("Sample files dropped into a folder");
        try (IntakeHouse house = texas(home)) {
            house.fileSource("clinic");
            for (int i = 0; i < samples.size(); i++) {
                Files.copy(samples.get(i), house.in.resolve("clinic/%02d.hl7".formatted(i)));
            }
            StoreStep store = noting(house, fates);
            house.start(
                    Map.of("chunkStore", store, "fileReader", new FileReader(house.settings, store, house.clock)),
                    Path.of("routes/intake/intake-file.yaml"));
            await().atMost(LONGEST)
                    .untilAsserted(() -> assertThat(house.ledger.sourceFiles().recent(1_000))
                            .hasSameSizeAs(samples)
                            .extracting(SourceFile::state)
                            .isSubsetOf(SourceFileState.DONE, SourceFileState.FAILED));

            List<SourceFile> files = house.ledger.sourceFiles().recent(1_000);
            Map<String, String> names = files.stream()
                    .collect(Collectors.toMap(
                            f -> "#" + f.id(),
                            f -> nameOf(samples.get(Integer.parseInt(f.name().substring(0, 2))))));
            files.stream()
                    .filter(f -> f.state() == SourceFileState.FAILED)
                    .forEach(f -> fates.refused("#" + f.id(), 0, f.failedWhy()));
            fates.print(names);
            assertThat(files.stream().filter(f -> f.state() == SourceFileState.DONE))
                    .allSatisfy(f -> assertThat((long) f.messagesStored()).isEqualTo(f.messages()));
            assertThat(files).noneMatch(f -> f.state() == SourceFileState.FAILED);
            assertThat(house.read("clinic")).isEqualTo(fates.size());
            assertThat(fates.count(Verdict.UNREADABLE)).isZero();
            house.assertBalanced();
        }
    }

    @Test
    void everySampleMessageIsAnsweredOverMllpAndStoredIfItWasAccepted() throws Exception {
        Fates fates = new Fates("Sample messages sent over MLLP");
        try (IntakeHouse house = texas(home)) {
            int port = FreePort.find();
            house.properties.setProperty("intake.mllp.port", Integer.toString(port));
            house.senders.add(new MllpSource("ehr", "main", Feed.ONGOING, IntakeHouse.TEXAS, "", ""));
            AtomicReference<String> file = new AtomicReference<>();
            AtomicReference<Integer> number = new AtomicReference<>();
            StoreStep store = new StoreStep(chunk -> {
                fates.add(file.get(), number.get(), chunk.records().get(0));
                return house.ledger.store(chunk);
            });
            house.start(
                    Map.of("chunkStore", store),
                    Path.of("routes/intake/intake-mllp.yaml"),
                    Path.of("routes/intake/mllp-chunk.yaml"));

            int accepted = 0;
            int sent = 0;
            try (MllpClient sender = MllpClient.to(port)) {
                for (Path sample : messageFiles()) {
                    file.set(nameOf(sample));
                    int inFile = 0;
                    for (String message : messages(sample)) {
                        number.set(++inFile);
                        sent++;
                        Message ack = sender.say(message);
                        assertThat(ack.get("MSA-1")).isIn("AA", "AR");
                        if (ack.get("MSA-1").equals("AA")) {
                            accepted++;
                        } else {
                            fates.refused(file.get(), inFile, ack.get("ERR-8"));
                        }
                    }
                }
            }
            fates.print(Map.of());
            assertThat(sent).isEqualTo(accepted + (int) house.beans.mllpCounts().refused());
            assertThat(house.beans.mllpCounts().stored()).isEqualTo(accepted);
            assertThat(house.read("ehr")).isEqualTo(accepted);
            assertThat(house.beans.mllpCounts().notStored()).isZero();
            house.assertBalanced();
        }
    }

    /** The file's messages, cut where a line begins a message and with segments ended by CR, as a sender would. */
    private static List<String> messages(Path sample) throws IOException {
        String text = Files.readString(sample, StandardCharsets.UTF_8).replace("\uFEFF", "");
        return Stream.of(text.split("(?m)(?=^MSH\\|)"))
                .filter(part -> part.startsWith("MSH|"))
                .map(part -> part.strip().replaceAll("[\r\n]+", "\r") + "\r")
                .toList();
    }

    @Test
    void theTablesOfAnEhrInH2AreReadAndEachRowAccountedFor() throws Exception {
        try (Connection ehr = DriverManager.getConnection("jdbc:h2:mem:synthea-route", "sa", "")) {
            readTables("H2", "jdbc:h2:mem:synthea-route", "sa", "", ehr);
        }
    }

    @Test
    void theTablesOfAnEhrInPostgresAreReadAndEachRowAccountedFor() throws Exception {
        samples("ehr-csv");
        try (EmbeddedPostgres server =
                        EmbeddedPostgres.builder().setPort(FreePort.find()).start();
                Connection ehr = server.getPostgresDatabase().getConnection()) {
            readTables("PostgreSQL", server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres", ehr);
        }
    }

    private void readTables(String database, String url, String user, String password, Connection ehr)
            throws Exception {
        int rows = load(ehr, samples("ehr-csv"));
        Fates fates = new Fates("Synthea's tables read from " + database);
        try (IntakeHouse house = texas(home)) {
            AtomicReference<Instant> due = new AtomicReference<>(Instant.MAX);
            Path columns = Path.of("config/sources/synthea");
            house.queries.add(new JdbcSource(
                    "synthea",
                    "main",
                    Feed.ONGOING,
                    IntakeHouse.TEXAS,
                    url,
                    user,
                    () -> password,
                    (since, now) -> Optional.of(due.get()).filter(d -> d.isAfter(since) && !d.isAfter(now)),
                    Files.readString(columns.resolve("query.sql")),
                    ColumnMap.load(columns),
                    JdbcSource.FROM_THE_BEGINNING,
                    Duration.ofMinutes(10),
                    50,
                    Duration.ofSeconds(30),
                    JdbcSource.ALL));
            StoreStep store = noting(house, fates);
            var runs = house.runs(house.queries);
            house.start(
                    Map.of("chunkStore", store, "jdbcReader", new JdbcReader(runs, store, house.settings)),
                    Path.of("routes/intake/intake-jdbc.yaml"));
            for (int run = 0; run < 2; run++) {
                Instant now = house.clock.instant().truncatedTo(ChronoUnit.MILLIS);
                due.set(now);
                await().atMost(LONGEST).until(() -> house.ledger
                        .runs()
                        .last("main", "source:synthea")
                        .filter(r -> r.scheduledFor().equals(now))
                        .map(Run::endedAt)
                        .isPresent());
            }

            fates.printSummary();
            assertThat(house.ledger.alarms().open()).isEmpty();
            Balance balance = house.ledger.conservation().balance();
            assertThat(balance.differences()).isEmpty();
            assertThat(balance.lines()).singleElement().satisfies(line -> {
                assertThat(line.read().doses()).isEqualTo(rows);
                assertThat(line.read().records()).isEqualTo(fates.size());
            });
        }
    }

    /** Loads the tables and says how many immunizations there are. */
    private static int load(Connection database, Path folder) throws SQLException, IOException {
        int rows = 0;
        for (String table : List.of("organizations", "providers", "patients", "encounters", "immunizations")) {
            CSVFormat format = CSVFormat.DEFAULT
                    .builder()
                    .setHeader()
                    .setSkipHeaderRecord(true)
                    .get();
            try (CSVParser csv = CSVParser.parse(Files.newBufferedReader(folder.resolve(table + ".csv")), format);
                    Statement ddl = database.createStatement()) {
                List<String> names = csv.getHeaderNames();
                ddl.execute("create table " + table
                        + names.stream().map(n -> n + " " + type(n)).collect(Collectors.joining(", ", " (", ")")));
                String marks =
                        names.stream().map(n -> "cast(? as " + type(n) + ")").collect(Collectors.joining(", "));
                try (PreparedStatement insert =
                        database.prepareStatement("insert into " + table + " values (" + marks + ")")) {
                    rows = 0;
                    for (CSVRecord line : csv) {
                        for (int i = 0; i < names.size(); i++) {
                            insert.setString(i + 1, line.get(i).isEmpty() ? null : line.get(i));
                        }
                        insert.addBatch();
                        rows++;
                    }
                    insert.executeBatch();
                }
            }
        }
        return rows;
    }

    private static String type(String column) {
        return TIMES.contains(column) ? "timestamp with time zone" : DAYS.contains(column) ? "date" : "varchar(400)";
    }
}
