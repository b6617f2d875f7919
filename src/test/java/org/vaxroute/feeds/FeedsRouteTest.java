package org.vaxroute.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.vaxroute.ledger.Alarm;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.LedgerUnavailable;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.operate.mbean.AlarmNews;
import org.vaxroute.submit.AssemblySettings;
import org.vaxroute.submit.FeedCase;
import org.vaxroute.submit.FileAssembler;
import org.vaxroute.submit.FileLimits;
import org.vaxroute.submit.SendGate;
import org.vaxroute.submit.SubmissionFolder;

/** The shipped route files with the real beans. */
class FeedsRouteTest extends FeedCase {
    private static final String OTHER = "other";

    private final CamelContext camel = new DefaultCamelContext();
    /** Connections whose next file is not built before the other's is. */
    private final Map<String, CountDownLatch> builtAfter = new ConcurrentHashMap<>();

    private final Around around = new Around();
    private Gatekeeper gate;

    @BeforeEach
    void startRoutes() throws Exception {
        GateSettings rules = new GateSettings(2, false, false, 50, 1, 100);
        FeedSettings settings = new FeedSettings(
                MAIN, TEXAS, Schedule.cron("0 0 2 * * ?", TEXAS), rules, WatchSettings.DEFAULT, Map.of());
        gate = new Gatekeeper(ledger, id -> rules, id -> List.of(), Owed.NOTHING, clock);
        bind(
                "assembler",
                new FileAssembler(
                        ledger, this::assembled, new Adapter(gate), new SubmissionFolder(work.resolve("out"))));
        FeedSettings other = new FeedSettings(
                OTHER, TEXAS, Schedule.cron("0 0 2 * * ?", TEXAS), rules, WatchSettings.DEFAULT, Map.of());
        bind("ongoingFeed", new OngoingFeed(ledger, gate, List.of(settings, other), "node-1", clock));
        bind("testSubmission", new TestSubmission(ledger, gate, List.of(settings), clock));
        bind("testProgress", new TestProgress(ledger, gate, AnswerBook.EMPTY, List.of(settings)));
        bind("alarmNews", new AlarmNews(ledger, clock));
        bind("dueWatch", new DueWatch(ledger, List.of(settings), around, clock, due -> {}));
        camel.getPropertiesComponent().addInitialProperty("feed.tick", "100");
        camel.getPropertiesComponent().addInitialProperty("watch.tick", "100");
        for (String file : List.of(
                "failures/on-feed-failure",
                "submit/assemble-files",
                "feeds/ongoing-feed",
                "feeds/test-submission",
                "watch/due-watch")) {
            Resource resource = ResourceHelper.resolveResource(camel, "file:routes/" + file + ".yaml");
            PluginHelper.getRoutesLoader(camel).loadRoutes(resource);
        }
        camel.getExecutorServiceManager()
                .registerThreadPoolProfile(new ThreadPoolProfileBuilder("feed-builders")
                        .poolSize(2)
                        .build());
        camel.start();
    }

    private AssemblySettings assembled(String connection) {
        try {
            CountDownLatch other = builtAfter.get(connection);
            assertThat(other == null || other.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return assembly(new FileLimits(2, 100_000));
    }

    @AfterEach
    void stopRoutes() {
        camel.stop();
    }

    @Test
    void a_due_run_builds_files_until_the_lane_is_empty_and_says_so() {
        gate.adopt(MAIN, "letter", clock.instant(), false, "ada");
        records.store(MAIN, Feed.ONGOING, 5);
        clock.advance(Duration.ofDays(1));
        await().until(() -> ledger.runs()
                .last(MAIN, OngoingFeed.SUBJECT)
                .filter(run -> run.endedAt() != null)
                .isPresent());
        assertThat(ledger.runs().last(MAIN, OngoingFeed.SUBJECT).orElseThrow().outcome())
                .isEqualTo("3 files");
        assertThat(ledger.submissionFiles().of(MAIN, Feed.ONGOING))
                .extracting(SubmissionFile::messages)
                .containsExactly(2, 2, 1);
        assertThat(ledger.submissionFiles().of(MAIN, Feed.ONGOING)).allMatch(file -> file.sha256() != null);
    }

    @Test
    void a_connection_with_much_to_send_keeps_no_other_from_being_built() {
        CountDownLatch otherIsBuilt = new CountDownLatch(1);
        builtAfter.put(MAIN, otherIsBuilt);
        for (String connection : List.of(MAIN, OTHER)) {
            gate.adopt(connection, "letter", clock.instant(), false, "ada");
            records.store(connection, Feed.ONGOING, 1);
        }
        clock.advance(Duration.ofDays(1));

        await().until(() -> ended(OTHER));
        assertThat(ended(MAIN)).isFalse();
        otherIsBuilt.countDown();
        await().until(() -> ended(MAIN));

        assertThat(ledger.submissionFiles().of(OTHER, Feed.ONGOING)).hasSize(1);
        assertThat(ledger.submissionFiles().of(MAIN, Feed.ONGOING)).hasSize(1);
    }

    private boolean ended(String connection) {
        return ledger.runs()
                .last(connection, OngoingFeed.SUBJECT)
                .filter(run -> run.endedAt() != null)
                .isPresent();
    }

    @Test
    void a_folder_in_trouble_leaves_the_run_open_until_it_is_mended() throws Exception {
        Path out = Files.writeString(work.resolve("out"), "in the way");
        gate.adopt(MAIN, "letter", clock.instant(), false, "ada");
        records.store(MAIN, Feed.ONGOING, 1);
        clock.advance(Duration.ofDays(1));
        await().until(() -> !ledger.submissionFiles().of(MAIN, Feed.ONGOING).isEmpty());
        assertThat(ledger.runs().last(MAIN, OngoingFeed.SUBJECT).orElseThrow().endedAt())
                .isNull();
        await().until(() -> ledger.alarms().open().stream()
                .anyMatch(alarm -> alarm.kind().equals("feed-failing")
                        && alarm.subject().equals("connection:main/ongoing")
                        && alarm.detail().contains("Free space")));
        Files.delete(out);
        await().until(() -> ledger.runs()
                .last(MAIN, OngoingFeed.SUBJECT)
                .filter(run -> run.endedAt() != null)
                .isPresent());
        assertThat(ledger.submissionFiles().of(MAIN, Feed.ONGOING)).hasSize(1).allMatch(file -> file.sha256() != null);
        assertThat(ledger.runs().recent(MAIN, OngoingFeed.SUBJECT, 10)).hasSize(1);
        assertThat(ledger.alarms().open()).isEmpty();
    }

    @Test
    void what_is_wrong_in_the_installation_keeps_no_connection_from_being_looked_at() {
        around.house.add(null);
        gate.adopt(MAIN, "letter", clock.instant(), false, "ada");
        clock.advance(Duration.ofDays(26));
        await().until(() ->
                ledger.alarms().open().stream().anyMatch(alarm -> alarm.kind().equals("no-production-file-warning")));
    }

    @Test
    void a_run_that_failed_keeps_no_lease_when_the_node_takes_no_more_work() throws Exception {
        Files.writeString(work.resolve("out"), "in the way");
        gate.adopt(MAIN, "letter", clock.instant(), false, "ada");
        records.store(MAIN, Feed.ONGOING, 1);
        clock.advance(Duration.ofDays(1));
        await().until(() -> !ledger.submissionFiles().of(MAIN, Feed.ONGOING).isEmpty());

        ledger.leases().rest(true);
        camel.getRouteController().stopRoute("ongoing-feed");

        assertThat(ended(MAIN)).isFalse();
        await().until(() -> camel.getInflightRepository().size("ongoing-feed") == 0);
        assertThat(ledger.leases().held()).isEmpty();
    }

    /** In place of the feed: one due run, whose end cannot be written down. */
    public static final class NoEnd {
        private final AtomicBoolean letGo = new AtomicBoolean();

        public List<DueFeed> due() {
            return letGo.get() ? List.of() : List.of(new DueFeed(MAIN, Feed.ONGOING, Instant.EPOCH));
        }

        public boolean begin(DueFeed due) {
            return true;
        }

        public void ended(DueFeed due, String outcome) {
            throw new LedgerUnavailable("The ledger is away.", null);
        }

        public void letGo(DueFeed due) {
            letGo.set(true);
        }
    }

    @Test
    void a_run_whose_end_cannot_be_written_down_is_let_go_of_and_reported() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger("org.vaxroute.feeds");
        log.start();
        logger.addAppender(log);
        NoEnd feed = new NoEnd();
        camel.getRouteController().stopRoute("ongoing-feed");
        camel.removeRoute("ongoing-feed");
        camel.getRegistry().unbind("ongoingFeed");
        bind("ongoingFeed", feed);
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(ResourceHelper.resolveResource(camel, "file:routes/feeds/ongoing-feed.yaml"));
        try {
            await().until(feed.letGo::get);
            await().untilAsserted(() -> assertThat(log.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .contains("ongoing-feed: The ledger is away."));
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void test_files_follow_each_other_once_the_last_is_settled() {
        gate.startTesting(MAIN, "ada");
        records.store(MAIN, Feed.TEST, 5);
        await().until(() -> written(Feed.TEST) == 1);
        SubmissionFile first = ledger.submissionFiles().of(MAIN, Feed.TEST).get(0);
        assertThat(first.messages()).isEqualTo(1);
        deliver(first);
        gate.attest(MAIN, first.name(), true, "ada", "email");
        await().until(() -> written(Feed.TEST) == 2);
        deliver(ledger.submissionFiles().of(MAIN, Feed.TEST).get(1));
        gate.attest(MAIN, ledger.submissionFiles().of(MAIN, Feed.TEST).get(1).name(), true, "ada", "email");
        await().during(Duration.ofMillis(500)).until(() -> written(Feed.TEST) == 2);
        assertThat(ledger.records().waiting(MAIN, Feed.TEST)).isEqualTo(2);
    }

    @Test
    void the_first_test_file_takes_the_first_record_with_one_dose_which_changes_places_with_the_first()
            throws Exception {
        gate.startTesting(MAIN, "ada");
        records.storeOfDoses(MAIN, Feed.TEST, 3, 2, 1, 4, 1);
        await().until(() -> written(Feed.TEST) == 1);
        SubmissionFile first = ledger.submissionFiles().of(MAIN, Feed.TEST).get(0);
        assertThat(patients(first)).containsExactly("P3");
        assertThat(first.doses()).isOne();
        deliver(first);
        gate.attest(MAIN, first.name(), true, "ada", "email");
        await().until(() -> written(Feed.TEST) == 2);
        assertThat(patients(ledger.submissionFiles().of(MAIN, Feed.TEST).get(1)))
                .as("the first has taken the place of the third, so that every file stays a range of its lane")
                .containsExactly("P2", "P1");
        assertThat(ledger.records().waiting(MAIN, Feed.TEST)).isEqualTo(2);
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    @Test
    void test_records_that_all_have_more_doses_wait_until_one_with_fewer_comes() throws Exception {
        gate.startTesting(MAIN, "ada");
        records.storeOfDoses(MAIN, Feed.TEST, 3, 2);
        await().during(Duration.ofMillis(500)).until(() -> written(Feed.TEST) == 0);
        records.storeOfDoses(MAIN, Feed.TEST, 1);
        await().until(() -> written(Feed.TEST) == 1);
        assertThat(patients(ledger.submissionFiles().of(MAIN, Feed.TEST).get(0)))
                .containsExactly("P3");
    }

    /** Whose messages stand in the file, read from its bytes. */
    private List<String> patients(SubmissionFile file) throws Exception {
        return Files.readString(work.resolve("out").resolve(MAIN).resolve(file.name()))
                .lines()
                .flatMap(line -> Arrays.stream(line.split("\r")))
                .filter(segment -> segment.startsWith("PID|"))
                .map(segment -> segment.split("\\|")[3].split("\\^")[0])
                .toList();
    }

    @Test
    void the_due_watch_raises_an_alarm_once() {
        gate.adopt(MAIN, "letter", clock.instant(), false, "ada");
        clock.advance(Duration.ofDays(26));
        await().until(() -> !ledger.alarms().open().isEmpty());
        await().during(Duration.ofMillis(500))
                .until(() -> ledger.alarms().open().size() == 1);
        assertThat(ledger.alarms().open()).extracting(Alarm::kind).containsExactly("no-production-file-warning");
    }

    private long written(Feed feed) {
        return ledger.submissionFiles().of(MAIN, feed).stream()
                .filter(file -> file.sha256() != null)
                .count();
    }

    private void bind(String name, Object bean) {
        camel.getRegistry().bind(name, bean);
    }

    /** What boot binds between the two rooms. */
    private record Adapter(Gatekeeper keeper) implements SendGate {
        @Override
        public Answer maySend(String connection, Feed feed) {
            return answer(keeper.maySend(connection, feed));
        }

        @Override
        public Answer mayDeliver(String connection, Feed feed) {
            return answer(keeper.mayDeliver(connection, feed));
        }

        private static Answer answer(Permission permission) {
            return new Answer(permission.open(), permission.maxMessages(), permission.maxDoses(), permission.why());
        }
    }
}
