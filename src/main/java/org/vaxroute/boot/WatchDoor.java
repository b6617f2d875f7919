package org.vaxroute.boot;

import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.codes.CodeTable;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.feeds.Due;
import org.vaxroute.feeds.DueDates;
import org.vaxroute.feeds.Surroundings;
import org.vaxroute.intake.FileDrop;
import org.vaxroute.intake.FileReach;
import org.vaxroute.intake.FileSource;
import org.vaxroute.intake.LedgerAlarms;
import org.vaxroute.intake.MllpAlarms;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.submit.Account;
import org.vaxroute.submit.FileAlarms;

/** Tells the due watch what settings, files, code tables and the registry's server say; tables are those that the intake goes by. */
final class WatchDoor implements Surroundings {
    private static final Logger LOG = LoggerFactory.getLogger(WatchDoor.class);

    private final RoomSettings rooms;
    private final List<Account> accounts;
    private final Ledger ledger;
    private final Clock clock;
    private final Function<String, List<DueDates.Agreement>> agreements;
    private final Map<String, Set<String>> sources = new HashMap<>();
    private final Map<String, CodeTable> disasters;
    private final List<DueDates.CodesOf> codes;

    /** @throws StartFailed when a setting names a table that there is not */
    WatchDoor(
            RoomSettings rooms,
            ProfileFiles files,
            CodeTables tables,
            List<Account> accounts,
            Function<String, List<DueDates.Agreement>> agreements,
            Ledger ledger,
            Clock clock) {
        this.rooms = rooms;
        this.accounts = accounts;
        this.agreements = agreements;
        this.ledger = ledger;
        rooms.connections().forEach((id, scope) -> sources.put(id, scope.ids("source")));
        this.clock = clock;
        this.disasters = disasters(rooms, files, tables);
        this.codes = codes(rooms, tables);
    }

    /** @throws StartFailed when a registry's profile names a table that there is not */
    static Map<String, CodeTable> disasters(RoomSettings rooms, ProfileFiles files, CodeTables tables) {
        Map<String, CodeTable> disasters = new HashMap<>();
        rooms.connections().forEach((id, scope) -> rooms.disasterTable(id).ifPresent(name -> {
            CodeTables all = tables;
            for (var folder : files.folders(scope.text("registry"))) {
                all = all.with(folder);
            }
            disasters.put(
                    id,
                    all.find(name)
                            .orElseThrow(() -> new StartFailed(
                                    "config/registries/" + scope.text("registry")
                                            + "/registry.properties: disaster.table names " + name
                                            + ", and no code table of that name is there. Add it, or leave the setting empty.",
                                    null)));
        }));
        return disasters;
    }

    /** @throws StartFailed when the settings name a table that there is not */
    static List<DueDates.CodesOf> codes(RoomSettings rooms, CodeTables tables) {
        List<DueDates.CodesOf> codes = new ArrayList<>();
        for (String name : rooms.watchedCodes()) {
            CodeTable table = tables.find(name)
                    .orElseThrow(() -> new StartFailed(
                            "config/vaxroute.properties: watch.codes names " + name
                                    + ", and config/codes has no table of that name. See them: vaxroute codes list.",
                            null));
            codes.add(new DueDates.CodesOf(name, table.date()));
        }
        return codes;
    }

    @Override
    public void lookAtFiles() {
        Path drop = rooms.intake().directory();
        FileReach reach = rooms.fileReach();
        for (FileSource source : rooms.files()) {
            String subject = "file.unread." + source.id();
            List<String> unread = reach.unread(drop.resolve(source.id()), clock.instant());
            if (unread.isEmpty()) {
                ledger.alarms().clear(LedgerAlarms.KIND, subject);
            } else if (ledger.alarms().raise(LedgerAlarms.KIND, subject, String.join("; ", unread) + ".")) {
                LOG.error("{}: {}", subject, unread);
            }
        }
        ledger.alarms().open().stream()
                .filter(alarm -> alarm.kind().equals(LedgerAlarms.KIND)
                        && alarm.subject().startsWith(FileDrop.NOT_TAKEN)
                        && !FileDrop.liesAside(drop, alarm.subject().substring(FileDrop.NOT_TAKEN.length())))
                .forEach(alarm -> ledger.alarms().clear(alarm.kind(), alarm.subject()));
        new FileAlarms(ledger).end();
        new MllpAlarms(ledger, clock).end();
    }

    @Override
    public List<DueDates.Agreement> agreements(String connection) {
        return agreements.apply(connection);
    }

    @Override
    public List<DueDates.Ending> endings(String connection) {
        List<DueDates.Ending> endings = new ArrayList<>(rooms.endings(connection));
        accounts.stream()
                .filter(account -> account.connection().equals(connection))
                .forEach(
                        account -> ledger.seenCertificates()
                                .of(account.id())
                                .ifPresent(
                                        seen -> endings.add(
                                                new DueDates.Ending(
                                                        Due.Kind.CERTIFICATE_ENDS,
                                                        "server of " + account.id(),
                                                        seen.ends(),
                                                        "The certificate of the registry's server " + seen.server(),
                                                        "Ask the registry when it is renewed, and by which authority; without a good one nothing is sent."))));
        return endings;
    }

    @Override
    public boolean hasSource(String connection, String source) {
        return sources.getOrDefault(connection, Set.of()).contains(source);
    }

    @Override
    public boolean disasterProduct(String connection, String cvx, LocalDate given) {
        CodeTable table = disasters.get(connection);
        return table != null && !cvx.isEmpty() && table.contains(cvx) && table.active(cvx, given);
    }

    @Override
    public List<DueDates.Ending> endings() {
        return rooms.endings();
    }

    @Override
    public List<DueDates.CodesOf> codes() {
        return codes;
    }

    @Override
    public House house() {
        return rooms.houseWatch();
    }
}
