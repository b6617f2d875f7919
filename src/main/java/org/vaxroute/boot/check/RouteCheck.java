package org.vaxroute.boot.check;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;
import org.vaxroute.boot.settings.Home;

/**
 * Holds the route files to the house rules: they read as the story, name their failures, carry no literal that a site might want to change, and
 * cannot lose a record or send to an unproved host by a slip. Camel says nothing of most of this; it ignores a failure configuration that does not
 * exist and starts happily without one.
 */
public final class RouteCheck {
    private static final int MOST_STEPS = 20;
    private static final Pattern SENTENCE = Pattern.compile("[A-Z][a-z]+s [^.]*(\\.[^ .][^.]*)*\\.");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[!?]?([^{}]*)}}");
    private static final Pattern MAGNITUDE = Pattern.compile("\\d+(\\.\\d+)?\\s*(ms|s|m|h|d|KB|MB|GB)?");
    private static final Pattern PLACE =
            Pattern.compile("(?i).*[/\\\\].*|localhost|[a-z0-9-]+(\\.[a-z0-9-]+)*\\.[a-z]{2,}|\\d+(\\.\\d+){3}");
    private static final Pattern LINE_END = Pattern.compile("(\\\\[rn])+");
    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i).*(password|passwd|passphrase|secret|privatekey|accesskey|token).*");
    private static final Pattern CREDENTIALS_IN_URI =
            Pattern.compile("(?i).*://[^/@{}]*:[^/@{}]*@.*|.*[?&](password|passphrase)=.*|.*RAW\\(.*");
    private static final Set<String> SMALL_NUMBERS = Set.of("0", "1", "-1");
    private static final Set<String> NUMBERS_OF_THE_STORY =
            Set.of("startupOrder", "backOffMultiplier", "priority", "id");
    private static final Set<String> INNER_SCHEMES =
            Set.of("direct", "seda", "timer", "scheduler", "log", "bean", "mock", "controlbus");
    private static final Set<String> REMOTE_SCHEMES = Set.of("sftp", "ftps", "ftp");
    private static final String FAILURES = "failures";

    private final Home home;
    private final Set<String> knownPlaceholders;
    private RouteSchema schema;
    private final List<RouteFault> faults = new ArrayList<>();
    private final Optional<CamelProbe> camel;
    private final Map<String, String> routeIds = new HashMap<>();
    private final Map<String, String> stepIds = new HashMap<>();
    private final Set<String> entrances = new HashSet<>();
    private final Map<String, String> directs = new HashMap<>();
    private final Set<String> configurationIds = new HashSet<>();

    private RouteCheck(Home home, Set<String> knownPlaceholders, CamelProbe camel) {
        this.home = home;
        this.knownPlaceholders = knownPlaceholders;
        this.camel = Optional.ofNullable(camel);
    }

    /**
     * Every fault of the route files of a home, in the order of files and lines.
     *
     * @param knownPlaceholders the keys that {@code {{...}}} may name
     * @throws java.io.UncheckedIOException when the folder of route files cannot be looked through
     */
    public static List<RouteFault> of(Home home, Set<String> knownPlaceholders) {
        return new RouteCheck(home, knownPlaceholders, null).run();
    }

    /**
     * As {@link #of(Home, Set)}, and builds every route as well.
     *
     * @param camel asked for what the text alone does not tell; used up by this
     */
    public static List<RouteFault> of(Home home, Set<String> knownPlaceholders, CamelProbe camel) {
        return new RouteCheck(home, knownPlaceholders, camel).run();
    }

    private record RouteFile(Path path, String name, String folder, String shownAs, String text, Yaml yaml) {
        boolean declaresBeans() {
            return yaml.items().stream().anyMatch(item -> item.find("beans").isPresent());
        }
    }

    private List<RouteFault> run() {
        List<RouteFile> files = new ArrayList<>();
        for (Path path : files(".*\\.yaml")) {
            read(path, files);
        }
        Map<Path, List<XmlRoutes.Named>> xml = new LinkedHashMap<>();
        for (Path path : files(".*\\.xml")) {
            readXml(path, xml);
        }
        for (Path path : files(".*\\.yml")) {
            faults.add(
                    new RouteFault(shown(path), 1, 1, "is not read, for its name does not end in .yaml", "Rename it"));
        }
        if (files(".*").isEmpty()) {
            faults.add(new RouteFault(
                    "routes",
                    1,
                    1,
                    "holds no route, so that nothing would be read, sent or watched",
                    "Copy routes/ of the distribution there, or mount the right folder"));
        }
        files.forEach(file -> file.yaml().items().forEach(item -> item.find("routeConfiguration")
                .ifPresent(configuration ->
                        configurationIds.add(configuration.get("id").text()))));
        files.forEach(file -> file.yaml()
                .items()
                .forEach(item ->
                        entrances.add(item.get("route").get("from").get("uri").text())));
        xml.values().forEach(all -> all.forEach(this::lookAhead));
        camel.ifPresent(probe -> build(probe, files.stream().filter(RouteFile::declaresBeans)));
        files.forEach(this::check);
        xml.forEach((path, all) -> all.forEach(named -> checkXml(shown(path), named)));
        camel.ifPresent(probe -> build(probe, inOrder(files)));
        camel.ifPresent(probe -> buildXml(probe, xml.keySet()));
        faults.sort(Comparator.comparing(RouteFault::file)
                .thenComparing(RouteFault::line)
                .thenComparing(RouteFault::column));
        return List.copyOf(faults);
    }

    private void read(Path path, List<RouteFile> files) {
        String shownAs = shown(path);
        try {
            String text = Files.readString(path);
            String name = path.getFileName().toString().replaceFirst("\\.yaml$", "");
            String folder = path.getParent().equals(home.routes())
                    ? ""
                    : path.getParent().getFileName().toString();
            files.add(new RouteFile(path, name, folder, shownAs, text, Yaml.read(text)));
        } catch (Yaml.BrokenYamlException e) {
            faults.add(new RouteFault(
                    shownAs,
                    e.place.line(),
                    e.place.column(),
                    "is no YAML (" + e.getMessage() + ")",
                    "Mend the indentation or the quotes there"));
        } catch (IOException e) {
            faults.add(unreadable(shownAs, e));
        }
    }

    private static RouteFault unreadable(String shownAs, IOException e) {
        return new RouteFault(
                shownAs,
                1,
                1,
                "cannot be read as UTF-8 text (" + e.getClass().getSimpleName() + ")",
                "Let the account that runs VaxRoute read it, and save it as UTF-8");
    }

    private void check(RouteFile file) {
        for (RouteSchema.Refusal refusal : refused(file)) {
            fault(
                    file,
                    at(file.yaml(), refusal.way()),
                    "Camel's schema refuses this: " + refusal.problem(),
                    "Correct the name or the shape by the shipped routes or Camel's own documents");
        }
        List<Yaml> items = file.yaml().items();
        if (items.size() != 1) {
            fault(
                    file,
                    file.yaml(),
                    "holds " + items.size() + " items",
                    "Keep one route or route configuration in a file");
        }
        for (Yaml item : items) {
            item.find("route").ifPresent(route -> checkRoute(file, route));
            item.find("routeConfiguration").ifPresent(configuration -> checkConfiguration(file, configuration));
            item.find("from")
                    .ifPresent(from -> fault(
                            file,
                            from,
                            "is a route without a name",
                            "Wrap it in \"route:\" with id, group and description"));
        }
    }

    private List<RouteSchema.Refusal> refused(RouteFile file) {
        if (isShipped(file)) {
            return List.of();
        }
        if (schema == null) {
            schema = new RouteSchema();
        }
        return schema.refusals(file.text());
    }

    /** Whether it is word for word a file of this build, whose tests hold those to the schema: to read that takes half a second of each start. */
    private static boolean isShipped(RouteFile file) {
        try (InputStream shipped = RouteCheck.class.getResourceAsStream(file.shownAs())) {
            return shipped != null && file.text().equals(new String(shipped.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void checkRoute(RouteFile file, Yaml route) {
        checkName(file, route, "route");
        String group = route.get("group").text();
        if (!group.equals(file.folder())) {
            fault(
                    file,
                    route.get("group"),
                    "group is \"" + group + "\"",
                    file.folder().isEmpty()
                            ? "Move the file into a folder of that name below routes/"
                            : "Write group: " + file.folder() + ", the folder's name");
        }
        Yaml configuration = route.get("routeConfigurationId");
        if (configuration.text().isEmpty()) {
            fault(
                    file,
                    route,
                    "names no failure configuration",
                    "Add routeConfigurationId with one of routes/failures");
        } else {
            Stream.of(configuration.text().split(","))
                    .map(String::strip)
                    .filter(name -> !configurationIds.contains(name))
                    .forEach(name -> fault(
                            file,
                            configuration,
                            "failure configuration " + name + " does not exist",
                            "Name one of " + configurationIds.stream().sorted().toList() + " or add routes/failures/"
                                    + name + ".yaml"));
        }
        List<Yaml> steps = new ArrayList<>();
        Yaml from = route.get("from");
        checkEndpoint(file, from, false);
        Yaml uri = from.get("uri");
        String other = uri.text().startsWith("direct:") ? directs.putIfAbsent(uri.text(), file.shownAs()) : null;
        if (other != null) {
            fault(
                    file,
                    uri,
                    "begins with " + uri.text() + " as " + other + " does, and Camel would start neither",
                    "Give one of the two another name");
        }
        collectSteps(file, from, steps);
        checkSteps(file, steps);
        if (steps.size() > MOST_STEPS) {
            fault(
                    file,
                    route,
                    "has " + steps.size() + " steps",
                    "Keep to about " + MOST_STEPS + ": let a bean or a further route do part of it");
        }
        if (file.folder().equals("intake")) {
            steps.forEach(
                    step -> step.find("filter")
                            .ifPresent(
                                    filter -> fault(
                                            file,
                                            filter,
                                            "a bare filter between reading and storing loses records without a trace",
                                            "Leave a record out with bean: {ref: exclude, method: because('...')}; it is stored as DROPPED with that reason")));
        }
        checkLiterals(file, route);
        camel.ifPresent(probe -> checkBeans(file, route, probe));
    }

    private void checkConfiguration(RouteFile file, Yaml configuration) {
        if (!file.folder().equals(FAILURES)) {
            fault(file, configuration, "is a failure configuration outside routes/" + FAILURES, "Move the file there");
        }
        checkName(file, configuration, "route configuration");
        List<Yaml> steps = new ArrayList<>();
        collectSteps(file, configuration, steps);
        checkSteps(file, steps);
        checkLiterals(file, configuration);
        camel.ifPresent(probe -> checkBeans(file, configuration, probe));
    }

    private void checkName(RouteFile file, Yaml named, String what) {
        String id = named.get("id").text();
        if (!id.equals(file.name())) {
            fault(
                    file,
                    named.find("id").orElse(named),
                    what + " id is \"" + id + "\"",
                    "Write id: " + file.name() + ", the file's name");
        }
        String earlier = id.isEmpty() ? null : routeIds.putIfAbsent(id, file.shownAs());
        if (earlier != null) {
            fault(file, named.get("id"), "id " + id + " is taken by " + earlier, "Give one of the two another name");
        }
        String description = named.get("description").text();
        if (!SENTENCE.matcher(description).matches()) {
            fault(
                    file,
                    named.find("description").orElse(named),
                    description.isEmpty()
                            ? what + " has no description"
                            : "the description is not one sentence that begins with a verb",
                    "Write one sentence such as \"Reads EHR files from the drop folders.\"");
        }
    }

    /** Gathers the steps of a piece of route, those inside other steps too. */
    private void collectSteps(RouteFile file, Yaml piece, List<Yaml> steps) {
        piece.entries().forEach((key, value) -> {
            if (key.equals("steps")) {
                value.items().forEach(step -> {
                    steps.add(step);
                    if (step.isText()) {
                        fault(file, step, "step \"" + step.text() + "\" has no id", "Write it as a mapping with an id");
                    }
                    collectSteps(file, step, steps);
                });
            } else {
                collectSteps(file, value, steps);
                value.items().forEach(item -> collectSteps(file, item, steps));
            }
        });
    }

    private void checkSteps(RouteFile file, List<Yaml> steps) {
        for (Yaml step : steps) {
            step.entries().forEach((kind, body) -> {
                String id = body.get("id").text();
                if (id.isEmpty()) {
                    fault(
                            file,
                            body,
                            "step " + kind + " has no id",
                            "Add an id that says what the step does; consoles show it");
                } else {
                    checkUnique(file, body.get("id"));
                }
                checkEndpoint(file, body, kind.equals("toD"));
            });
        }
    }

    /** Statistics, diagrams and traces name a step by its id alone. */
    private void checkUnique(RouteFile file, Yaml id) {
        String earlier = stepIds.putIfAbsent(id.text(), file.shownAs());
        if (earlier != null) {
            fault(
                    file,
                    id,
                    "step id " + id.text() + " stands twice"
                            + (earlier.equals(file.shownAs()) ? " in this route" : ", the first time in " + earlier),
                    "Give each step an id of its own; consoles and figures name it by nothing else");
        }
    }

    /** Names of beans, wherever they stand: {@code ref} with its {@code method}, and values such as {@code "#sameChunk"}. */
    private void checkBeans(RouteFile file, Yaml piece, CamelProbe probe) {
        Yaml ref = piece.get("ref");
        if (ref.isPresent() && ref.isText() && !ref.text().contains("{{")) {
            String method = piece.get("method").text();
            if (checkBean(file, ref, ref.text(), probe)
                    && !method.isEmpty()
                    && !method.contains("{{")
                    && !probe.hasMethod(ref.text(), method)) {
                fault(
                        file,
                        piece.get("method"),
                        "bean " + ref.text() + " has no method " + method.replaceFirst("\\(.*", ""),
                        "Name one of its public methods as the shipped routes do");
            }
        }
        piece.entries().forEach((key, value) -> {
            if (value.text().matches("#[A-Za-z][A-Za-z0-9]*")) {
                checkBean(file, value, value.text().substring(1), probe);
            } else if (!key.equals("parameters")) {
                // Camel looks the beans of endpoint options up itself.
                checkBeans(file, value, probe);
            }
        });
        piece.items().forEach(item -> checkBeans(file, item, probe));
    }

    private boolean checkBean(RouteFile file, Yaml where, String name, CamelProbe probe) {
        boolean known = probe.hasBean(name);
        if (!known) {
            fault(
                    file,
                    where,
                    "there is no bean " + name,
                    "Correct the name by the shipped routes, or declare a bean of your own under \"beans:\"");
        }
        return known;
    }

    /** What others lean on first: Camel applies a failure configuration only to routes that come after it. */
    private static Stream<RouteFile> inOrder(List<RouteFile> files) {
        return files.stream().filter(file -> !file.declaresBeans()).sorted(Comparator.comparing(file -> !file.folder()
                .equals(FAILURES)));
    }

    /** Builds the files that nothing else is wrong with, so that each slip is told once. */
    private void build(CamelProbe probe, Stream<RouteFile> files) {
        Set<String> faulty = faults.stream().map(RouteFault::file).collect(Collectors.toSet());
        files.filter(file -> !faulty.contains(file.shownAs())).forEach(file -> probe.build(file.path(), file.text())
                .ifPresent(unbuilt -> faults.add(unbuilt(file.shownAs(), unbuilt))));
    }

    private void readXml(Path path, Map<Path, List<XmlRoutes.Named>> read) {
        String shownAs = shown(path);
        try {
            read.put(path, XmlRoutes.read(Files.readString(path)));
        } catch (XMLStreamException e) {
            faults.add(new RouteFault(
                    shownAs,
                    Math.max(e.getLocation().getLineNumber(), 1),
                    Math.max(e.getLocation().getColumnNumber(), 1),
                    "is no XML ("
                            + e.getMessage()
                                    .replaceFirst("(?s).*Message: ", "")
                                    .replaceAll("\\s+", " ")
                                    .strip() + ")",
                    "Mend the elements or the quotes there"));
        } catch (IOException e) {
            faults.add(unreadable(shownAs, e));
        }
    }

    private void lookAhead(XmlRoutes.Named named) {
        if (named.kind() == XmlRoutes.Kind.ROUTE_CONFIGURATION) {
            configurationIds.add(named.name());
        } else if (named.kind() == XmlRoutes.Kind.ENTRANCE) {
            entrances.add(named.name());
        }
    }

    /** XML routes are not held to the house rules, but what bears a name must not take another's: Camel would run one of the two, or none. */
    private void checkXml(String file, XmlRoutes.Named named) {
        Map<String, String> taken =
                switch (named.kind()) {
                    case ROUTE, ROUTE_CONFIGURATION -> routeIds;
                    case STEP -> stepIds;
                    case ENTRANCE -> directs;
                };
        if (named.kind() == XmlRoutes.Kind.ENTRANCE && !named.name().startsWith("direct:")) {
            return;
        }
        String earlier = taken.putIfAbsent(named.name(), file);
        if (earlier != null) {
            faults.add(new RouteFault(
                    file,
                    named.line(),
                    1,
                    switch (named.kind()) {
                        case ROUTE, ROUTE_CONFIGURATION -> "id " + named.name() + " is taken by " + earlier;
                        case STEP -> "step id " + named.name() + " stands twice, the first time in " + earlier;
                        case ENTRANCE ->
                            "begins with " + named.name() + " as " + earlier + " does, and Camel would start neither";
                    },
                    "Give one of the two another name"));
        }
    }

    /** Camel can say whether it builds what is XML at all; what takes the place of another is not tried. */
    private void buildXml(CamelProbe probe, Set<Path> readable) {
        Set<String> faulty = faults.stream().map(RouteFault::file).collect(Collectors.toSet());
        for (Path path : readable) {
            if (!faulty.contains(shown(path))) {
                try {
                    probe.build(path, Files.readString(path))
                            .ifPresent(unbuilt -> faults.add(unbuilt(shown(path), unbuilt)));
                } catch (IOException e) {
                    faults.add(unreadable(shown(path), e));
                }
            }
        }
    }

    private static RouteFault unbuilt(String file, CamelProbe.Unbuilt unbuilt) {
        return new RouteFault(
                file,
                Math.max(unbuilt.line(), 1),
                1,
                "Camel cannot build this: " + unbuilt.problem(),
                "Correct it by the shipped routes or Camel's own documents");
    }

    private String shown(Path path) {
        return home.folder().relativize(path).toString().replace('\\', '/');
    }

    /** @param whenUsed made only when a message goes there, as by toD: a place that is not set yet is no fault of it */
    private void checkEndpoint(RouteFile file, Yaml endpoint, boolean whenUsed) {
        if (!endpoint.find("uri").isPresent()) {
            return;
        }
        Yaml uri = endpoint.get("uri");
        Yaml parameters = endpoint.get("parameters");
        if (unknownPlaceholders(uri.text()).isEmpty() && !uri.text().contains("${")) {
            Map<String, String> options = new LinkedHashMap<>();
            parameters.entries().forEach((name, value) -> {
                if (unknownPlaceholders(value.text()).isEmpty()) {
                    options.put(name, value.text());
                }
            });
            camel.ifPresent(probe -> probe.endpoint(uri, options).stream()
                    .filter(refusal -> !(whenUsed && refusal.isOfPlace()))
                    .forEach(refusal -> fault(
                            file,
                            parameters.find(refusal.option()).orElse(uri),
                            refusal.problem(),
                            "Correct it by the shipped routes or the component's own page")));
        }
        String scheme = uri.text().replaceFirst("[:?].*", "");
        if (scheme.equals("direct") && !uri.text().contains("{") && !entrances.contains(uri.text())) {
            fault(file, uri, "no route begins with " + uri.text(), "Correct the name, or add the route");
        }
        if (REMOTE_SCHEMES.contains(scheme)) {
            checkRemote(file, scheme, uri, endpoint.get("parameters"));
        }
        if (uri.text().contains("?")) {
            fault(file, uri, "options stand in the uri", "Write them below \"parameters:\", one a line");
        }
        String rest = uri.text().contains(":")
                ? uri.text().replaceFirst("^[^:]*:", "").replaceFirst("\\?.*", "")
                : "";
        String literal = PLACEHOLDER
                .matcher(rest.replaceFirst("^(tcp|udp)$|^(tcp|udp):(//)?", ""))
                .replaceAll("")
                .replaceAll("[:/,@?]", "");
        if (!INNER_SCHEMES.contains(scheme) && !literal.isEmpty() && !rest.startsWith("#")) {
            fault(
                    file,
                    uri,
                    "holds the literal place \"" + rest + "\"",
                    "Put it into config/ and name it with {{key}}");
        }
    }

    private void checkRemote(RouteFile file, String scheme, Yaml uri, Yaml parameters) {
        String remedy = "Add what the shipped deliver-" + scheme + " route has";
        if (scheme.equals("ftp")) {
            fault(file, uri, "delivers in clear text", "Use sftp or ftps");
        } else if (scheme.equals("sftp")) {
            if (!parameters.get("strictHostKeyChecking").text().equals("yes")
                    || !parameters.get("useUserKnownHostsFile").text().equals("false")
                    || !(parameters.find("knownHostsFile").isPresent()
                            || parameters.find("knownHosts").isPresent())) {
                fault(
                        file,
                        uri,
                        "would take any server for the registry: no check of the host key",
                        remedy + ": strictHostKeyChecking: \"yes\", useUserKnownHostsFile: false, knownHostsFile");
            }
        } else if (!(parameters.find("sslContextParameters").isPresent()
                        || parameters.find("ftpClient").isPresent())
                || !parameters.get("ftpClient.endpointCheckingEnabled").text().equals("true")
                        && !parameters.find("ftpClient").isPresent()) {
            fault(
                    file,
                    uri,
                    "would take any server for the registry: no check of certificate and host name",
                    remedy
                            + ": sslContextParameters and ftpClient.endpointCheckingEnabled: true, or our own ftpClient");
        }
    }

    private void checkLiterals(RouteFile file, Yaml piece) {
        piece.scalars((key, scalar) -> {
            String text = scalar.text();
            unknownPlaceholders(text)
                    .forEach(name -> fault(
                            file,
                            scalar,
                            "placeholder {{" + name + "}} is no known setting",
                            "Use a key of docs/settings.md, or one of your own beginning with site."));
            if (SECRET_NAME.matcher(key).matches() && !text.startsWith("#") && !text.isEmpty()) {
                fault(
                        file,
                        scalar,
                        key + " stands in a route",
                        "Keep secrets out of routes: name a bean with #, and the secret in config/ by reference");
            } else if (CREDENTIALS_IN_URI.matcher(text).matches()) {
                fault(
                        file,
                        scalar,
                        "holds a user name and password",
                        "Keep secrets out of routes; write them in config/ by reference");
            }
            if (!key.equals("description")
                    && !key.equals("note")
                    && text.strip().contains("\n")) {
                fault(
                        file,
                        scalar,
                        "a script of several lines stands under " + key,
                        "Put it into a bean, or a script file of its own");
            }
            if (MAGNITUDE.matcher(text).matches()
                    && !SMALL_NUMBERS.contains(text)
                    && !NUMBERS_OF_THE_STORY.contains(key)) {
                fault(file, scalar, key + " is the literal " + text, "Put it into config/ and name it with {{key}}");
            }
        });
        eachParameters(piece, parameters -> parameters.entries().forEach((key, value) -> {
            if (PLACE.matcher(value.text()).matches()
                    && !LINE_END.matcher(value.text()).matches()
                    && !value.text().contains("{{")
                    && !value.text().contains("${")) {
                fault(
                        file,
                        value,
                        key + " is the literal place " + value.text(),
                        "Put it into config/ and name it with {{key}}");
            }
        }));
    }

    private List<String> unknownPlaceholders(String text) {
        return PLACEHOLDER
                .matcher(text)
                .results()
                .map(found -> found.group(1).strip())
                .filter(name -> !knownPlaceholders.contains(name) && !name.startsWith("env:"))
                .toList();
    }

    private static void eachParameters(Yaml piece, java.util.function.Consumer<Yaml> taker) {
        piece.entries().forEach((key, value) -> {
            if (key.equals("parameters")) {
                taker.accept(value);
            }
            eachParameters(value, taker);
        });
        piece.items().forEach(item -> eachParameters(item, taker));
    }

    private static Yaml at(Yaml root, List<String> way) {
        Yaml here = root;
        for (String name : way) {
            Yaml next = here.get(name);
            List<Yaml> items = here.items();
            if (!next.isPresent() && name.matches("\\d+") && Integer.parseInt(name) < items.size()) {
                next = items.get(Integer.parseInt(name));
            }
            if (!next.isPresent()) {
                return here;
            }
            here = next;
        }
        return here;
    }

    private List<Path> files(String name) {
        try {
            return home.routeFiles().stream()
                    .filter(file -> file.toString().matches(name))
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("The files below " + home.routes() + " cannot be listed", e);
        }
    }

    private void fault(RouteFile file, Yaml where, String problem, String remedy) {
        faults.add(new RouteFault(
                file.shownAs(), where.place().line(), where.place().column(), problem, remedy));
    }
}
