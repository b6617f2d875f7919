package org.vaxroute.boot;

import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import org.vaxroute.feeds.HistorySurvey;
import org.vaxroute.intake.EhrTurns;
import org.vaxroute.intake.HistoryReading;
import org.vaxroute.intake.NewerData;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Ledger;

/** Lets the feeds' room, which does not see the intake, read sources of history. Rules and tables are read when they are first needed. */
final class HistoryDoor implements HistorySurvey {
    private final Judging judging;
    private final RoomSettings rooms;
    private final Ledger ledger;
    private final String node;
    private final Clock clock;
    private HistoryReading reading;

    HistoryDoor(Judging judging, RoomSettings rooms, Ledger ledger, String node, Clock clock) {
        this.judging = judging;
        this.rooms = rooms;
        this.ledger = ledger;
        this.node = node;
        this.clock = clock;
    }

    private synchronized HistoryReading reading() {
        if (reading == null) {
            reading = new HistoryReading(
                    rooms.intake(),
                    rooms.fileReach(),
                    rooms.files(),
                    rooms.queries(),
                    judging.transform(),
                    new NewerData(ledger.knownDoses()),
                    judging.check(),
                    // Not "at": a command of its own may read while the server of this node starts and gives back what
                    // was
                    // left to it.
                    new EhrTurns(ledger.leases(), "plan or report of " + node),
                    clock);
        }
        return reading;
    }

    @Override
    public List<Source> sources(String connection) {
        return reading().sources(connection).stream()
                .map(source -> new Source(source.id(), source.query(), source.ongoing(), source.ongoingStart()))
                .toList();
    }

    @Override
    public Outcome plan(String connection, String source, String cutOff, Consumer<Chunk> each) {
        return outcome(reading().plan(connection, source, cutOff, each));
    }

    @Override
    public Outcome again(String connection, String source, String cutOff, Consumer<Chunk> each) {
        return outcome(reading().again(connection, source, cutOff, each));
    }

    private static Outcome outcome(HistoryReading.Outcome read) {
        return new Outcome(read.newest(), read.faults());
    }

    @Override
    public int filesWaiting(String source) {
        return reading().filesWaiting(source);
    }

    @Override
    public List<String> filesUnread(String source) {
        return reading().filesUnread(source);
    }
}
