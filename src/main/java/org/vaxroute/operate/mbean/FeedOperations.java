package org.vaxroute.operate.mbean;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.vaxroute.feeds.FeedSettings;
import org.vaxroute.feeds.Gatekeeper;
import org.vaxroute.feeds.OngoingFeed;
import org.vaxroute.feeds.Permission;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.ledger.Run;
import org.vaxroute.operate.access.Caller;

/** One feed of one connection. */
final class FeedOperations implements FeedMBean {
    private final FeedSettings settings;
    private final Feed feed;
    private final Ledger ledger;
    private final Gatekeeper gate;
    private final OngoingFeed ongoing;
    private final Clock clock;
    private final Pausing pausing;
    private final Remembered<String> oldestUnsentDose;

    FeedOperations(FeedSettings settings, Feed feed, Ledger ledger, Gatekeeper gate, OngoingFeed ongoing, Clock clock) {
        this.settings = settings;
        this.feed = feed;
        this.ledger = ledger;
        this.gate = gate;
        this.ongoing = ongoing;
        this.clock = clock;
        this.oldestUnsentDose = new Remembered<>(this::findOldestUnsentDose, Duration.ofMinutes(1), clock);
        this.pausing = new Pausing(ledger, Pausable.feed(settings.connection(), feed));
    }

    @Override
    public long getBacklog() {
        return ledger.records().waiting(settings.connection(), feed);
    }

    @Override
    public String getOldestWaiting() {
        return ledger.records()
                .waitingSince(settings.connection(), feed)
                .map(Rows::time)
                .orElse("");
    }

    @Override
    public String getOldestUnsentDose() {
        return feed == Feed.ONGOING ? oldestUnsentDose.get() : "";
    }

    private String findOldestUnsentDose() {
        LocalDate today = clock.instant().atZone(settings.zone()).toLocalDate();
        return ledger.unsentDoses().until(settings.connection(), today, 1).stream()
                .map(dose -> dose.given().toString())
                .findFirst()
                .orElse("");
    }

    @Override
    public String getLastRun() {
        return lastRun() == null ? "" : Rows.time(lastRun().scheduledFor());
    }

    @Override
    public String getLastOutcome() {
        Run last = lastRun();
        if (last == null) {
            return "";
        }
        return last.endedAt() == null ? "not ended" : last.outcome();
    }

    @Override
    public String getNextRun() {
        Instant now = clock.instant();
        return feed == Feed.ONGOING
                ? settings.ongoing().next(now).map(Rows::time).orElse("")
                : "";
    }

    @Override
    public String getPermission() {
        Permission permission = gate.mayDeliver(settings.connection(), feed);
        return permission.open() ? "open" : permission.why();
    }

    @Override
    public String runNow() {
        if (feed != Feed.ONGOING) {
            throw new IllegalArgumentException("Only the ongoing feed can be run at once; the test feed sends its files"
                    + " one after another by itself.");
        }
        ongoing.runNow(settings.connection(), Caller.who());
        return "The ongoing feed of " + settings.connection()
                + " is due; it runs within moments. What it sent: vaxroute files.";
    }

    @Override
    public String getPaused() {
        return pausing.text();
    }

    @Override
    public String pause(String why) {
        if (feed == Feed.HISTORICAL) {
            throw new IllegalArgumentException("The historical load has a pause of its own: vaxroute backfill pause "
                    + settings.connection() + " --why ....");
        }
        return pausing.pause(why);
    }

    @Override
    public String resume(String why) {
        return pausing.resume(why);
    }

    private Run lastRun() {
        return feed == Feed.ONGOING
                ? ledger.runs().last(settings.connection(), OngoingFeed.SUBJECT).orElse(null)
                : null;
    }
}
