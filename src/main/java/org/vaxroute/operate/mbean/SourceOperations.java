package org.vaxroute.operate.mbean;

import java.util.Locale;
import java.util.function.ToLongFunction;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.ledger.Position;

/** One source. Its mark is not shown: it may hold a patient's key. */
final class SourceOperations implements SourceMBean {
    private final String connection;
    private final String source;
    private final String kind;
    private final Feed feed;
    private final Rates rates;
    private final Ledger ledger;
    private final Pausing pausing;

    SourceOperations(Operations.Source shown, Ledger ledger, Rates rates) {
        this.connection = shown.connection();
        this.source = shown.id();
        this.kind = shown.kind();
        this.feed = shown.feed();
        this.rates = rates;
        this.ledger = ledger;
        this.pausing = new Pausing(ledger, Pausable.source(connection, source));
    }

    @Override
    public String getKind() {
        return kind;
    }

    @Override
    public String getFeed() {
        return feed.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public long getPerHour() {
        return rates.perHour(connection, source).orElse(-1);
    }

    @Override
    public long getRead() {
        return count(Position::recordsRead);
    }

    @Override
    public long getRepeated() {
        return count(Position::repeated);
    }

    @Override
    public long getReady() {
        return count(position -> position.stored().ready());
    }

    @Override
    public long getHeld() {
        return count(position -> position.stored().held());
    }

    @Override
    public long getDuplicates() {
        return count(position -> position.stored().duplicates());
    }

    @Override
    public long getDropped() {
        return count(position -> position.stored().dropped());
    }

    @Override
    public String getLastRecord() {
        return ledger.positions()
                .get(connection, source, feed)
                .map(position -> Rows.time(position.movedAt()))
                .orElse("");
    }

    @Override
    public String getPaused() {
        return pausing.text();
    }

    @Override
    public String getWaits() {
        return ledger.runs()
                .last(connection, "source:" + source)
                .filter(run -> run.endedAt() == null && run.outcome() != null)
                .map(run -> "Source " + source + ", due since " + Rows.time(run.scheduledFor()) + ", " + run.outcome()
                        + ". Nothing has to be done.")
                .orElse("");
    }

    @Override
    public String pause(String why) {
        return pausing.pause(why);
    }

    @Override
    public String resume(String why) {
        return pausing.resume(why);
    }

    private long count(ToLongFunction<Position> figure) {
        return ledger.positions()
                .get(connection, source, feed)
                .map(figure::applyAsLong)
                .orElse(0L);
    }
}
