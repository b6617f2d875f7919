package org.vaxroute.feeds;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
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
    private final List<DueDates.Agreement> agreements = new ArrayList<>();
    private DueWatch watch;

    @BeforeEach
    void goLive() {
        new Gatekeeper(ledger, id -> GateSettings.DEFAULT, id -> List.of(), Owed.NOTHING, clock)
                .adopt(MAIN, "letter", clock.instant(), false, "ada");
        watch = new DueWatch(ledger, List.of(settings), id -> agreements, clock, due -> told.add(due.alarmKind()));
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
        agreements.add(new DueDates.Agreement("north", LocalDate.of(2028, 3, 13)));
        agreements.add(new DueDates.Agreement("south", LocalDate.of(2030, 1, 1)));
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

        agreements.set(0, new DueDates.Agreement("north", LocalDate.of(2030, 3, 13)));
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
    void other_rooms_alarms_are_left_alone() {
        ledger.alarms().raise("login-refused", "connection:main", "by delivery");
        watch.look(settings);
        assertThat(open()).containsExactly("login-refused");
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
