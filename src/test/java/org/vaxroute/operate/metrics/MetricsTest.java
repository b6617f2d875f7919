package org.vaxroute.operate.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyFactory;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.feeds.FeedSettings;
import org.vaxroute.feeds.GateSettings;
import org.vaxroute.feeds.Schedule;
import org.vaxroute.feeds.WatchSettings;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.ledger.TestDatabase;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Severity;
import org.vaxroute.rules.Verdict;

class MetricsTest {
    private static final String PATIENT = "Unmistakable";

    /** Names that stand in the dashboard although nothing in this test can bring them about. */
    private static final Set<String> ELSEWHERE = Set.of(
            "vaxroute_certificate_days", "vaxroute_delivery_next_attempt_time", "vaxroute_delivery_last_sent_time");

    @TempDir
    Path folder;

    private final Clock clock = Clock.systemUTC();
    private Ledger ledger;
    private Metrics metrics;

    @BeforeEach
    void open() {
        ledger = Ledger.open(TestDatabase.H2.fresh(folder), clock);
        FeedSettings feed = new FeedSettings(
                "main",
                ZoneId.of("America/Chicago"),
                Schedule.every(Duration.ofHours(1)),
                GateSettings.DEFAULT,
                WatchSettings.DEFAULT,
                Map.of());
        metrics = new Metrics(ledger, List.of(feed), List.of(), clock);
        store("M1", Verdict.DELIVERABLE);
        store("M2", Verdict.HELD);
        ledger.alarms().raise("login-refused", "account:main", "Change the password.");
        ledger.pauses().pause(Pausable.source("main", "clinic"), "ann", "x");
    }

    @AfterEach
    void close() {
        metrics.close();
        ledger.close();
    }

    private void store(String id, Verdict verdict) {
        byte[] text = ("MSH|^~\\&|EHR|0123456789|TxImmTrac|TxDSHS|20260203120000-0600||VXU^V04^VXU_V04|" + id
                        + "|P|2.5.1\rPID|1||" + id + "^^^EHR^MR||" + PATIENT + "^Ada^^^^^L||20150101|F\r"
                        + "ORC|RE||D1^EHR\rRXA|0|1|20260111||100^X^CVX|0.5\r")
                .getBytes(StandardCharsets.US_ASCII);
        TakenRecord record = TakenRecord.of(SourceRef.of("clinic", id, text), 1, text, Message.parse(text));
        List<Finding> findings = verdict == Verdict.HELD
                ? List.of(new Finding(
                        "tx-consent-missing", Severity.ERROR, Effect.MESSAGE, "PD1-12", "Missing", "Get it"))
                : List.of();
        record.judgement(new Judgement(verdict, List.of(verdict), findings));
        ledger.records()
                .store(new Chunk("main", "clinic", Feed.ONGOING, List.of(record), new PositionMove.None(), true));
    }

    @Test
    void aKeyStoreWhoseSecretCanBeReadNoMoreKeepsNoFigureFromBeingTold() throws Exception {
        Path store = Files.write(folder.resolve("console.p12"), new byte[] {0x30, 0x00});
        Certificates console = new Certificates("console", store, () -> {
            throw new IllegalStateException("config/secrets/console may be read by others");
        });
        try (Metrics figures = new Metrics(ledger, List.of(), List.of(console), clock)) {
            assertThat(console.end()).isEmpty();
            assertThat(figures.scrape()).contains("vaxroute_ledger_up 1").doesNotContain("use=\"console\"");
        }
    }

    @Test
    void theLedgersFiguresAreToldAndNoPatientIs() {
        String text = metrics.scrape();

        assertThat(text)
                .contains(
                        "vaxroute_source_records_total{connection=\"main\",feed=\"ongoing\",outcome=\"read\",source=\"clinic\"} 2.0")
                .contains("vaxroute_feed_backlog{connection=\"main\",feed=\"ongoing\"} 1.0")
                .contains("vaxroute_held_records{connection=\"main\",rule=\"tx-consent-missing\"} 1.0")
                .contains("vaxroute_alarms_open{kind=\"login-refused\"} 1.0")
                .contains("vaxroute_paused{id=\"main.clinic\",kind=\"source\"} 1.0")
                .contains("vaxroute_ledger_up 1.0")
                .doesNotContain(PATIENT)
                .doesNotContain("M1")
                .doesNotContain("20150101");

        store("M3", Verdict.DELIVERABLE);
        assertThat(metrics.scrape()).contains("outcome=\"read\",source=\"clinic\"} 3.0");
    }

    @Test
    void whileTheLedgerIsAwayNothingOldIsTold() {
        metrics.scrape();
        ledger.close();

        assertThat(metrics.scrape())
                .contains("vaxroute_ledger_up 0.0")
                .doesNotContain("vaxroute_feed_backlog{")
                .doesNotContain("vaxroute_alarms_open{")
                .contains("jvm_memory_used_bytes");
    }

    @Test
    void everyNameInTheDashboardIsAFigureThatIsTold() throws Exception {
        Set<String> used = new TreeSet<>();
        JsonNode board = new ObjectMapper().readTree(Files.readString(Path.of("docker/grafana/vaxroute.json")));
        Pattern name = Pattern.compile("\\b(?:vaxroute|camel|jvm)_[a-z_]+");
        board.get("panels").forEach(panel -> panel.get("targets")
                .forEach(target ->
                        name.matcher(target.get("expr").asText()).results().forEach(found -> used.add(found.group()))));
        assertThat(board.get("panels")).hasSizeGreaterThan(10);
        String told = scrapeWithARoute();

        assertThat(used).hasSizeGreaterThan(15);
        assertThat(used).filteredOn(one -> !ELSEWHERE.contains(one)).allSatisfy(one -> assertThat(told)
                .containsPattern("(?m)^" + one + "[{ ]"));
    }

    private String scrapeWithARoute() throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            MicrometerRoutePolicyFactory routes = new MicrometerRoutePolicyFactory();
            routes.setMeterRegistry(metrics.registry());
            camel.addRoutePolicyFactory(routes);
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in").routeId("in").setBody(constant("y")).id("one-step");
                }
            });
            camel.start();
            camel.createProducerTemplate().sendBody("direct:in", "x");
            return metrics.scrape();
        }
    }
}
