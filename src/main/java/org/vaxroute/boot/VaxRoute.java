package org.vaxroute.boot;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.feeds.AnswerBook;
import org.vaxroute.feeds.DueWatch;
import org.vaxroute.feeds.FeedSettings;
import org.vaxroute.feeds.Gatekeeper;
import org.vaxroute.feeds.OngoingFeed;
import org.vaxroute.feeds.Owed;
import org.vaxroute.feeds.TestProgress;
import org.vaxroute.feeds.TestSubmission;
import org.vaxroute.intake.IntakeBeans;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerException;
import org.vaxroute.operate.access.Users;
import org.vaxroute.operate.http.HttpServer;
import org.vaxroute.operate.mbean.Operations;
import org.vaxroute.rules.RuleSet;
import org.vaxroute.rules.Transforms;
import org.vaxroute.submit.Account;
import org.vaxroute.submit.AssemblySettings;
import org.vaxroute.submit.DeliverStep;
import org.vaxroute.submit.FileAssembler;
import org.vaxroute.submit.HandOver;
import org.vaxroute.submit.SubmissionFolder;
import org.vaxroute.vxu.Referee;

/**
 * One running VaxRoute: its ledger, its beans and the Camel context with the routes of its home. The shells (standalone, web
 * application, OSGi bundle) and the practice run start it here and nowhere else.
 */
public final class VaxRoute implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VaxRoute.class);

    /** Long enough for a chunk in work and one upload's last step; a file in the middle of its upload is taken up at the next start. */
    private static final long DRAIN_SECONDS = 25;

    private final Ledger ledger;
    private final Referee referee = new Referee();
    private final Gatekeeper gatekeeper;
    private final OngoingFeed ongoingFeed;
    private final Main camel = new Main(VaxRoute.class);
    private final Operations.Parts operations;
    private final Users users;
    private final Optional<HttpServer> http;
    private Operations registered;

    private VaxRoute(Settings settings, Clock clock) {
        RoomSettings rooms = new RoomSettings(settings);
        String node = settings.home().name() + "/"
                + ManagementFactory.getRuntimeMXBean().getName();
        Map<String, FeedSettings> feeds = byConnection(rooms, rooms::feed);
        Map<String, AssemblySettings> assemblies = byConnection(rooms, rooms::assembly);
        List<Account> accounts = rooms.accounts();
        CodeTables codes = CodeTables.load(settings.home().config().resolve("codes"));
        Transforms transforms = Transforms.load(rooms.transforms(), codes);
        Map<String, RuleSet> rules = byConnection(
                rooms,
                id -> RuleSet.load(rooms.rules(settings.connections().get(id).text("registry")), codes));
        SubmissionFolder folder = new SubmissionFolder(rooms.work().resolve("out"));

        ledger = Ledger.open(rooms.ledger(), clock);
        try {
            gatekeeper = new Gatekeeper(ledger, id -> feeds.get(id).gate(), id -> List.of(), Owed.NOTHING, clock);
            GateDoor gate = new GateDoor(gatekeeper);
            ongoingFeed = new OngoingFeed(ledger, gatekeeper, List.copyOf(feeds.values()), node, clock);
            Map<String, Object> beans = new HashMap<>(new IntakeBeans(
                            rooms.intake(),
                            rooms.files(),
                            rooms.queries(),
                            rooms.senders(),
                            rooms.mllp(),
                            ledger,
                            rules,
                            transforms,
                            referee,
                            rooms.zones(),
                            clock)
                    .beans());
            beans.put("assembler", new FileAssembler(ledger, assemblies::get, gate, folder));
            beans.put("ongoingFeed", ongoingFeed);
            beans.put("testSubmission", new TestSubmission(ledger, gatekeeper, List.copyOf(feeds.values()), clock));
            beans.put("testProgress", new TestProgress(gatekeeper, AnswerBook.EMPTY, List.copyOf(feeds.values())));
            beans.put("dueWatch", new DueWatch(ledger, List.copyOf(feeds.values()), clock, due -> {}));

            configure(settings);
            beans.forEach(camel::bind);
            camel.init();
            CamelContext context = camel.getCamelContext();
            HandOver handOver =
                    new HandOver(accounts, ledger, folder, gate, settings.home().folder(), node, clock);
            camel.bind("deliver", new DeliverStep(context, accounts, ledger, folder, gate, node, clock));
            camel.bind("handOver", handOver);
            operations = new Operations.Parts(
                    settings.home().name(),
                    ledger,
                    gatekeeper,
                    ongoingFeed,
                    List.copyOf(feeds.values()),
                    rooms.allSources(),
                    handOver::uploaded,
                    clock);
            users = new Users(settings.home().config().resolve("users"));
            http = rooms.http().map(set -> new HttpServer(set, this::problems, users));
        } catch (RuntimeException e) {
            ledger.close();
            throw e;
        }
    }

    /**
     * Starts everything that the settings ask for.
     *
     * @throws StartFailed and the rooms' own exceptions, each saying what to mend, when something is missing or wrong; nothing is
     *     left running then
     */
    public static VaxRoute start(Settings settings, Clock clock) {
        return start(settings, clock, nobody -> {});
    }

    /** @param welcome may let somebody into the console before it opens, as the practice run does */
    static VaxRoute start(Settings settings, Clock clock, Consumer<Users> welcome) {
        VaxRoute vaxRoute = new VaxRoute(settings, clock);
        try {
            vaxRoute.registered = Operations.register(vaxRoute.operations);
            welcome.accept(vaxRoute.users);
            vaxRoute.http.ifPresent(HttpServer::start);
            vaxRoute.startRoutes();
            return vaxRoute;
        } catch (RuntimeException e) {
            vaxRoute.close();
            throw e;
        }
    }

    private void startRoutes() {
        try {
            camel.start();
        } catch (Exception e) {
            throw new StartFailed("The routes did not start: " + rootOf(e).getMessage(), e);
        }
    }

    private List<String> problems() {
        List<String> problems = new ArrayList<>();
        try {
            ledger.check();
        } catch (LedgerException e) {
            problems.add("The ledger does not answer; intake waits until it does.");
        }
        CamelContext context = camel.getCamelContext();
        if (context == null || !context.isStarted()) {
            problems.add("The routes are not started.");
        } else {
            context.getRoutes().stream()
                    .filter(route -> context.getRouteController()
                            .getRouteStatus(route.getRouteId())
                            .isStopped())
                    .filter(route -> !Boolean.FALSE.equals(route.isAutoStartup()))
                    .forEach(route -> problems.add("Route " + route.getRouteId() + " is stopped."));
        }
        return problems;
    }

    private void configure(Settings settings) {
        Path routes = settings.home().routes();
        Properties placeholders = new Properties();
        placeholders.putAll(settings.forRoutes());
        camel.setOverrideProperties(placeholders);
        camel.setShutdownStrategy(new SimpleMainShutdownStrategy());
        camel.configure()
                .withName("vaxroute-" + settings.home().name())
                .withRoutesIncludePattern("file:" + routes + "/**/*.yaml,file:" + routes + "/**/*.xml")
                .withShutdownTimeout((int) DRAIN_SECONDS)
                .withAutoConfigurationLogSummary(false);
    }

    private static <T> Map<String, T> byConnection(RoomSettings rooms, java.util.function.Function<String, T> make) {
        return rooms.connections().keySet().stream().collect(Collectors.toMap(id -> id, make));
    }

    private static Throwable rootOf(Throwable fault) {
        Throwable root = fault;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    public Ledger ledger() {
        return ledger;
    }

    public Gatekeeper gatekeeper() {
        return gatekeeper;
    }

    /** Where the console and the command line's door are; empty when the settings leave them out. */
    public Optional<String> address() {
        return http.map(HttpServer::address);
    }

    /** Lets what is in work finish for a while, then stops. Whatever is cut off is taken up at the next start. */
    @Override
    public void close() {
        try {
            camel.stop();
        } catch (RuntimeException e) {
            LOG.warn("The routes did not stop cleanly; the next start goes on from the ledger", e);
        }
        http.ifPresent(HttpServer::stop);
        if (registered != null) {
            registered.close();
        }
        referee.close();
        ledger.close();
    }
}
