package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.Position;
import org.vaxroute.ledger.TestDatabase;
import org.vaxroute.rules.RuleSet;
import org.vaxroute.rules.Transforms;
import org.vaxroute.vxu.Referee;

/** A small installation for tests: a home, a ledger on H2 and the real intake routes. */
final class IntakeHouse implements AutoCloseable {
    static final ZoneId TEXAS = ZoneId.of("America/Chicago");
    static final Referee REFEREE = new Referee();
    private static final String RULES =
            """
            rules:
              - id: test-name
                path: PID-5.1
                check: required
                severity: error
                effect: message
                reason: The patient has no last name.
                remedy: Enter it in the EHR.
                guide: IZ-22
            """;

    final Path home;
    final Path in;
    final List<FileSource> files = new ArrayList<>();
    final List<JdbcSource> queries = new ArrayList<>();
    final List<MllpSource> senders = new ArrayList<>();
    final List<MadeUpSource> madeUp = new ArrayList<>();
    final Properties properties = new Properties();
    IntakeSettings settings;
    final List<KafkaSource> topicSources = new ArrayList<>();
    MllpSettings mllp = MllpSettings.loopback();
    KafkaSettings kafka = KafkaSettings.off();
    String node = "here";
    Clock clock = Clock.system(TEXAS);
    final List<Path> ruleFiles = new ArrayList<>();
    final List<Path> transformFiles = new ArrayList<>();
    Ledger ledger;
    DefaultCamelContext camel;
    IntakeBeans beans;
    Sites sites = Sites.NONE;

    IntakeHouse(Path home) throws Exception {
        this.home = home;
        this.in = home.resolve("work/in");
        Files.createDirectories(in);
        settings = new IntakeSettings(in, Duration.ZERO, false, 10, 2, 4, 1 << 20, Duration.ofMillis(200), 1, 1, 100);
        properties.putAll(Map.of(
                "intake.file.directory", in.toString(),
                "intake.file.depth", "4",
                "intake.file.poll", "100",
                "intake.file.exclude", ".*\\.part",
                "intake.file.min-age", "0",
                "intake.jdbc.poll", "100"));
        properties.putAll(Map.of(
                "intake.mllp.enabled", "true",
                "intake.mllp.host", "127.0.0.1",
                "intake.mllp.connections", "200",
                "intake.mllp.tls", "false",
                "intake.mllp.client-certificates", "false"));
        properties.putAll(Map.of("intake.kafka.enabled", "true", "intake.kafka.poll", "50"));
        Path rules = home.resolve("rules.yaml");
        Files.writeString(rules, RULES);
        ruleFiles.add(rules);
        openLedger();
    }

    /** Takes the shipped rules and changes for Texas instead of the one rule of the tests. */
    void likeTexas() {
        ruleFiles.clear();
        for (String registry : List.of("national", "immtrac2")) {
            Path profile = Path.of("config/registries", registry);
            ruleFiles.add(profile.resolve("rules.yaml"));
            transformFiles.add(profile.resolve("transform.yaml"));
        }
    }

    /** Two clinics: north, which the EHR calls CLINIC, and south. */
    void withSites() throws IOException {
        Path table = home.resolve("sites.csv");
        Files.writeString(table, "site,sourceFacility,registryId\nnorth,CLINIC,0123456781\nsouth,SOUTH,0123456782\n");
        sites = new Sites(
                SiteTable.read(table, List.of("main")).of("main", Pattern.compile("[0-9]{10}")),
                List.of(org.vaxroute.hl7.Path.of("MSH-4.1")),
                List.of(SiteFill.of("MSH-4.1=id"), SiteFill.of("RXA-11.4.1=id")),
                Map.of("rows", "south"));
    }

    /** Site and state of every record in the ledger, with how many there are. */
    Map<String, Long> sitesAndStates() {
        Map<String, Long> counts = new TreeMap<>();
        // Ids are handed out in blocks, one for each chunk.
        for (long id = 1; id < 1000; id++) {
            ledger.records()
                    .find(id)
                    .ifPresent(record -> counts.merge(record.site() + " " + record.state(), 1L, Long::sum));
        }
        return counts;
    }

    void openLedger() {
        ledger = Ledger.open(TestDatabase.H2.fresh(home), clock);
    }

    FileSource fileSource(String id) throws Exception {
        var source = new FileSource(id, "main", Feed.ONGOING, TEXAS, null);
        files.add(source);
        Files.createDirectories(in.resolve(id));
        return source;
    }

    /** The drop folder, by another hand than the beans'. */
    FileDrop drop() {
        return new FileDrop(
                settings,
                files,
                ledger.sourceFiles(),
                ledger.historicalLoads(),
                ledger.pauses(),
                ledger.leases(),
                "here",
                new LedgerAlarms(ledger.alarms()),
                clock);
    }

    /** When which query is read, by another hand than the beans'. */
    JdbcRuns runs(Collection<JdbcSource> sources) {
        return new JdbcRuns(
                sources,
                ledger.runs(),
                ledger.positions(),
                ledger.historicalLoads(),
                ledger.pauses(),
                ledger.leases(),
                settings,
                new LedgerAlarms(ledger.alarms()),
                clock,
                "here");
    }

    /** Starts Camel with these route files; {@code #stepName: replacement} is done by the caller through the beans. */
    void start(Map<String, Object> replaced, Path... routes) throws Exception {
        CodeTables codes = CodeTables.load(Path.of("config/codes")).withFile(Path.of("config/prescribers.csv"));
        RuleSet rules = RuleSet.load(ruleFiles, codes);
        beans = new IntakeBeans(
                settings,
                files,
                queries,
                senders,
                madeUp,
                mllp,
                kafka,
                topicSources,
                ledger,
                Map.of("main", rules),
                Map.of("main", Transforms.load(transformFiles, codes, TEXAS)),
                Map.of("main", sites),
                REFEREE,
                Map.of("main", TEXAS),
                node,
                clock);
        camel = new DefaultCamelContext();
        camel.getShutdownStrategy().setTimeout(10);
        camel.getPropertiesComponent().setInitialProperties(properties);
        beans.beans().forEach(camel.getRegistry()::bind);
        replaced.forEach(camel.getRegistry()::bind);
        for (Path failure : List.of(
                Path.of("routes/failures/on-source-failure.yaml"), Path.of("routes/failures/on-bad-record.yaml"))) {
            load(failure);
        }
        for (Path route : routes) {
            load(route);
        }
        camel.start();
    }

    private void load(Path route) throws Exception {
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(ResourceHelper.resolveResource(camel, "file:" + route.toAbsolutePath()));
    }

    void stop() {
        if (camel != null) {
            camel.stop();
            camel = null;
        }
    }

    long read(String source) {
        return ledger.positions()
                .get("main", source, Feed.ONGOING)
                .map(Position::recordsRead)
                .orElse(0L);
    }

    void assertBalanced() {
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    @Override
    public void close() {
        stop();
        ledger.close();
    }

    static String vxu(String controlId, String lastName) {
        return "MSH|^~\\&|EHR|CLINIC|||20261122101500-0600||VXU^V04^VXU_V04|" + controlId
                + "|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS\r"
                + "PID|1||" + controlId + "^^^CLINIC^MR||" + lastName + "^Ana||20190309|F\r"
                + "ORC|RE||" + controlId + "-1^CLINIC\r"
                + "RXA|0|1|20261101||03^MMR^CVX|0.5|mL^mL^UCUM||00^NEW^NIP001|||||||||||CP|A\r"
                + "RXR|C38299^Subcutaneous^NCIT\r";
    }

    /** So many messages with distinct patients, in one batch file. */
    static String batch(String prefix, int messages) {
        var text = new StringBuilder("FHS|^~\\&|EHR|CLINIC\rBHS|^~\\&|EHR|CLINIC\r");
        for (int i = 1; i <= messages; i++) {
            text.append(vxu(prefix + i, "Adams"));
        }
        return text.append("BTS|").append(messages).append("\rFTS|1\r").toString();
    }
}
