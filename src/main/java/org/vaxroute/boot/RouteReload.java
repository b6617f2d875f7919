package org.vaxroute.boot;

import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.boot.check.RouteFault;
import org.vaxroute.boot.check.RouteText;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.boot.settings.SettingsException;
import org.vaxroute.ledger.Alarms;
import org.vaxroute.ledger.LedgerException;
import org.vaxroute.operate.mbean.RouteFiles;

/**
 * Takes changed route files while the others run. All files are tried first, the changed ones are swapped one route at a time, and when
 * anything is wrong what ran before goes on and an alarm says why. Camel's own reload removes every route first and looks afterwards.
 *
 * <p>A route is stopped as at the end of the server: what is in work may finish. Whatever is cut off after that is taken up again
 * by the route that follows, because sources are told "done" only after the commit.
 */
final class RouteReload implements RouteFiles, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouteReload.class);
    private static final String ALARM = "routes-refused";
    private static final String SUBJECT = "routes";
    private static final String SETTINGS = HomeFiles.SETTINGS;
    private static final int REMEMBERED = 50;
    private static final int STOP_SECONDS = 25;

    /** Keys that no bean reads: a route that names them is built anew and that is all there is to it. */
    private static final Set<String> ROUTE_KEYS = Set.of(
            "intake.file.poll",
            "intake.jdbc.poll",
            "intake.kafka.poll",
            "feed.tick",
            "watch.tick",
            "retention.tick",
            "deliver.poll",
            "deliver.throttle-files",
            "deliver.throttle-period",
            "deliver.sftp-bulk-requests",
            "answers.collect",
            "answers.process");

    private final CamelContext context;
    private final LiveLists lists;
    private final Alarms alarms;
    private final Clock clock;
    private final Optional<Duration> every;
    private final Deque<Swap> swapped = new ArrayDeque<>();
    private final ScheduledExecutorService looker = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "vaxroute-routes");
        thread.setDaemon(true);
        return thread;
    });

    private final Settings settings;
    private Map<String, String> offered;
    private SortedMap<String, String> running;
    private SortedMap<String, String> seen;
    private SortedMap<String, String> settledWith;
    private Fault unlisted;
    private volatile State state = new State(List.of(), List.of(), List.of());

    /**
     * @param settings those that the context was started with, whose routes run in it
     * @param every how often files are looked at; empty for only when somebody asks
     * @param lists are looked at with the routes
     */
    RouteReload(
            CamelContext context,
            Settings settings,
            Optional<Duration> every,
            LiveLists lists,
            Alarms alarms,
            Clock clock) {
        this.context = context;
        this.settings = settings;
        this.every = every;
        this.lists = lists;
        this.alarms = alarms;
        this.clock = clock;
        this.offered = settings.forRoutes();
        this.running = HomeFiles.read(settings.home());
        this.seen = running;
    }

    /** Begins to look. */
    void start() {
        // What was wrong at the last run was mended before this start, or there would be none.
        quietly(() -> alarms.clear(ALARM, SUBJECT));
        every.ifPresent(period -> looker.scheduleWithFixedDelay(
                this::lookByItself, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void lookByItself() {
        try {
            lists.look(false);
            look(false);
        } catch (RuntimeException e) {
            LOG.warn("The files could not be looked at; the next look tries again", e);
        }
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public Optional<Duration> every() {
        return every;
    }

    @Override
    public State look() {
        lists.look(true);
        return look(true);
    }

    /** @param asked takes the files as they are; by itself only what did not change since the look before, and is written to its end */
    private synchronized State look(boolean asked) {
        SortedMap<String, String> now;
        try {
            now = HomeFiles.read(settings.home());
        } catch (UncheckedIOException e) {
            return unlisted(asked, e);
        }
        unlisted = null;
        boolean settled = asked || now.equals(seen);
        seen = now;
        if (!settled || (!asked && now.equals(settledWith))) {
            return state;
        }
        if (now.equals(running)) {
            // A setting that waits is taken note of with its file, and waits all the same.
            List<String> settings = state.waiting().stream()
                    .filter(what -> what.startsWith(SETTINGS))
                    .toList();
            if (!state.faults().isEmpty() || !state.waiting().equals(settings)) {
                accept(settings);
            }
            return state;
        }
        Outcome tried = attempt();
        if (!HomeFiles.read(settings.home()).equals(now)) {
            return state;
        }
        if (tried.faults().isEmpty()) {
            swap(now, tried.settings());
        } else {
            refuse(now, tried.faults());
        }
        return state;
    }

    /** At the second look, because a folder that is just being taken away cannot be listed either. */
    private State unlisted(boolean asked, UncheckedIOException e) {
        Fault fault = new Fault(
                "routes, config",
                0,
                0,
                e.getMessage() + ": " + e.getCause(),
                "Let the account that runs VaxRoute read what lies there");
        boolean settled = asked || fault.equals(unlisted);
        unlisted = fault;
        if (settled && !state.faults().equals(List.of(fault))) {
            refuse(null, List.of(fault));
        }
        return state;
    }

    private record Outcome(Settings settings, List<Fault> faults) {}

    private Outcome attempt() {
        try {
            Settings changed = settings.again(Map.of());
            List<RouteFault> faults = RouteTrial.faults(changed, clock);
            return new Outcome(
                    changed,
                    faults.stream()
                            .map(fault -> new Fault(
                                    fault.file(), fault.line(), fault.column(), fault.problem(), fault.remedy()))
                            .toList());
        } catch (SettingsException e) {
            return new Outcome(
                    null,
                    e.faults().stream()
                            .map(fault -> new Fault(
                                    fault.file(), fault.line(), 1, fault.key() + " " + fault.problem(), fault.remedy()))
                            .toList());
        } catch (RuntimeException e) {
            return new Outcome(
                    null, List.of(new Fault("config", 0, 0, e.getMessage(), "Mend it; vaxroute check says more")));
        }
    }

    private void refuse(SortedMap<String, String> files, List<Fault> faults) {
        settledWith = files;
        state = new State(faults, state.waiting(), List.copyOf(swapped));
        Fault first = faults.get(0);
        String text =
                "Changed files are not taken, and what ran before goes on: " + first.file() + ":" + first.line() + ": "
                        + first.problem() + ". " + first.remedy() + "."
                        + (faults.size() > 1 ? " There are " + (faults.size() - 1) + " more; see vaxroute check." : "");
        LOG.error("{}", text);
        quietly(() -> {
            // The text of an alarm that stands is not changed, and this is another one.
            alarms.clear(ALARM, SUBJECT);
            alarms.raise(ALARM, SUBJECT, text);
        });
    }

    private void accept(List<String> waiting) {
        settledWith = null;
        state = new State(List.of(), waiting, List.copyOf(swapped));
        quietly(() -> alarms.clear(ALARM, SUBJECT));
    }

    /** A ledger that is away must not keep a good route from being taken. */
    private static void quietly(Runnable alarm) {
        try {
            alarm.run();
        } catch (LedgerException e) {
            LOG.warn("The alarm of the route files could not be kept: {}", e.getMessage());
        }
    }

    private void swap(SortedMap<String, String> files, Settings changed) {
        List<String> waiting = new ArrayList<>();
        Set<String> keys = changedKeys(changed, waiting);
        Set<String> touched = new TreeSet<>();
        for (String file : union(running.keySet(), files.keySet())) {
            boolean differs = !Objects.equals(running.get(file), files.get(file));
            if (!file.startsWith("routes/")) {
                if (differs && !file.equals(SETTINGS)) {
                    waiting.add(file);
                }
            } else if (differs || keys.stream().anyMatch(key -> names(files.get(file), key))) {
                touched.add(file);
            }
        }
        addRoutesOfConfigurations(touched, files);
        for (String file : List.copyOf(touched)) {
            if (!swappable(running.get(file)) || !swappable(files.get(file))) {
                touched.remove(file);
                waiting.add(
                        file + " (only a file with one route or one failure configuration in YAML is taken at once)");
            }
        }
        SortedMap<String, String> next = new TreeMap<>(running);
        Map<String, String> values = offeredWith(changed, keys);
        List<String> done = new ArrayList<>();
        Set<String> stood = new HashSet<>();
        try {
            offer(values);
            for (String file : inOrder(touched)) {
                done.add(file);
                if (running.get(file) != null && remove(running.get(file))) {
                    stood.add(file);
                }
                if (files.get(file) != null) {
                    load(file, files.get(file), stood.contains(file));
                }
            }
        } catch (Exception | LinkageError e) {
            LOG.debug("A changed route could not be started; what ran before comes back", e);
            offer(offered);
            done.forEach(file -> putBack(files.get(file), running.get(file), file, stood.contains(file)));
            refuse(
                    files,
                    List.of(new Fault(
                            done.isEmpty() ? SETTINGS : done.get(done.size() - 1),
                            1,
                            1,
                            "cannot be started: " + rootOf(e).getMessage(),
                            "Mend it and save again")));
            return;
        }
        for (String file : touched) {
            String what = running.get(file) == null ? "new" : files.get(file) == null ? "gone" : "changed";
            swapped.addFirst(new Swap(clock.instant(), file, what));
            LOG.info("{} is {} and was taken", file, what);
            if (files.get(file) == null) {
                next.remove(file);
            } else {
                next.put(file, files.get(file));
            }
        }
        while (swapped.size() > REMEMBERED) {
            swapped.removeLast();
        }
        next.put(SETTINGS, files.get(SETTINGS));
        running = next;
        offered = values;
        accept(List.copyOf(waiting));
        // What waits for a restart is not tried again at every look.
        settledWith = running.equals(files) ? null : files;
    }

    /** Also as {@code {{?key}}}, which is left out where the key is not set, and with blanks. */
    private static boolean names(String text, String key) {
        return Pattern.compile("\\{\\{[!?]?\\s*" + Pattern.quote(key) + "\\s*}}")
                .matcher(text)
                .find();
    }

    /** Keys of routes whose values differ from what is offered; others that differ from the start are added to what waits. */
    private Set<String> changedKeys(Settings changed, List<String> waiting) {
        SortedMap<String, String> atStart = settings.forRoutes();
        SortedMap<String, String> now = changed.forRoutes();
        Set<String> keys = new TreeSet<>();
        for (String key : union(union(atStart.keySet(), offered.keySet()), now.keySet())) {
            if (ROUTE_KEYS.contains(key) || key.startsWith("site.")) {
                if (!Objects.equals(offered.get(key), now.get(key))) {
                    keys.add(key);
                }
            } else if (!Objects.equals(atStart.get(key), now.get(key))) {
                waiting.add(SETTINGS + ": " + key);
            }
        }
        return keys;
    }

    /** What is offered to routes, with the new values of these keys. */
    private Map<String, String> offeredWith(Settings changed, Set<String> keys) {
        Map<String, String> values = new TreeMap<>(offered);
        SortedMap<String, String> now = changed.forRoutes();
        for (String key : keys) {
            if (now.containsKey(key)) {
                values.put(key, now.get(key));
            } else {
                values.remove(key);
            }
        }
        return values;
    }

    private void offer(Map<String, String> values) {
        Properties properties = new Properties();
        properties.putAll(values);
        context.getPropertiesComponent().setOverrideProperties(properties);
    }

    /** Camel builds a failure configuration into each route that names it. */
    private void addRoutesOfConfigurations(Set<String> touched, Map<String, String> files) {
        Set<String> configurations = new HashSet<>();
        touched.forEach(file -> Stream.of(running.get(file), files.get(file))
                .filter(Objects::nonNull)
                .map(RouteText::configurationId)
                .forEach(id -> id.ifPresent(configurations::add)));
        files.forEach((file, text) -> {
            if (file.startsWith("routes/")
                    && RouteText.configurationsUsed(text).stream().anyMatch(configurations::contains)) {
                touched.add(file);
            }
        });
    }

    private static boolean swappable(String text) {
        return text == null
                || RouteText.routeId(text).isPresent()
                || RouteText.configurationId(text).isPresent();
    }

    /** Failure configurations first, so that the routes find the new ones. */
    private List<String> inOrder(Set<String> files) {
        return files.stream()
                .sorted(Comparator.comparing(file -> !file.startsWith("routes/failures/")))
                .toList();
    }

    /** @return whether it stood still, because somebody had stopped it */
    private boolean remove(String text) throws Exception {
        ModelCamelContext model = (ModelCamelContext) context;
        Optional<String> configuration = RouteText.configurationId(text);
        if (configuration.isPresent()) {
            RouteConfigurationDefinition known = model.getRouteConfigurationDefinition(configuration.get());
            if (known != null) {
                model.removeRouteConfiguration(known);
            }
            return false;
        }
        String id = RouteText.routeId(text).orElseThrow();
        if (context.getRoute(id) == null) {
            return false;
        }
        boolean stood = context.getRouteController().getRouteStatus(id).isStopped()
                && !Boolean.FALSE.equals(context.getRoute(id).isAutoStartup());
        context.getRouteController().stopRoute(id, STOP_SECONDS, TimeUnit.SECONDS);
        context.removeRoute(id);
        if (model.getRouteDefinition(id) != null) {
            model.removeRouteDefinition(model.getRouteDefinition(id));
        }
        return stood;
    }

    private void load(String file, String text, boolean standing) throws Exception {
        context.setAutoStartup(!standing);
        try {
            PluginHelper.getRoutesLoader(context)
                    .loadRoutes(ResourceHelper.fromString(
                            "file:" + settings.home().folder().resolve(file), text));
        } finally {
            context.setAutoStartup(true);
        }
    }

    private void putBack(String refusedText, String text, String file, boolean standing) {
        try {
            if (refusedText != null) {
                remove(refusedText);
            }
            if (text != null) {
                remove(text);
                load(file, text, standing);
            }
        } catch (Exception e) {
            LOG.error("{} as it ran before could not be started again; start VaxRoute anew", file, e);
        }
    }

    private static Throwable rootOf(Throwable fault) {
        Throwable root = fault;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static Set<String> union(Set<String> a, Set<String> b) {
        Set<String> all = new TreeSet<>(a);
        all.addAll(b);
        return all;
    }

    /** Ends the looking, and waits for one that is under way. */
    @Override
    public void close() {
        looker.shutdown();
        try {
            if (!looker.awaitTermination(2L * STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("A look at the route files has not ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
