package org.vaxroute.boot;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.feeds.HistorySurvey;
import org.vaxroute.intake.Check;
import org.vaxroute.intake.HistoryReading;
import org.vaxroute.intake.NewerData;
import org.vaxroute.intake.Transform;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.rules.RuleSet;
import org.vaxroute.rules.Transforms;
import org.vaxroute.vxu.Referee;

/** Lets the feeds' room, which does not see the intake, read sources of history. Rules and tables are read when they are first needed. */
final class HistoryDoor implements HistorySurvey, AutoCloseable {
    private final Settings settings;
    private final RoomSettings rooms;
    private final Ledger ledger;
    private final Clock clock;
    private HistoryReading reading;
    private Referee referee;

    HistoryDoor(Settings settings, RoomSettings rooms, Ledger ledger, Clock clock) {
        this.settings = settings;
        this.rooms = rooms;
        this.ledger = ledger;
        this.clock = clock;
    }

    private synchronized HistoryReading reading() {
        if (reading == null) {
            CodeTables codes = ProfileFiles.codes(settings.home());
            ProfileFiles files = new ProfileFiles(settings);
            Map<String, RuleSet> rules = new HashMap<>();
            Map<String, Transforms> transforms = new HashMap<>();
            rooms.connections().forEach((id, scope) -> {
                String registry = scope.text("registry");
                rules.put(id, RuleSet.load(files.rules(registry), codes));
                transforms.put(id, Transforms.load(files.allTransforms(registry), codes, scope.zone("zone")));
            });
            referee = new Referee();
            reading = new HistoryReading(
                    rooms.intake(),
                    rooms.files(),
                    rooms.queries(),
                    new Transform(transforms, rooms.sites()),
                    new NewerData(ledger.knownDoses()),
                    new Check(rules, rooms.sites(), referee, rooms.intake(), rooms.zones(), clock),
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
    public synchronized void close() {
        if (referee != null) {
            referee.close();
        }
    }
}
