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
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.submit.FeedCase;

class OngoingFeedTest extends FeedCase {
    private Gatekeeper gate;
    private OngoingFeed feed;

    @BeforeEach
    void begin() {
        gate = new Gatekeeper(ledger, id -> GateSettings.DEFAULT, id -> List.of(), Owed.NOTHING, clock);
        feed = node(NODE);
    }

    @Test
    void nothing_is_due_before_the_gate_is_open() {
        clock.advance(Duration.ofDays(30));
        assertThat(claimed(feed)).isEmpty();
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
            for (DueFeed due : claimed(feed)) {
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
        List<DueFeed> due = claimed(feed);
        assertThat(due).extracting(DueFeed::getScheduledFor).containsExactly(Instant.parse("2026-02-23T08:00:00Z"));
        feed.ended(due.get(0), "1 file");
        assertThat(claimed(feed)).isEmpty();
        assertThat(ledger.runs().recent(MAIN, OngoingFeed.SUBJECT, 10)).hasSize(1);
    }

    @Test
    void a_run_that_was_cut_short_goes_on_and_is_not_a_second_run() {
        live();
        clock.advance(Duration.ofDays(1));
        DueFeed first = claimed(feed).get(0);
        DueFeed again = claimed(feed).get(0);
        assertThat(again.getScheduledFor()).isEqualTo(first.getScheduledFor());

        reopen();
        begin();
        OngoingFeed restarted = feed;
        assertThat(claimed(restarted)).extracting(DueFeed::getScheduledFor).containsExactly(first.getScheduledFor());
        restarted.ended(again, "1 file");
        assertThat(claimed(restarted)).isEmpty();
    }

    @Test
    void a_second_node_finds_nothing_to_do() {
        live();
        clock.advance(Duration.ofDays(1));
        assertThat(claimed(feed)).hasSize(1);
        assertThat(claimed(node("node-2"))).isEmpty();
    }

    @Test
    void a_run_that_is_due_is_left_to_whoever_begins_it_first() {
        live();
        clock.advance(Duration.ofDays(1));
        try (Ledger another = another(clock)) {
            OngoingFeed there = node("node-2", another);
            DueFeed seenHere = feed.due().get(0);
            DueFeed seenThere = there.due().get(0);

            assertThat(there.begin(seenThere)).isTrue();
            assertThat(feed.begin(seenHere)).as("it is at work there").isFalse();
            there.ended(seenThere, "1 file");
            assertThat(feed.begin(seenHere)).as("it was done there").isFalse();
            assertThat(feed.due()).isEmpty();
        }
    }

    @Test
    void a_run_by_hand_comes_at_the_next_tick_and_the_schedule_stays() {
        live();
        feed.runNow(MAIN, "ada");
        DueFeed byHand = claimed(feed).get(0);
        assertThat(byHand.getScheduledFor()).isEqualTo(clock.instant());
        feed.ended(byHand, "1 file");
        assertThat(claimed(feed)).isEmpty();
        clock.set("2026-02-04T08:00:00Z");
        assertThat(claimed(feed)).hasSize(1);
    }

    @Test
    void a_clock_that_jumps_back_repeats_no_run_and_stops_none() {
        live();
        for (int day = 0; day < 3; day++) {
            clock.advance(Duration.ofDays(1));
            claimed(feed).forEach(due -> feed.ended(due, "nothing was ready"));
        }
        clock.advance(Duration.ofDays(-2));
        assertThat(claimed(feed)).isEmpty();
        clock.advance(Duration.ofDays(3));
        assertThat(claimed(feed)).as("the day after the last run").hasSize(1);
    }

    @Test
    void a_clock_that_was_a_year_ahead_keeps_nothing_waiting_for_a_year() {
        live();
        clock.advance(Duration.ofDays(365));
        claimed(feed).forEach(due -> feed.ended(due, "nothing was ready"));
        clock.advance(Duration.ofDays(-365));
        claimed(feed).forEach(due -> feed.ended(due, "nothing was ready"));

        clock.advance(Duration.ofDays(1));
        assertThat(claimed(feed)).hasSize(1);
    }

    @Test
    void a_gate_that_was_opened_by_a_clock_ahead_lets_runs_through() {
        clock.advance(Duration.ofDays(30));
        live();
        clock.advance(Duration.ofDays(-30));
        assertThat(claimed(feed)).hasSize(1);
    }

    @Test
    void a_paused_feed_waits_says_why_and_makes_up_one_run_when_it_goes_on() {
        live();
        ledger.pauses().pause(Pausable.feed(MAIN, Feed.ONGOING), "ada", "the wrong codes");
        clock.advance(Duration.ofDays(5));

        assertThat(claimed(feed)).isEmpty();
        assertThat(gate.maySend(MAIN, Feed.ONGOING).open()).isFalse();
        assertThat(gate.mayDeliver(MAIN, Feed.ONGOING).why())
                .contains("paused by ada")
                .contains("the wrong codes");
        assertThatThrownBy(() -> feed.runNow(MAIN, "bob"))
                .isInstanceOf(GateRefused.class)
                .hasMessageContaining("vaxroute resume feed main.ongoing");

        ledger.pauses().resume(Pausable.feed(MAIN, Feed.ONGOING), "ada", "they are right");
        assertThat(claimed(feed)).hasSize(1);
    }

    @Test
    void what_was_missed_while_suspended_is_made_up_when_it_resumes() {
        live();
        gate.suspend(MAIN, "ada", "holiday");
        clock.advance(Duration.ofDays(9));
        assertThat(claimed(feed)).isEmpty();
        gate.resume(MAIN, "ada", "back");
        clock.advance(Duration.ofDays(1));
        assertThat(claimed(feed)).hasSize(1);
    }

    private void live() {
        gate.adopt(MAIN, "letter", clock.instant(), false, "ada");
    }

    private static List<DueFeed> claimed(OngoingFeed feed) {
        return feed.due().stream().filter(feed::begin).toList();
    }

    private OngoingFeed node(String owner) {
        return node(owner, ledger);
    }

    private OngoingFeed node(String owner, Ledger its) {
        FeedSettings settings = new FeedSettings(
                MAIN,
                TEXAS,
                Schedule.cron("0 0 2 * * ?", TEXAS),
                GateSettings.DEFAULT,
                WatchSettings.DEFAULT,
                Map.of());
        return new OngoingFeed(its, gate, List.of(settings), owner, clock);
    }
}
