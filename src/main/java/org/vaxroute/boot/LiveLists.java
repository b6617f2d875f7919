package org.vaxroute.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.codes.CodeTable;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.feeds.DueDates;
import org.vaxroute.intake.Check;
import org.vaxroute.intake.SiteTable;
import org.vaxroute.intake.Sites;
import org.vaxroute.intake.Transform;
import org.vaxroute.ledger.Alarms;
import org.vaxroute.ledger.LedgerException;
import org.vaxroute.operate.mbean.KeptList;
import org.vaxroute.rules.RuleSet;
import org.vaxroute.rules.Transforms;

/**
 * The lists that people of the clinic keep while the server runs, {@code config/sites.csv} and {@code config/prescribers.csv}, with what is
 * made of them. A changed file without a fault counts from the next chunk on; one with a fault leaves what was in force, and an alarm says
 * why. Rules and transforms, which have the prescribers in them, are made anew only from the files that they were made of before.
 */
final class LiveLists {
    /** Kind of the alarm about a file that is not taken; its subject is the file. */
    static final String ALARM = "list-refused";

    /** In place of the text of a file that cannot be read; no text can be this, since its bytes are read as characters up to FF. */
    private static final String UNREADABLE = "\uFFFF";

    private static final Logger LOG = LoggerFactory.getLogger(LiveLists.class);

    private final Settings settings;
    private final RoomSettings rooms;
    private final Clock clock;
    private final Kept sitesFile;
    private final Kept prescribersFile;
    private final SortedMap<String, String> profiles;
    private volatile Map<String, Sites> sites = Map.of();
    private volatile Map<String, List<DueDates.Agreement>> agreements = Map.of();
    private Map<String, RuleSet> rules = Map.of();
    private Map<String, Transforms> transforms = Map.of();
    private CodeTables codes;
    private Transform transform;
    private Check check;
    private Alarms alarms;

    /** @throws RuntimeException of the rooms, with every fault of a file that rules, transforms and lists are made of */
    LiveLists(Settings settings, RoomSettings rooms, Clock clock) {
        this.settings = settings;
        this.rooms = rooms;
        this.clock = clock;
        this.profiles = HomeFiles.ofProfiles(settings.home());
        this.sitesFile = new Kept("sites.csv", this::takeSites);
        this.prescribersFile = new Kept("prescribers.csv", this::takePrescribers);
        sitesFile.first();
        prescribersFile.first();
    }

    Map<String, Sites> sites() {
        return sites;
    }

    /** The code tables of the installation. */
    CodeTables codes() {
        return codes;
    }

    Map<String, RuleSet> rules() {
        return rules;
    }

    Map<String, Transforms> transforms() {
        return transforms;
    }

    List<DueDates.Agreement> agreements(String connection) {
        return agreements.getOrDefault(connection, List.of());
    }

    /** From now on these steps go by what is in force, and what is refused raises alarms. */
    synchronized void serve(Transform transformStep, Check checkStep, Alarms raised) {
        transform = transformStep;
        check = checkStep;
        alarms = raised;
        sitesFile.clear();
        prescribersFile.clear();
    }

    /** @param asked takes a file as it is; by itself only one that did not change since the look before, and is written to its end */
    synchronized void look(boolean asked) {
        sitesFile.look(asked);
        prescribersFile.look(asked);
    }

    /** How the lists are, for operators. */
    List<KeptList> state() {
        return List.of(sitesFile.state, prescribersFile.state);
    }

    private int takeSites() {
        SiteTable table = new ProfileFiles(settings).sites();
        Map<String, Sites> made = rooms.sites(table);
        Map<String, List<DueDates.Agreement>> ends = new HashMap<>();
        rooms.connections().keySet().forEach(id -> ends.put(id, rooms.agreements(table, id)));
        sites = Map.copyOf(made);
        agreements = Map.copyOf(ends);
        return table.size();
    }

    private int takePrescribers() {
        if (!HomeFiles.ofProfiles(settings.home()).equals(profiles)) {
            throw new StartFailed(
                    prescribersFile.name
                            + ": rules, transforms or code tables have changed, too, and count only after a restart;"
                            + " restart, and this file is taken with them",
                    null);
        }
        CodeTables tables = ProfileFiles.codes(settings.home());
        ProfileFiles files = new ProfileFiles(settings);
        Map<String, RuleSet> madeRules = files.rulesOf(rooms.connections(), tables);
        transforms = files.transformsOf(rooms.connections(), tables);
        rules = madeRules;
        codes = tables;
        return tables.find(ProfileFiles.PRESCRIBERS).map(CodeTable::size).orElse(0);
    }

    /** Reads a file into what is made of it, and gives its number of rows. */
    private interface Take {
        int rows();
    }

    /** One file: what is in force of it, and whether it is what the file says now. */
    private final class Kept {
        private final String name;
        private final Path file;
        private final Take take;
        private String inForce;
        private String seen;
        private String refused;
        private volatile KeptList state;

        Kept(String name, Take take) {
            this.name = "config/" + name;
            this.file = settings.home().config().resolve(name);
            this.take = take;
        }

        void first() {
            inForce = text();
            seen = inForce;
            state = new KeptList(name, take.rows(), clock.instant(), "");
        }

        private String text() {
            try {
                return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
            } catch (IOException e) {
                throw new UncheckedIOException(file + " cannot be read", e);
            }
        }

        void look(boolean asked) {
            String now;
            try {
                now = text();
            } catch (UncheckedIOException e) {
                if (asked || !UNREADABLE.equals(refused)) {
                    refuse(
                            UNREADABLE,
                            e.getMessage() + " (" + e.getCause() + "); let the account that runs VaxRoute read it");
                }
                return;
            }
            boolean settled = asked || now.equals(seen);
            seen = now;
            if (!settled || !asked && now.equals(refused)) {
                return;
            }
            if (now.equals(inForce)) {
                if (refused != null) {
                    refused = null;
                    state = new KeptList(name, state.rows(), state.since(), "");
                    clear();
                }
                return;
            }
            try {
                if (!Files.exists(file)) {
                    throw new StartFailed(
                            name + ": is gone; put it back, with its line of columns alone if nothing is to be listed",
                            null);
                }
                int rows = take.rows();
                if (!text().equals(now)) {
                    // Written while it was read: what was made of it is made again at the next look.
                    inForce = null;
                    return;
                }
                inForce = now;
                refused = null;
                state = new KeptList(name, rows, clock.instant(), "");
                if (transform != null) {
                    transform.use(transforms, sites);
                    check.use(rules, sites);
                }
                LOG.info("{} was taken with {} rows", name, rows);
                clear();
            } catch (RuntimeException e) {
                refuse(now, String.valueOf(e.getMessage()));
            }
        }

        private void refuse(String now, String why) {
            refused = now;
            state = new KeptList(name, state.rows(), state.since(), why);
            String first = why.lines().findFirst().orElse("");
            LOG.error("{} is not taken, and what was in force stays: {}", name, why);
            quietly(() -> {
                // The text of an alarm that stands is not changed, and this is another one.
                alarms.clear(ALARM, name);
                alarms.raise(
                        ALARM,
                        name,
                        name + " has changed and is not taken, what was in force stays: " + first
                                + (first.equals(why) ? "." : "; and more, see vaxroute check."));
            });
        }

        void clear() {
            quietly(() -> alarms.clear(ALARM, name));
        }

        /** A ledger that is away must not keep a good list from being taken. */
        private void quietly(Runnable alarm) {
            if (alarms == null) {
                return;
            }
            try {
                alarm.run();
            } catch (LedgerException e) {
                LOG.warn("The alarm of {} could not be kept: {}", name, e.getMessage());
            }
        }
    }
}
