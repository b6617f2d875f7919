package org.vaxroute.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Alarm;
import org.vaxroute.ledger.Assembly;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.submit.FeedCase;
import org.vaxroute.submit.NameTemplate;

class DueWatchTest extends FeedCase {
    private final List<String> told = new ArrayList<>();
    private final FeedSettings settings = new FeedSettings(
            MAIN,
            TEXAS,
            Schedule.cron("0 0 2 * * ?", TEXAS),
            GateSettings.DEFAULT,
            WatchSettings.DEFAULT,
            Map.of("made-up", Duration.ofDays(400)));
    private final Around around = new Around();
    private DueWatch watch;

    @BeforeEach
    void goLive() {
        new Gatekeeper(ledger, id -> GateSettings.DEFAULT, id -> List.of(), Owed.NOTHING, clock)
                .adopt(MAIN, "letter", clock.instant(), false, "ada");
        watch = watch(settings);
    }

    @Test
    void an_alarm_is_told_once_grows_once_and_clears_when_a_file_leaves() {
        for (int day = 0; day < 40; day++) {
            watch.look(settings);
            clock.advance(Duration.ofDays(1));
        }
        assertThat(told).containsExactly("no-production-file-warning", "no-production-file");
        assertThat(open()).containsExactly("no-production-file");

        records.store(MAIN, Feed.ONGOING, 1);
        sentFile();
        watch.look(settings);
        assertThat(open()).isEmpty();
    }

    @Test
    void the_end_of_an_agreement_is_told_of_before_and_after_and_clears_when_it_is_renewed() {
        // Over a leap day and the beginning of daylight saving; days are those of the clinic.
        clock.set("2028-01-10T18:00:00Z");
        records.store(MAIN, Feed.ONGOING, 1);
        around.agreements.add(new DueDates.Agreement("north", LocalDate.of(2028, 3, 13)));
        around.agreements.add(new DueDates.Agreement("south", LocalDate.of(2030, 1, 1)));
        told.clear();
        clock.set("2028-01-13T05:59:00Z");
        watch.look(settings);
        assertThat(told).doesNotContain("agreement-ends-warning");
        clock.set("2028-01-13T06:01:00Z");
        watch.look(settings);
        watch.look(settings);
        assertThat(told).containsOnlyOnce("agreement-ends-warning");
        clock.set("2028-03-14T04:59:00Z");
        watch.look(settings);
        assertThat(told).doesNotContain("agreement-ends");
        clock.set("2028-03-14T05:01:00Z");
        watch.look(settings);
        watch.look(settings);
        assertThat(told).containsOnlyOnce("agreement-ends");
        assertThat(open()).contains("agreement-ends").doesNotContain("agreement-ends-warning");

        around.agreements.set(0, new DueDates.Agreement("north", LocalDate.of(2030, 3, 13)));
        watch.look(settings);
        assertThat(open()).doesNotContain("agreement-ends");
    }

    @Test
    void a_childs_dose_that_has_not_left_is_told_of_whether_it_waits_or_lies_in_a_file() {
        // Given on 11 January; the made-up patients were born in 2015.
        records.store(MAIN, Feed.ONGOING, 1);
        clock.set("2026-02-05T05:59:00Z");
        watch.look(settings);
        assertThat(told).isEmpty();
        clock.set("2026-02-05T06:01:00Z");
        watch.look(settings);
        assertThat(told).containsExactly("dose-due-warning");
        SubmissionFile file = decidedFile();
        clock.set("2026-02-10T12:00:00Z");
        watch.look(settings);
        assertThat(told).containsExactly("dose-due-warning", "dose-due");
        deliver(written(file));
        watch.look(settings);
        assertThat(open()).isEmpty();
    }

    @Test
    void a_file_without_an_answer_is_named_until_it_is_answered() {
        records.store(MAIN, Feed.ONGOING, 1);
        SubmissionFile file = sentFile();
        clock.advance(Duration.ofDays(7));
        watch.look(settings);
        assertThat(ledger.alarms().open()).extracting(Alarm::subject).containsExactly("connection:main/" + file.name());
        ledger.submissionFiles().answered(file.id());
        watch.look(settings);
        assertThat(open()).isEmpty();
    }

    @Test
    void a_watch_that_fails_is_told_of_until_it_comes_to_its_end_again() {
        around.fault = new IllegalStateException("cannot read PID|1||77||Adams^Ann");
        assertThatThrownBy(() -> watch.look(settings)).isSameAs(around.fault);
        assertThatThrownBy(() -> watch.lookAtInstallation()).isSameAs(around.fault);
        assertThat(ledger.alarms().open()).hasSize(2).allSatisfy(alarm -> {
            assertThat(alarm.kind()).isEqualTo("due-watch-failing");
            assertThat(alarm.subject()).isIn("connection:main", "installation");
            assertThat(alarm.detail())
                    .contains("java.lang.IllegalStateException")
                    .doesNotContain("Adams");
        });

        around.fault = null;
        watch.look(settings);
        assertThat(ledger.alarms().open()).extracting(Alarm::subject).containsExactly("installation");
        watch.lookAtInstallation();
        assertThat(open()).isEmpty();
    }

    @Test
    void other_rooms_alarms_are_left_alone() {
        ledger.alarms().raise("login-refused", "connection:main", "by delivery");
        watch.look(settings);
        assertThat(open()).containsExactly("login-refused");
    }

    @Test
    void certificates_and_passwords_are_told_of_before_and_after_they_end_and_clear_when_they_are_renewed() {
        clock.set("2027-12-01T12:00:00Z");
        Instant end = Instant.parse("2028-02-29T23:59:59Z");
        around.endings.add(ending(Due.Kind.CERTIFICATE_ENDS, "server", end));
        // Good on 12 March, the day on which the clocks of Texas are put forward.
        around.endings.add(ending(
                Due.Kind.PASSWORD_ENDS,
                "account.password",
                LocalDate.of(2028, 3, 13).atStartOfDay(TEXAS).toInstant()));
        records.store(MAIN, Feed.ONGOING, 1);
        sentFile();
        told.clear();
        List<String> days = new ArrayList<>();
        while (clock.instant().isBefore(Instant.parse("2028-04-01T12:00:00Z"))) {
            told.clear();
            watch.look(settings);
            told.stream()
                    .filter(kind -> kind.startsWith("certificate") || kind.startsWith("password"))
                    .forEach(kind -> days.add(clock.instant().atZone(TEXAS).toLocalDate() + " " + kind));
            clock.advance(Duration.ofHours(6));
        }
        assertThat(days)
                .containsExactly(
                        "2028-01-30 certificate-ends-warning",
                        "2028-02-28 password-ends-warning",
                        "2028-02-29 certificate-ends",
                        "2028-03-13 password-ends");
        assertThat(open()).contains("certificate-ends", "password-ends");
        around.endings.clear();
        watch.look(settings);
        assertThat(open()).doesNotContain("certificate-ends", "password-ends");
    }

    @Test
    void old_code_tables_and_the_certificates_of_the_installation_are_told_of_once_for_all_connections() {
        clock.set("2027-06-01T12:00:00Z");
        around.codes.add(new DueDates.CodesOf("CVX", LocalDate.of(2027, 2, 27)));
        around.codes.add(new DueDates.CodesOf("NDC", LocalDate.of(2026, 4, 27)));
        around.house.add(ending(Due.Kind.CERTIFICATE_ENDS, "console", Instant.parse("2027-07-20T00:00:00Z")));
        watch.lookAtInstallation();
        assertThat(told).isEmpty();
        clock.advance(Duration.ofDays(1));
        watch.lookAtInstallation();
        watch.look(settings);
        watch.lookAtInstallation();
        assertThat(told).containsOnlyOnce("codes-old-warning").doesNotContain("certificate-ends-warning");
        clock.advance(Duration.ofDays(20));
        watch.lookAtInstallation();
        assertThat(told).containsOnlyOnce("codes-old-warning", "certificate-ends-warning");
        assertThat(ledger.alarms().open())
                .extracting(Alarm::subject)
                .contains("installation/NDC", "installation/console");
        around.codes.clear();
        watch.look(settings);
        assertThat(open()).contains("codes-old-warning");
        watch.lookAtInstallation();
        assertThat(open()).doesNotContain("codes-old-warning");
    }

    @Test
    void a_source_is_late_by_its_own_habit_and_clears_when_it_gives_again() {
        FeedSettings learning = new FeedSettings(
                MAIN,
                TEXAS,
                Schedule.cron("0 0 2 * * ?", TEXAS),
                GateSettings.DEFAULT,
                WatchSettings.DEFAULT,
                Map.of());
        DueWatch learner = watch(learning);
        // From Monday 9 February over the beginning of daylight saving (8 March): working days only.
        clock.set("2026-02-09T20:00:00Z");
        for (int day = 0; day < 40; day++) {
            if (clock.instant().atZone(TEXAS).getDayOfWeek().getValue() <= 5) {
                records.store(MAIN, Feed.ONGOING, 1);
            }
            learner.look(learning);
            clock.advance(Duration.ofDays(1));
        }
        assertThat(told).doesNotContain("source-silent");
        // The last was Friday 20 March.
        clock.set("2026-03-26T04:59:00Z");
        learner.look(learning);
        assertThat(told).as("Wednesday, Texas time").doesNotContain("source-silent");
        clock.set("2026-03-26T05:01:00Z");
        learner.look(learning);
        learner.look(learning);
        assertThat(told).containsOnlyOnce("source-silent");
        assertThat(ledger.alarms().open())
                .filteredOn(alarm -> alarm.kind().equals("source-silent"))
                .extracting(Alarm::detail)
                .first()
                .asString()
                .contains("since 2026-03-20", "3 of these");
        records.store(MAIN, Feed.ONGOING, 1);
        learner.look(learning);
        assertThat(open()).doesNotContain("source-silent");
    }

    @Test
    void a_disaster_products_dose_of_a_grown_up_has_the_deadline_too() {
        // Given on 11 January to a patient who is grown up.
        records.bornIn(1980).store(MAIN, Feed.ONGOING, 1);
        clock.set("2026-02-10T12:00:00Z");
        watch.look(settings);
        assertThat(told).isEmpty();
        around.disaster = "101";
        // Who has no deadline is judged again each day.
        clock.advance(Duration.ofDays(1));
        watch.look(settings);
        assertThat(told).containsExactly("dose-due");
    }

    @Test
    void many_old_doses_of_grown_ups_hide_no_childs_dose() {
        records.bornIn(1980).store(MAIN, Feed.ONGOING, 1200);
        records.bornIn(2015).store(MAIN, Feed.ONGOING, 1);
        clock.set("2026-02-12T12:00:00Z");

        watch.look(settings);
        watch.look(settings);
        assertThat(told).containsExactly("dose-due");

        while (sentAll()) {
            watch.look(settings);
        }
        assertThat(open()).isEmpty();
    }

    private boolean sentAll() {
        NameTemplate names = new NameTemplate(NameTemplate.DEFAULT, "ABCDEF", TEXAS);
        return ledger.submissionFiles()
                .assemble(new Assembly(MAIN, Feed.ONGOING, "main", "in", 1000, 100_000_000, "", names))
                .map(file ->
                        ledger.submissionFiles().answered(deliver(written(file)).id()))
                .isPresent();
    }

    @Test
    void what_was_raised_of_a_connection_that_is_in_use_no_more_ends() {
        records.store(MAIN, Feed.ONGOING, 1);
        sentFile();
        clock.advance(Duration.ofDays(7));
        watch.look(settings);
        ledger.alarms().raise("login-refused", "connection:main", "by delivery");
        watch.lookAtInstallation();
        assertThat(open()).containsExactly("no-answer", "login-refused");

        new DueWatch(ledger, List.of(), around, clock, due -> {}).lookAtInstallation();
        assertThat(open()).containsExactly("login-refused");
    }

    @Test
    void what_a_connection_that_is_in_use_no_more_has_left_is_told_of_until_it_is_gone() {
        records.store("north", Feed.ONGOING, 2);
        records.store(MAIN, Feed.ONGOING, 1);
        watch.lookAtInstallation();
        watch.lookAtInstallation();
        assertThat(told).containsExactly("left-behind");
        assertThat(ledger.alarms().open())
                .extracting(Alarm::subject, Alarm::detail)
                .containsExactly(tuple(
                        "installation/north",
                        "Connection north is not in use, and nothing of it leaves: 2 of its records wait, 0 are held, and 0 of its"
                                + " files have not left. Have it in use (config/connections/north.properties, enabled = true)"
                                + " until they have; if it was renamed, give it back its id."));

        FeedSettings north = new FeedSettings(
                "north", TEXAS, settings.ongoing(), settings.gate(), settings.watch(), settings.sourceSilence());
        new DueWatch(ledger, List.of(settings, north), around, clock, due -> {}).lookAtInstallation();
        assertThat(open()).isEmpty();
    }

    @Test
    void a_source_that_was_taken_out_of_the_settings_is_not_silent() {
        records.store(MAIN, Feed.ONGOING, 1);
        sentFile();
        clock.advance(Duration.ofDays(401));
        watch.look(settings);
        assertThat(open()).contains("source-silent");

        around.sourcesOfBefore.add("made-up");
        watch.look(settings);
        assertThat(open()).doesNotContain("source-silent");
    }

    private static DueDates.Ending ending(Due.Kind kind, String subject, Instant end) {
        return new DueDates.Ending(kind, subject, end, "The " + subject, "Renew it.");
    }

    private DueWatch watch(FeedSettings of) {
        return new DueWatch(ledger, List.of(of), around, clock, due -> told.add(due.alarmKind()));
    }

    private List<String> open() {
        return ledger.alarms().open().stream().map(Alarm::kind).toList();
    }

    private SubmissionFile sentFile() {
        return deliver(written(decidedFile()));
    }

    private SubmissionFile decidedFile() {
        NameTemplate names = new NameTemplate(NameTemplate.DEFAULT, "ABCDEF", TEXAS);
        return ledger.submissionFiles()
                .assemble(new Assembly(MAIN, Feed.ONGOING, "main", "in", 100, 1_000_000, "", names))
                .orElseThrow();
    }

    private SubmissionFile written(SubmissionFile file) {
        return ledger.submissionFiles().built(file.id(), new byte[32], 1, file.messages(), file.doses());
    }
}
