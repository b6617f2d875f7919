package org.vaxroute.boot;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.BindException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyFactory;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.Registry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.answers.AnswerArchive;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.feeds.Backfill;
import org.vaxroute.feeds.DueWatch;
import org.vaxroute.feeds.Gatekeeper;
import org.vaxroute.feeds.TestProgress;
import org.vaxroute.feeds.TestSubmission;
import org.vaxroute.intake.Check;
import org.vaxroute.intake.CheckBeforeLeaving;
import org.vaxroute.intake.IntakeBeans;
import org.vaxroute.intake.Transform;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerException;
import org.vaxroute.operate.access.Users;
import org.vaxroute.operate.http.HttpServer;
import org.vaxroute.operate.mbean.Operations;
import org.vaxroute.operate.metrics.Metrics;
import org.vaxroute.operate.notice.MailEndpoint;
import org.vaxroute.operate.notice.NoticeStep;
import org.vaxroute.operate.retention.Retention;
import org.vaxroute.submit.DeliverStep;
import org.vaxroute.submit.FileAssembler;
import org.vaxroute.submit.ResultsEndpoint;
import org.vaxroute.vxu.Referee;

/**
 * One running VaxRoute: its ledger, its beans and the Camel context with the routes of its home. The shells (standalone, web
 * application, OSGi bundle) and the practice run start it here and nowhere else.
 */
public final class VaxRoute implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VaxRoute.class);

    /** Long enough for a chunk in work and one upload's last step; a file in the middle of its upload is taken up at the next start. */
    private static final int DRAIN_SECONDS = 25;

    private final Office office;
    private final Referee referee = new Referee();
    private final Main camel = new Main(VaxRoute.class);
    private final Users users;
    private final LiveLists lists;

    // Asked by lambdas, not by method references: those would link a class that needs servlets, which an OSGi server
    // does not give us.
    private final Optional<HttpServer> http;
    private final Optional<Metrics> metrics;
    private final Optional<NodeDuty> duty;
    private IntakeBeans intake;
    private Operations operations;
    private RouteReload reload;

    private VaxRoute(Settings settings, Clock machine, Start start) {
        // Rules and tables first: a fault in them must not leave anything open.
        RoomSettings rooms = new RoomSettings(settings);
        LedgerClock shared = new LedgerClock(machine);
        Clock clock = rooms.clustered() && start == Start.ROUTES ? shared : machine;
        lists = new LiveLists(settings, rooms, clock);

        // Before the ledger is opened and anything is shown or served: a second process of this node must leave the
        // first one's
        // alone, and be told why.
        Optional<NodeLock> lock =
                start == Start.ROUTES ? Optional.of(NodeLock.take(rooms.run(), rooms.node())) : Optional.empty();
        try {
            office = start == Start.ROUTES ? new Office(settings, clock) : Office.onTrial(settings, clock);
        } catch (RuntimeException e) {
            lock.ifPresent(NodeLock::close);
            throw e;
        }
        try {
            duty = lock.map(taken -> NodeDuty.begin(
                    office.ledger(),
                    office.node(),
                    taken,
                    Office.version(),
                    rooms.clustered() ? () -> shared.look(office.ledger().nodes()::time) : () -> {}));
            duty.ifPresent(NodeDuty::live);
        } catch (RuntimeException e) {
            office.close();
            throw e;
        }
        try {
            users = new Users(settings.home().config().resolve("users"));
            metrics = office.rooms().http().isPresent() && settings.global().flag("operate.metrics.enabled")
                    ? Optional.of(new Metrics(office.ledger(), office.feedList(), rooms.certificates(), clock))
                    : Optional.empty();
            http = rooms.http().map(set -> new HttpServer(set, this::problems, users)
                    .serving(office.records())
                    .noting(office.ledger().trail(), clock));
            metrics.ifPresent(figures -> http.ifPresent(server -> server.measuring(figures::scrape)));
            configure(settings, start);
            beans(settings, clock).forEach(camel::bind);
            camel.init();
            metrics.map(Metrics::registry).ifPresent(this::timeRoutes);
            camel.bind(
                    "deliver",
                    new DeliverStep(
                            camel.getCamelContext(),
                            office.accounts(),
                            office.ledger(),
                            office.folder(),
                            office.gate(),
                            office.node(),
                            clock));
            AnswerRoom answers = new AnswerRoom(settings);
            ExecutorServiceManager pools = camel.getCamelContext().getExecutorServiceManager();
            pools.registerThreadPoolProfile(answers.readers());
            pools.registerThreadPoolProfile(RoutePools.of("feed-builders", rooms.builders()));
            answers.beans(
                            office.accounts(),
                            new ResultsEndpoint(
                                    camel.getCamelContext(),
                                    office.accounts(),
                                    office.ledger(),
                                    office.gate(),
                                    office.node(),
                                    clock),
                            office.ledger(),
                            clock)
                    .beans()
                    .forEach(camel::bind);
        } catch (RuntimeException e) {
            // The same process may try again.
            camel.stop();
            referee.close();
            duty.ifPresent(NodeDuty::close);
            office.close();
            throw e;
        }
    }

    private Map<String, Object> beans(Settings settings, Clock clock) {
        RoomSettings rooms = office.rooms();
        intake = new IntakeBeans(
                rooms.intake(),
                rooms.files(),
                rooms.queries(),
                rooms.senders(),
                rooms.madeUp(clock),
                rooms.mllp(),
                rooms.kafka(),
                rooms.topicSources(),
                office.ledger(),
                lists.rules(),
                lists.transforms(),
                lists.sites(),
                referee,
                rooms.zones(),
                office.node(),
                clock);
        Map<String, Object> beans = new HashMap<>(intake.beans());
        Check check = ((Check) beans.get("rules")).heeding(office.judging().realPersons());
        beans.put(
                "assembler",
                new FileAssembler(
                        office.ledger(),
                        office.byConnection(rooms::assembly)::get,
                        office.gate(),
                        office.folder(),
                        new CheckBeforeLeaving(
                                office.ledger().waitingCheck(),
                                check,
                                office.byConnection(rooms::checkAgainAfter),
                                clock)::look,
                        office.node()));
        beans.put("handOver", office.handOver());
        beans.put(
                "retention",
                new Retention(
                        rooms.retention(),
                        office.ledger(),
                        office.folder(),
                        new AnswerArchive(rooms.work().resolve("answers")),
                        clock));
        beans.put("notices", new NoticeStep(office.notices()));
        beans.put("mailSession", MailEndpoint.session(rooms.mail()));
        beans.put("mailLogin", MailEndpoint.login(rooms.mail()));
        beans.put("ongoingFeed", office.ongoingFeed());
        beans.put("backfill", office.backfill());
        beans.put("testSubmission", new TestSubmission(office.ledger(), office.gatekeeper(), office.feedList(), clock));
        beans.put(
                "testProgress",
                new TestProgress(
                        office.ledger(), office.gatekeeper(), AnswerRoom.book(office.ledger()), office.feedList()));
        beans.put(
                "dueWatch",
                new DueWatch(
                        office.ledger(),
                        office.feedList(),
                        new WatchDoor(
                                rooms,
                                new ProfileFiles(settings),
                                lists.codes(),
                                office.accounts(),
                                lists::agreements,
                                office.ledger(),
                                clock),
                        clock,
                        due -> {}));
        beans.put("alarmNews", office.alarmNews());
        return beans;
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
        VaxRoute vaxRoute = new VaxRoute(settings, clock, Start.ROUTES);
        try {
            // Before anybody can begin another one.
            vaxRoute.office.ledger().jobs().abandoned(vaxRoute.office.node());
            vaxRoute.operations = vaxRoute.office.register().watchRates();
            vaxRoute.serveLists();
            welcome.accept(vaxRoute.users);
            vaxRoute.http.ifPresent(server -> server.start());
            vaxRoute.reload = new RouteReload(
                    vaxRoute.context(),
                    settings,
                    vaxRoute.office.rooms().routesLookedAt(),
                    vaxRoute.lists,
                    vaxRoute.office.ledger().alarms(),
                    clock);
            vaxRoute.duty.ifPresent(duty -> duty.over(vaxRoute.context(), vaxRoute.intake.mllpDoor()));
            vaxRoute.startRoutes();
            vaxRoute.duty.ifPresent(NodeDuty::start);
            vaxRoute.operations.routes(vaxRoute.reload).lists(vaxRoute.lists::state);
            vaxRoute.reload.start();
            vaxRoute.office.heldWork().resume();
            return vaxRoute;
        } catch (RuntimeException e) {
            vaxRoute.close();
            throw e;
        }
    }

    /** Whether routes are to run, or only to be tried on the beans that they name. */
    private enum Start {
        ROUTES,
        NOTHING
    }

    /**
     * Everything that routes name, and a context in which none of them runs. Nothing is registered, served or sent.
     *
     * @param settings of a work folder that nobody else uses
     */
    static VaxRoute onTrial(Settings settings, Clock clock) {
        VaxRoute vaxRoute = new VaxRoute(settings, clock, Start.NOTHING);
        try {
            vaxRoute.startRoutes();
            return vaxRoute;
        } catch (RuntimeException e) {
            vaxRoute.close();
            throw e;
        }
    }

    CamelContext context() {
        return camel.getCamelContext();
    }

    private void configure(Settings settings, Start start) {
        Properties placeholders = new Properties();
        placeholders.putAll(settings.forRoutes());
        camel.setOverrideProperties(placeholders);
        camel.setShutdownStrategy(new SimpleMainShutdownStrategy());
        boolean running = start == Start.ROUTES;
        camel.configure()
                .withName((running ? "vaxroute-" : "check-") + settings.home().name())
                .withRoutesIncludePattern(running ? "routes" : "false")
                .withAutoStartup(running)
                .withJmxEnabled(running)
                // Beans are bound by us; Camel would look through every class of the jar for more.
                .withBasePackageScanEnabled(false)
                .withShutdownTimeout(DRAIN_SECONDS)
                .withAutoConfigurationLogSummary(false);
        if (running) {
            camel.setRoutesCollector(new HomeRoutes(settings.home()));
        } else {
            camel.configure().setStartupSummaryLevel(StartupSummaryLevel.Off);
        }
    }

    private void serveLists() {
        Registry named = context().getRegistry();
        lists.serve(
                named.lookupByNameAndType("transforms", Transform.class),
                named.lookupByNameAndType("rules", Check.class),
                office.ledger().alarms());
    }

    /** A timer for each route. */
    private void timeRoutes(MeterRegistry registry) {
        CamelContext context = camel.getCamelContext();
        MicrometerRoutePolicyFactory routes = new MicrometerRoutePolicyFactory();
        routes.setMeterRegistry(registry);
        context.addRoutePolicyFactory(routes);
    }

    private void startRoutes() {
        try {
            camel.start();
        } catch (Exception e) {
            throw new StartFailed("The routes did not start: " + whatFailed(e), e);
        }
    }

    private static String whatFailed(Exception fault) {
        Throwable root = fault;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root instanceof BindException
                ? "nothing can listen where a route says (" + root.getMessage()
                        + "): another program (another VaxRoute?) holds the port, or the address is none of this machine's. Stop it, or"
                        + " set another; of intake-mllp they are intake.mllp.port and intake.mllp.host."
                : root.getMessage();
    }

    /** Why this server is not ready, as {@code /health/ready} says it; empty when it is. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        try {
            office.ledger().check();
        } catch (LedgerException e) {
            problems.add("The ledger does not answer; intake waits until it does.");
        }
        Optional<String> rests = duty.flatMap(NodeDuty::problem);
        if (rests.isPresent()) {
            problems.add(rests.get());
            return problems;
        }
        CamelContext context = camel.getCamelContext();
        if (context == null || !context.isStarted()) {
            problems.add("The routes are not started.");
        } else {
            context.getRoutes().stream()
                    .filter(route -> !Boolean.FALSE.equals(route.isAutoStartup()))
                    .map(org.apache.camel.Route::getRouteId)
                    .filter(id ->
                            context.getRouteController().getRouteStatus(id).isStopped())
                    .forEach(id -> problems.add("Route " + id + " is stopped."));
        }
        return problems;
    }

    public Ledger ledger() {
        return office.ledger();
    }

    public Gatekeeper gatekeeper() {
        return office.gatekeeper();
    }

    public Backfill backfill() {
        return office.backfill();
    }

    /** Sends the records of a file again that the registry refused whole, and says in which file. */
    String resend(String file, String told, String who, String why) {
        return office.resend(file, told, who, why);
    }

    /** Where the console and the command line's door are; empty when the settings leave them out. */
    public Optional<String> address() {
        return http.map(server -> server.address());
    }

    /** Lets what is in work finish for a while, then stops. Whatever is cut off is taken up at the next start. */
    @Override
    public void close() {
        if (reload != null) {
            reload.close();
        }
        duty.ifPresent(NodeDuty::lastWork);
        office.ledger().hurry();
        try {
            camel.stop();
        } catch (RuntimeException e) {
            LOG.warn("The routes did not stop cleanly; the next start goes on from the ledger", e);
        }
        try {
            http.ifPresent(server -> server.stop());
            if (operations != null) {
                operations.close();
            }
            referee.close();
            metrics.ifPresent(Metrics::close);
        } finally {
            duty.ifPresent(NodeDuty::close);
            // Whatever went wrong before: inside a server nobody else would ever let go of the ledger.
            office.close();
        }
    }
}
