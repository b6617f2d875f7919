package org.vaxroute.boot;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.intake.Check;
import org.vaxroute.intake.NewerData;
import org.vaxroute.intake.RealPersons;
import org.vaxroute.intake.Recheck;
import org.vaxroute.intake.Transform;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.rules.RuleSet;
import org.vaxroute.vxu.Referee;

/** Reads rules, transforms and tables from their files, as they are now, for what does not run through the routes. */
final class Judging implements AutoCloseable {
    private final Settings settings;
    private final RoomSettings rooms;
    private final Ledger ledger;
    private final Clock clock;
    private Referee referee;

    Judging(Settings settings, RoomSettings rooms, Ledger ledger, Clock clock) {
        this.settings = settings;
        this.rooms = rooms;
        this.ledger = ledger;
        this.clock = clock;
    }

    /** The rules of each connection. */
    Map<String, RuleSet> rules() {
        CodeTables codes = ProfileFiles.codes(settings.home());
        return new ProfileFiles(settings).rulesOf(rooms.connections(), codes);
    }

    Transform transform() {
        CodeTables codes = ProfileFiles.codes(settings.home());
        return new Transform(new ProfileFiles(settings).transformsOf(rooms.connections(), codes), rooms.sites());
    }

    Check check() {
        return new Check(rules(), rooms.sites(), referee(), rooms.intake(), rooms.zones(), clock)
                .heeding(realPersons());
    }

    RealPersons realPersons() {
        Map<String, List<String>> rules = new HashMap<>();
        rooms.connections().keySet().forEach(id -> rules.put(id, rooms.testPatientRules(id)));
        return new RealPersons(ledger.realPeople(), rules);
    }

    /** A recheck by the files as they are now. */
    Recheck recheck() {
        return new Recheck(transform(), new NewerData(ledger.knownDoses()), check(), ledger.records());
    }

    private synchronized Referee referee() {
        if (referee == null) {
            referee = new Referee();
        }
        return referee;
    }

    @Override
    public synchronized void close() {
        if (referee != null) {
            referee.close();
        }
    }
}
