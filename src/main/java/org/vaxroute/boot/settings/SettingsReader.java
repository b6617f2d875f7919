package org.vaxroute.boot.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads all files of one home and gathers what is wrong with them; used once. */
final class SettingsReader {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]*)}}");
    private static final Pattern PASSWORD_IN_ADDRESS =
            Pattern.compile("(?i)(password|passwd|pwd)=|://[^/@:]+:[^/@]+@|^jdbc:oracle:[a-z0-9]+:[^/@]+/[^@]+@");
    private static final Pattern ID = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
    private static final String ELSEWHERE = "(set at start)";

    private final Home home;
    private final Map<String, String> overrides;
    private final UnaryOperator<String> environment;
    private final List<SettingFault> faults = new ArrayList<>();
    private boolean sharedSecretFiles;

    SettingsReader(Home home, Map<String, String> overrides, UnaryOperator<String> environment) {
        this.home = home;
        this.overrides = overrides;
        this.environment = environment;
    }

    Settings read() {
        Sheet globals = readGlobals();
        SettingScope global = scope("", SettingFile.VAXROUTE, globals, globals);
        SortedMap<String, SettingScope> registries = new TreeMap<>();
        for (Path file : registryFiles()) {
            String id = file.getParent().getFileName().toString();
            registries.put(id, scope(id, SettingFile.REGISTRY, readSheet(file), globals));
        }
        SortedMap<String, SettingScope> connections = new TreeMap<>();
        for (Path file : connectionFiles()) {
            String id = file.getFileName().toString().replaceFirst("\\.properties$", "");
            if (!ID.matcher(id).matches()) {
                faults.add(new SettingFault(
                        shown(file),
                        0,
                        "",
                        "the file's name is the connection's id and may hold small letters, digits and single hyphens only",
                        "Rename the file, for example to main.properties"));
            } else {
                connections.put(id, scope(id, SettingFile.CONNECTION, readSheet(file), globals));
            }
        }
        checkRegistries(connections);
        checkBases(registries);
        checkSources(connections);
        if (!faults.isEmpty()) {
            throw new SettingsException(faults);
        }
        return new Settings(home, overrides, global, connections, registries);
    }

    /** A file's keys as they stand, in order. */
    private record Sheet(String shownAs, Map<String, PropertyLines.Line> lines) {
        Optional<String> value(String key) {
            return Optional.ofNullable(lines.get(key)).map(PropertyLines.Line::value);
        }

        int line(String key) {
            PropertyLines.Line line = lines.get(key);
            return line == null ? 0 : line.number();
        }
    }

    private Sheet readGlobals() {
        Path file = home.config().resolve("vaxroute.properties");
        Sheet sheet;
        if (Files.exists(file)) {
            sheet = readSheet(file);
        } else {
            faults.add(new SettingFault(
                    shown(file), 0, "", "the file does not exist", "Copy it from the distribution's config folder"));
            sheet = new Sheet(shown(file), new LinkedHashMap<>());
        }
        overrides.forEach((key, value) -> sheet.lines().put(key, new PropertyLines.Line(0, key, value)));
        sharedSecretFiles =
                sheet.value("secrets.allow-shared-files").map("true"::equals).orElse(false);
        return sheet;
    }

    private Sheet readSheet(Path file) {
        Map<String, PropertyLines.Line> lines = new LinkedHashMap<>();
        try {
            for (PropertyLines.Line line : PropertyLines.read(file)) {
                PropertyLines.Line earlier = lines.put(line.key(), line);
                if (earlier != null) {
                    faults.add(new SettingFault(
                            shown(file),
                            line.number(),
                            line.key(),
                            "is set twice, first on line " + earlier.number(),
                            "Keep one of the two lines"));
                }
            }
        } catch (IOException e) {
            faults.add(new SettingFault(
                    shown(file),
                    0,
                    "",
                    "cannot be read as UTF-8 text (" + e.getClass().getSimpleName() + ")",
                    "Let the account that runs VaxRoute read it, and save it as UTF-8"));
        } catch (PropertyLines.BrokenEscapeException e) {
            faults.add(new SettingFault(
                    shown(file),
                    e.line,
                    "",
                    "holds a broken \\u escape",
                    "Write the letter itself, since the file is UTF-8, and a path with / in place of \\"));
        }
        return new Sheet(shown(file), lines);
    }

    private SettingScope scope(String id, SettingFile kind, Sheet sheet, Sheet globals) {
        Map<String, String> values = new HashMap<>();
        for (PropertyLines.Line line : sheet.lines().values()) {
            Optional<SettingKey> known = SettingCatalogue.find(kind, line.key());
            if (known.isEmpty()) {
                faults.add(new SettingFault(
                        place(sheet, line.key()),
                        line.number(),
                        line.key(),
                        "is not a known key",
                        remedyForUnknown(kind, line.key())));
            } else if (!line.value().isEmpty()) {
                resolve(line.value(), sheet, globals, kind, line.key())
                        .filter(text -> acceptable(known.get(), line.key(), text, sheet))
                        .ifPresent(text -> values.put(line.key(), text));
            }
        }
        for (SettingKey key : SettingCatalogue.of(kind)) {
            addDefault(key, values, sheet, globals);
            checkNeed(key, values, sheet);
        }
        return new SettingScope(id, kind, sheet.shownAs(), home, values, this::secret);
    }

    private void addDefault(SettingKey key, Map<String, String> values, Sheet sheet, Sheet globals) {
        boolean holdsPlaceholder = key.fallback() != null && key.fallback().contains("{{");
        if (holdsPlaceholder && !key.pattern().contains("*") && !values.containsKey(key.pattern())) {
            resolve(key.fallback(), sheet, globals, key.file(), key.pattern())
                    .ifPresent(text -> values.put(key.pattern(), text));
        }
    }

    private void checkNeed(SettingKey key, Map<String, String> values, Sheet sheet) {
        for (String id : idsOf(key, sheet)) {
            String name = key.with(id);
            boolean absent = sheet.value(name).filter(text -> !text.isEmpty()).isEmpty();
            if (absent && key.need().always()) {
                faults.add(missing(key, name, sheet, "is missing"));
            } else if (absent && key.need().sibling() != null) {
                String sibling =
                        id == null ? key.need().sibling() : key.need().sibling().replace("*", id);
                Optional<String> decisive = Optional.ofNullable(values.get(sibling))
                        .or(() -> SettingCatalogue.find(key.file(), sibling).map(SettingKey::fallback));
                decisive.filter(key.need().values()::contains)
                        .ifPresent(value -> faults.add(
                                missing(key, name, sheet, "is missing, and " + sibling + " = " + value + " needs it")));
            }
        }
    }

    private static SettingFault missing(SettingKey key, String name, Sheet sheet, String problem) {
        return new SettingFault(
                sheet.shownAs(), 0, name, problem, "Add " + name + " = (" + key.expected() + "): " + key.comment());
    }

    /** The ids in use for a pattern's first part; a single {@code null} for a key without an id. */
    private static List<String> idsOf(SettingKey key, Sheet sheet) {
        int star = key.pattern().indexOf('*');
        if (star < 0) {
            List<String> none = new ArrayList<>();
            none.add(null);
            return none;
        }
        String prefix = key.pattern().substring(0, star);
        Set<String> ids = new TreeSet<>();
        for (String name : sheet.lines().keySet()) {
            if (name.startsWith(prefix)) {
                SettingCatalogue.find(key.file(), name)
                        .flatMap(found -> found.idIn(name))
                        .ifPresent(ids::add);
            }
        }
        return List.copyOf(ids);
    }

    private Optional<String> resolve(String text, Sheet sheet, Sheet globals, SettingFile kind, String key) {
        return resolve(text, sheet, globals, kind, key, new LinkedHashSet<>(Set.of(key)));
    }

    private Optional<String> resolve(
            String text, Sheet sheet, Sheet globals, SettingFile kind, String key, Set<String> asked) {
        Matcher placeholder = PLACEHOLDER.matcher(text);
        StringBuilder resolved = new StringBuilder();
        while (placeholder.find()) {
            Optional<String> value = lookUp(placeholder.group(1).strip(), sheet, globals, kind, key, asked);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            placeholder.appendReplacement(resolved, Matcher.quoteReplacement(value.get()));
        }
        return Optional.of(placeholder.appendTail(resolved).toString());
    }

    private Optional<String> lookUp(
            String name, Sheet sheet, Sheet globals, SettingFile kind, String key, Set<String> asked) {
        if (name.equals(Home.PROPERTY)) {
            return Optional.of(home.folder().toString());
        }
        if (name.startsWith("env:")) {
            String[] parts = name.substring(4).split(":", 2);
            String value = environment.apply(parts[0]);
            if (value == null && parts.length == 2) {
                return Optional.of(parts[1]);
            }
            return value != null
                    ? Optional.of(value)
                    : fault(
                            sheet,
                            key,
                            "environment variable " + parts[0] + " is not set",
                            "Set it, or write {{env:" + parts[0] + ":DEFAULT}}");
        }
        if (asked.contains(name)) {
            return fault(
                    sheet,
                    key,
                    "placeholders lead round in a circle: " + String.join(" -> ", asked) + " -> " + name,
                    "Give one of them a plain value");
        }
        Optional<SettingKey> own = SettingCatalogue.find(kind, name);
        Optional<SettingKey> known = own.isPresent() ? own : SettingCatalogue.find(SettingFile.VAXROUTE, name);
        if (known.isPresent() && known.get().kind() == SettingKind.SECRET) {
            return fault(
                    sheet,
                    key,
                    "{{" + name + "}} is a secret and may not be put into another value",
                    "Refer to the secret itself with secret:file: or secret:env:");
        }
        Sheet source = own.isPresent() ? sheet : globals;
        Optional<String> value = known.flatMap(found ->
                source.value(name).filter(text -> !text.isEmpty()).or(() -> Optional.ofNullable(found.fallback())));
        if (value.isEmpty()) {
            String nearest = SettingCatalogue.nearest(SettingFile.VAXROUTE, name)
                    .map(near -> "Did you mean {{" + near + "}}?")
                    .orElse("Set " + name + ", or write the value itself");
            return fault(sheet, key, "placeholder {{" + name + "}} has no value", nearest);
        }
        Set<String> further = new LinkedHashSet<>(asked);
        further.add(name);
        return resolve(value.get(), source, globals, own.isPresent() ? kind : SettingFile.VAXROUTE, key, further);
    }

    private boolean acceptable(SettingKey known, String key, String text, Sheet sheet) {
        if (known.kind() == SettingKind.SECRET) {
            return secretIsReadable(key, text, sheet);
        }
        if (PASSWORD_IN_ADDRESS.matcher(text).find()) {
            fault(
                    sheet,
                    key,
                    "holds a password",
                    "Take it out and use the key for the password with secret:file: or secret:env:");
            return false;
        }
        if (!known.accepts(text)) {
            fault(
                    sheet,
                    key,
                    "\"" + text + "\" is not a " + known.kind().description().split(",")[0],
                    "Write " + (known.choices().isEmpty() ? "a " : "") + known.expected());
            return false;
        }
        // It opens the registry's door as a password does.
        return !key.endsWith(SettingScope.PRIVATE_KEY) || secretIsReadable(key, Secret.FILE + text, sheet);
    }

    private boolean secretIsReadable(String key, String text, Sheet sheet) {
        if (!Secret.isReference(text)) {
            fault(
                    sheet,
                    key,
                    "holds the secret itself",
                    "Move it into a file and write secret:file:PATH (chmod 600), or secret:env:NAME; then change the secret, because it stood in a settings file");
            return false;
        }
        if (key.startsWith("account.")
                && sheet.value("account").map("separate"::equals).orElse(false)) {
            // A login for production alone is not even read before the registry's approval.
            return true;
        }
        try {
            secret(text).reveal();
            return true;
        } catch (SecretUnreadableException e) {
            fault(sheet, key, e.problem(), e.remedy());
            return false;
        }
    }

    private Secret secret(String reference) {
        return new Secret(reference, home, environment, sharedSecretFiles);
    }

    private void checkRegistries(Map<String, SettingScope> connections) {
        for (SettingScope connection : connections.values()) {
            String registry = connection.text("registry");
            if (!Files.isDirectory(home.config().resolve("registries").resolve(registry))) {
                faults.add(new SettingFault(
                        connection.shownAs(),
                        0,
                        "registry",
                        "there is no profile config/registries/" + registry,
                        "Name one of the folders of config/registries"));
            }
        }
    }

    /** Without its base a profile would be short of most of its rules, and nothing would say so. */
    private void checkBases(Map<String, SettingScope> registries) {
        for (SettingScope registry : registries.values()) {
            Set<String> seen = new LinkedHashSet<>();
            for (String at = registry.id(); !at.isEmpty(); at = base(registries, at)) {
                if (!seen.add(at)) {
                    faults.add(new SettingFault(
                            registry.shownAs(),
                            0,
                            "base",
                            "leads round in a circle: " + String.join(" -> ", seen) + " -> " + at,
                            "Write none as the base of the lowest profile"));
                    break;
                }
                if (!Files.isDirectory(home.config().resolve("registries").resolve(at))) {
                    faults.add(new SettingFault(
                            registry.shownAs(),
                            0,
                            "base",
                            "there is no profile config/registries/" + at,
                            "Name one of the folders of config/registries, or write none"));
                    break;
                }
            }
        }
    }

    private static String base(Map<String, SettingScope> registries, String id) {
        return registries.containsKey(id) ? registries.get(id).base().orElse("") : "";
    }

    /** A drop folder, a mark and an alarm are named by the source alone. */
    private void checkSources(Map<String, SettingScope> connections) {
        Map<String, String> owners = new HashMap<>();
        for (SettingScope connection : connections.values()) {
            for (String source : connection.ids("source")) {
                String earlier = owners.putIfAbsent(source, connection.shownAs());
                if (earlier != null) {
                    faults.add(new SettingFault(
                            connection.shownAs(),
                            0,
                            "source." + source,
                            "is the name of a source in " + earlier + " too",
                            "Give one of the two another name, such as " + connection.id() + "-" + source));
                }
            }
        }
    }

    private Optional<String> fault(Sheet sheet, String key, String problem, String remedy) {
        faults.add(new SettingFault(place(sheet, key), sheet.line(key), key, problem, remedy));
        return Optional.empty();
    }

    private static String place(Sheet sheet, String key) {
        return sheet.lines().containsKey(key) && sheet.line(key) == 0 ? ELSEWHERE : sheet.shownAs();
    }

    private static String remedyForUnknown(SettingFile kind, String key) {
        return SettingCatalogue.nearest(kind, key)
                .map(near -> "Did you mean " + near + "? All keys are in docs/settings.md")
                .orElse("Remove it; all keys are in docs/settings.md");
    }

    private List<Path> connectionFiles() {
        return filesMatching(home.config().resolve("connections"), 1, "\\.properties$");
    }

    private List<Path> registryFiles() {
        return filesMatching(home.config().resolve("registries"), 2, "/registry\\.properties$");
    }

    private List<Path> filesMatching(Path folder, int depth, String ending) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        Pattern wanted = Pattern.compile(ending);
        try (Stream<Path> files = Files.walk(folder, depth, FileVisitOption.FOLLOW_LINKS)) {
            return files.filter(Files::isRegularFile)
                    .filter(file ->
                            wanted.matcher(file.toString().replace('\\', '/')).find())
                    .sorted(Comparator.naturalOrder())
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            faults.add(new SettingFault(
                    shown(folder), 0, "", "cannot be listed", "Let the account that runs VaxRoute read it"));
            return List.of();
        }
    }

    private String shown(Path file) {
        return home.folder().relativize(file.toAbsolutePath()).toString().replace('\\', '/');
    }
}
