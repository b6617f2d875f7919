package org.vaxroute.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.submit.FeedCase;

class OngoingFeedTest extends FeedCase {
    private Gatekeeper gate;
    private OngoingFeed feed;

    @BeforeEach
    void begin() {
        gate = new Gatekeeper(ledger, id -> GateSettings.DEFAULT, id -> List.of(), Owed.NOTHING, clock);
        feed = node("node-1");
    }

    @Test
    void nothing_is_due_before_the_gate_is_open() {
        clock.advance(Duration.ofDays(30));
        assertThat(feed.due()).isEmpty();
        assertThatThrownBy(() -> feed.runNow(MAIN, "ada"))
                .isInstanceOf(GateRefused.class)
                .hasMessageContaining("vaxroute gate test main");
    }

    @Test
    void a_month_of_daily_runs_is_a_month_of_runs() {
        live();
        List<Instant> runs = new ArrayList<>();
        for (int minute = 0; minute < 28 * 24 * 4; minute++) {
            clock.advance(Duration.ofMinutes(15));
            for (DueFeed due : feed.due()) {
                runs.add(due.getScheduledFor());
                feed.ended(due, "0 files");
            }
        }
        assertThat(runs).hasSize(28).doesNotHaveDuplicates().startsWith(Instant.parse("2026-02-04T08:00:00Z"));
    }

    @Test
    void a_standstill_is_made_up_once() {
        live();
        clock.advance(Duration.ofDays(20));
        List<DueFeed> due = feed.due();
        assertThat(due).extracting(DueFeed::getScheduledFor).containsExactly(Instant.parse("2026-02-23T08:00:00Z"));
        feed.ended(due.get(0), "1 file");
        assertThat(feed.due()).isEmpty();
        assertThat(ledger.runs().recent(MAIN, OngoingFeed.SUBJECT, 10)).hasSize(1);
    }

    @Test
    void a_run_that_was_cut_short_goes_on_and_is_not_a_second_run() {
        live();
        clock.advance(Duration.ofDays(1));
        DueFeed first = feed.due().get(0);
        DueFeed again = feed.due().get(0);
        assertThat(again.getScheduledFor()).isEqualTo(first.getScheduledFor());

        reopen();
        begin();
        OngoingFeed restarted = feed;
        assertThat(restarted.due()).extracting(DueFeed::getScheduledFor).containsExactly(first.getScheduledFor());
        restarted.ended(again, "1 file");
        assertThat(restarted.due()).isEmpty();
    }

    @Test
    void a_second_node_finds_nothing_to_do() {
        live();
        clock.advance(Duration.ofDays(1));
        assertThat(feed.due()).hasSize(1);
        assertThat(node("node-2").due()).isEmpty();
    }

    @Test
    void a_run_by_hand_comes_at_the_next_tick_and_the_schedule_stays() {
        live();
        feed.runNow(MAIN, "ada");
        DueFeed byHand = feed.due().get(0);
        assertThat(byHand.getScheduledFor()).isEqualTo(clock.instant());
        feed.ended(byHand, "1 file");
        assertThat(feed.due()).isEmpty();
        clock.set("2026-02-04T08:00:00Z");
        assertThat(feed.due()).hasSize(1);
    }

    @Test
    void a_clock_that_jumps_back_repeats_no_run_and_stops_none() {
        live();
        for (int day = 0; day < 3; day++) {
            clock.advance(Duration.ofDays(1));
            feed.due().forEach(due -> feed.ended(due, "nothing was ready"));
        }
        clock.advance(Duration.ofDays(-2));
        assertThat(feed.due()).isEmpty();
        clock.advance(Duration.ofDays(3));
        assertThat(feed.due()).as("the day after the last run").hasSize(1);
    }

    @Test
    void a_clock_that_was_a_year_ahead_keeps_nothing_waiting_for_a_year() {
        live();
        clock.advance(Duration.ofDays(365));
        feed.due().forEach(due -> feed.ended(due, "nothing was ready"));
        clock.advance(Duration.ofDays(-365));
        feed.due().forEach(due -> feed.ended(due, "nothing was ready"));

        clock.advance(Duration.ofDays(1));
        assertThat(feed.due()).hasSize(1);
    }

    @Test
    void a_gate_that_was_opened_by_a_clock_ahead_lets_runs_through() {
        clock.advance(Duration.ofDays(30));
        live();
        clock.advance(Duration.ofDays(-30));
        assertThat(feed.due()).hasSize(1);
    }

    @Test
    void a_paused_feed_waits_says_why_and_makes_up_one_run_when_it_goes_on() {
        live();
        ledger.pauses().pause(Pausable.feed(MAIN, Feed.ONGOING), "ada", "the wrong codes");
        clock.advance(Duration.ofDays(5));

        assertThat(feed.due()).isEmpty();
        assertThat(gate.maySend(MAIN, Feed.ONGOING).open()).isFalse();
        assertThat(gate.mayDeliver(MAIN, Feed.ONGOING).why())
                .contains("paused by ada")
                .contains("the wrong codes");
        assertThatThrownBy(() -> feed.runNow(MAIN, "bob"))
                .isInstanceOf(GateRefused.class)
                .hasMessageContaining("vaxroute resume feed main.ongoing");

        ledger.pauses().resume(Pausable.feed(MAIN, Feed.ONGOING), "ada", "they are right");
        assertThat(feed.due()).hasSize(1);
    }

    @Test
    void what_was_missed_while_suspended_is_made_up_when_it_resumes() {
        live();
        gate.suspend(MAIN, "ada", "holiday");
        clock.advance(Duration.ofDays(9));
        assertThat(feed.due()).isEmpty();
        gate.resume(MAIN, "ada", "back");
        clock.advance(Duration.ofDays(1));
        assertThat(feed.due()).hasSize(1);
    }

    private void live() {
        gate.adopt(MAIN, "letter", clock.instant(), false, "ada");
    }

    private OngoingFeed node(String owner) {
        FeedSettings settings = new FeedSettings(
                MAIN,
                TEXAS,
                Schedule.cron("0 0 2 * * ?", TEXAS),
                GateSettings.DEFAULT,
                WatchSettings.DEFAULT,
                Map.of());
        return new OngoingFeed(ledger, gate, List.of(settings), owner, clock);
    }
}
