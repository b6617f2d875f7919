package org.vaxroute.boot;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import org.vaxroute.boot.check.RouteCheck;
import org.vaxroute.boot.check.RouteFault;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.boot.settings.SettingsException;
import org.vaxroute.cli.House;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.intake.EhrProbe;
import org.vaxroute.intake.JdbcSource;
import org.vaxroute.intake.MllpSettings;
import org.vaxroute.ledger.LedgerUnavailable;
import org.vaxroute.operate.access.OneTimePassword;
import org.vaxroute.operate.access.Role;
import org.vaxroute.operate.access.Users;
import org.vaxroute.operate.held.RecordDoor;
import org.vaxroute.operate.http.HttpServer;
import org.vaxroute.operate.http.StartSign;
import org.vaxroute.operate.mbean.Operations;
import org.vaxroute.rules.RuleSet;
import org.vaxroute.submit.Account;

/** What the command line does in a process of its own. */
public final class StandaloneHouse implements House {
    /** A stop as a whole takes no more than 30 s. */
    private static final Duration LONGEST_START = Duration.ofSeconds(20);

    private final Clock clock = Clock.systemDefaultZone();

    @Override
    public Path home(Path named) {
        return (named == null ? Home.find() : Home.of(named)).folder();
    }

    @Override
    public Path runFolder(Path home) {
        return new RoomSettings(Settings.load(Home.of(home))).run();
    }

    @Override
    public int run(Path home, PrintWriter terminal) throws InterruptedException {
        Settings settings = Settings.load(Home.of(home));
        System.setProperty("vaxroute.log.level", settings.global().text("log.level"));
        System.setProperty("vaxroute.log.format", settings.global().text("operate.log.format"));
        System.setProperty("vaxroute.log.records", followsRecords(settings) ? "DEBUG" : "INFO");
        RoomSettings rooms = new RoomSettings(settings);
        logTo(rooms.work(), rooms.log(), "INFO");
        PatientStart start = new PatientStart(rooms);
        CompletableFuture<VaxRoute> begun = new CompletableFuture<>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(start, begun), "vaxroute-stop"));
        VaxRoute vaxRoute;
        try {
            vaxRoute = started(settings, start, rooms, terminal);
            begun.complete(vaxRoute);
        } finally {
            // Nothing runs after a start that failed.
            begun.cancel(false);
        }
        CountDownLatch stopped = new CountDownLatch(1);
        Logger log = LoggerFactory.getLogger(StandaloneHouse.class);
        log.info("VaxRoute runs for {}", home);
        vaxRoute.address().ifPresent(address -> log.info("Console: {}/hawtio", address));
        stopped.await();
        return 0;
    }

    /** In the middle of a start its end is waited for: a node that has told the ledger that it is there also says that it leaves. */
    private static void stop(PatientStart start, CompletableFuture<VaxRoute> begun) {
        start.giveUp();
        try {
            begun.get(LONGEST_START.toSeconds(), TimeUnit.SECONDS).close();
        } catch (CancellationException nothingRuns) {
            return;
        } catch (TimeoutException e) {
            LoggerFactory.getLogger(StandaloneHouse.class)
                    .warn(
                            "The start is not waited for any longer than {} s; it ends in the middle",
                            LONGEST_START.toSeconds());
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private VaxRoute started(Settings settings, PatientStart start, RoomSettings rooms, PrintWriter terminal)
            throws InterruptedException {
        try {
            try (StartSign starting = StartSign.raise(rooms.run())) {
                List<String> faults = faults(settings);
                if (!faults.isEmpty()) {
                    throw new StartFailed(
                            "VaxRoute does not start before this is mended:\n  " + String.join("\n  ", faults), null);
                }
            }
            return start.of(() -> VaxRoute.start(settings, clock, users -> welcome(settings, users, terminal)));
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + rooms.run() + " cannot be written", e);
        }
    }

    /** A rehearsal's first start lets somebody in for this run; in production nobody gets in before a user is made on purpose. */
    private static void welcome(Settings settings, Users users, PrintWriter terminal) {
        if (settings.global().text("vaxroute.mode").equals("practice") && !users.any()) {
            String password = OneTimePassword.next();
            users.welcome("operator", password.toCharArray(), Role.OPERATOR);
            // To the terminal alone: the log is kept.
            terminal.println("Console, for this run: user operator, password " + password);
            terminal.flush();
        }
    }

    @Override
    public int practice(Path home, Practice options) throws Exception {
        if (options.byHand()) {
            return new PracticeByHand(options).run(Home.of(home));
        }
        return options.days() == 0
                ? new PracticeRun(options).run(Home.of(home))
                : new PracticeStory(options).run(Home.of(home));
    }

    /** Where log lines go; to be called before the first logger is made. */
    static void logTo(Path work, Path log, String consoleLevel) {
        Office.closeToOthers(work);
        System.setProperty("vaxroute.log.file", log.resolve("vaxroute.log").toString());
        System.setProperty("vaxroute.log.console", consoleLevel);
        // Tomcat and Jolokia speak java.util.logging; their lines belong into the same file.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    @Override
    public List<String> check(Path home) {
        return check(Home.of(home), Map.of());
    }

    /** @param overrides values that win over those of {@code vaxroute.properties} */
    List<String> check(Home home, Map<String, String> overrides) {
        try {
            return faults(Settings.load(home, overrides));
        } catch (SettingsException e) {
            return e.faults().stream().map(Object::toString).toList();
        }
    }

    @Override
    public List<String> notInUse(Path home) {
        Settings settings = Settings.load(Home.of(home));
        List<String> off = new ArrayList<>();
        settings.connections().forEach((id, scope) -> {
            if (!scope.flag("enabled")) {
                off.add(id + " (enabled = false)");
            }
        });
        for (Operations.Source source : new RoomSettings(settings).allSources()) {
            String listener = "intake." + source.kind() + ".enabled";
            if (List.of("mllp", "kafka").contains(source.kind())
                    && !settings.global().flag(listener)) {
                off.add(source.connection() + "." + source.id() + " (" + listener + " = false)");
            }
        }
        return off;
    }

    private List<String> faults(Settings settings) {
        List<String> faults = new ArrayList<>();
        RoomSettings rooms = new RoomSettings(settings);
        ProfileFiles files = new ProfileFiles(settings);
        attempt(faults, () -> {
            CodeTables codes = ProfileFiles.codes(settings.home());
            rooms.connections().values().stream()
                    .map(scope -> scope.text("registry"))
                    .distinct()
                    .forEach(registry -> {
                        attempt(faults, () -> RuleSet.load(files.rules(registry), codes));
                        attempt(faults, () -> files.transforms(registry, codes, ZoneOffset.UTC));
                    });
            attempt(faults, () -> WatchDoor.codes(rooms, codes));
            attempt(faults, () -> WatchDoor.disasters(rooms, files, codes));
            return codes;
        });
        attempt(faults, rooms::sites);
        attempt(faults, rooms::ledger);
        attempt(faults, rooms::files);
        attempt(faults, rooms::queries);
        attempt(faults, () -> rooms.madeUp(clock));
        attempt(faults, () -> {
            MllpSettings mllp = rooms.mllp();
            if (settings.global().flag("intake.mllp.enabled")) {
                mllp.requireReadableStores();
            }
            return mllp;
        });
        attempt(faults, rooms::senders);
        attempt(faults, rooms::kafka);
        attempt(faults, () -> {
            List<Account> accounts = rooms.accounts();
            for (Account account : accounts) {
                attempt(faults, () -> {
                    account.requireTrust();
                    return account;
                });
            }
            return accounts;
        });
        attempt(faults, () -> rooms.http().map(set -> {
            HttpServer.requireUsable(set);
            return new Users(settings.home().config().resolve("users")).roles();
        }));
        attempt(faults, rooms::mail);
        attempt(faults, rooms::retention);
        attempt(faults, rooms::builders);
        attempt(faults, rooms::throttle);
        AnswerRoom answers = new AnswerRoom(settings);
        attempt(faults, rooms::routesLookedAt);
        rooms.connections().keySet().forEach(id -> {
            attempt(faults, () -> answers.catalogue(id));
            attempt(faults, () -> answers.formats(id));
            attempt(faults, () -> rooms.assembly(id));
            attempt(faults, () -> rooms.feed(id));
            attempt(faults, () -> rooms.history(id));
            attempt(faults, () -> rooms.notices(id));
        });
        // Beans can only be made of settings without fault; without them the routes' text is looked at alone.
        List<RouteFault> ofRoutes = faults.isEmpty()
                ? RouteTrial.faults(settings, clock)
                : RouteCheck.of(settings.home(), settings.forRoutes().keySet());
        return Stream.concat(ofRoutes.stream().map(RouteFault::toString), faults.stream())
                .distinct()
                .toList();
    }

    @Override
    public void restore(Path home, Restoring order, PrintWriter terminal) {
        new Restore(Settings.load(Home.of(home)), order, terminal, clock).run();
    }

    private static void attempt(List<String> faults, Supplier<?> load) {
        try {
            load.get();
        } catch (RuntimeException e) {
            faults.addAll(String.valueOf(e.getMessage()).lines().toList());
        }
    }

    @Override
    public List<Symptom> doctor(Path home, BooleanSupplier serverRuns) {
        List<Symptom> symptoms = new ArrayList<>();
        List<String> faults = check(home);
        symptoms.add(new Symptom(
                "settings and routes",
                faults.isEmpty(),
                faults.isEmpty()
                        ? "no fault"
                        : faults.size() + (faults.size() == 1 ? " fault" : " faults") + "; see vaxroute check"));
        if (!faults.isEmpty()) {
            return symptoms;
        }
        Settings settings = Settings.load(Home.of(home));
        RoomSettings rooms = new RoomSettings(settings);
        Path work = rooms.work();
        boolean writable = Files.isWritable(Files.exists(work) ? work : home);
        symptoms.add(new Symptom(
                "work folder " + work,
                writable,
                writable
                        ? (Files.exists(work) ? work : home).toFile().getUsableSpace() / 1_000_000_000 + " GB free"
                        : "cannot be written; give the user of this process the right to"));
        try (Office office = new Office(settings, clock)) {
            office.ledger().check();
            symptoms.add(new Symptom("ledger", true, "answers"));
            office.doctor()
                    .all()
                    .forEach(found -> symptoms.add(new Symptom(
                            "account " + found.account().id() + ", "
                                    + found.line().subject(),
                            found.line().ok(),
                            found.line().says())));
            EhrProbe probe = new EhrProbe(office.ledger().leases(), office.node());
            for (JdbcSource source : rooms.queries()) {
                Optional<String> fault = probe.fault(source);
                symptoms.add(new Symptom(
                        "source " + source.id() + ", database",
                        fault.isEmpty(),
                        fault.orElse(source.user() == null ? "lets us in" : "lets " + source.user() + " in")));
            }
        } catch (LedgerUnavailable e) {
            boolean held = rooms.ledger().url().startsWith("jdbc:h2:") && serverRuns.getAsBoolean();
            symptoms.add(new Symptom(
                    "ledger",
                    held,
                    held
                            ? "in use by the running server, as an H2 ledger is; vaxroute status asks that server. The accounts are not"
                                    + " looked at while it runs"
                            : e.getMessage()));
        } catch (RuntimeException e) {
            symptoms.add(new Symptom("ledger", false, e.getMessage()));
        }
        return symptoms;
    }

    /** Whether the log has a line for each record at each step. */
    private static boolean followsRecords(Settings settings) {
        String records = settings.global().text("operate.log.records");
        return records.equals("always") || records.equals(settings.global().text("operate.log.format"));
    }

    /**
     * Where a command that works without a server tells what it did with records: a collector that follows a record would otherwise see it leave and never
     * learn who let it go. Nothing else of the command goes into that file. To be called before the first logger is made.
     */
    static void logRecordsOfCommand(Settings settings) {
        if (followsRecords(settings)) {
            System.setProperty(
                    "vaxroute.log.file",
                    new RoomSettings(settings).log().resolve("vaxroute.log").toString());
            System.setProperty(
                    "vaxroute.log.format", "command-" + settings.global().text("operate.log.format"));
            System.setProperty("vaxroute.log.records", "DEBUG");
        }
    }

    @Override
    public Opened open(Path home) {
        Settings settings = Settings.load(Home.of(home));
        logRecordsOfCommand(settings);
        Office office = new Office(settings, clock);
        try {
            Operations operations = office.register();
            return new Opened() {
                @Override
                public RecordDoor records() {
                    return office.records();
                }

                @Override
                public void close() {
                    operations.close();
                    office.close();
                }
            };
        } catch (RuntimeException e) {
            office.close();
            throw e;
        }
    }
}
