package org.vaxroute.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.boot.settings.SettingScope;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.intake.Site;
import org.vaxroute.intake.SiteFill;
import org.vaxroute.intake.SiteTable;
import org.vaxroute.intake.Sites;
import org.vaxroute.rules.RuleSet;
import org.vaxroute.rules.Transforms;

/** Finds the files that make up a registry's profile: those of its base first, its own next, the site's last. */
final class ProfileFiles {
    /** Name of the code table of config/prescribers.csv. */
    static final String PRESCRIBERS = "PRESCRIBERS";

    private final Settings settings;
    private final Path config;

    ProfileFiles(Settings settings) {
        this.settings = settings;
        this.config = settings.home().config();
    }

    /** The code tables of the installation, with its own list of prescribers. */
    static CodeTables codes(Home home) {
        return CodeTables.load(home.config().resolve("codes"))
                .withFile(home.config().resolve("prescribers.csv"));
    }

    /** The rules of each connection; those of one registry share them, since hundreds may have the same. */
    Map<String, RuleSet> rulesOf(Map<String, SettingScope> connections, CodeTables codes) {
        Map<String, RuleSet> made = new HashMap<>();
        return byConnection(
                connections,
                scope ->
                        made.computeIfAbsent(scope.text("registry"), registry -> RuleSet.load(rules(registry), codes)));
    }

    /** The transforms of each connection, shared like the rules by those that have the same time zone. */
    Map<String, Transforms> transformsOf(Map<String, SettingScope> connections, CodeTables codes) {
        Map<List<Object>, Transforms> made = new HashMap<>();
        return byConnection(
                connections,
                scope -> made.computeIfAbsent(
                        List.of(scope.text("registry"), scope.zone("zone")),
                        same -> transforms(scope.text("registry"), codes, scope.zone("zone"))));
    }

    /**
     * The transforms of a registry and the site's own.
     *
     * @throws org.vaxroute.rules.RuleFileException with their faults; also when one is for a connection or source that there is not
     */
    Transforms transforms(String registry, CodeTables codes, ZoneId zone) {
        Transforms transforms = Transforms.load(allTransforms(registry), codes, zone);
        // A rehearsal has the site's transforms, and connections and sources of its own.
        if (!settings.global().text("vaxroute.mode").equals("practice")) {
            Set<String> sources = new TreeSet<>();
            settings.connections().values().forEach(scope -> sources.addAll(scope.ids("source")));
            transforms.requireKnown(settings.connections().keySet(), sources);
        }
        return transforms;
    }

    private static <T> Map<String, T> byConnection(
            Map<String, SettingScope> connections, Function<SettingScope, T> load) {
        Map<String, T> all = new HashMap<>();
        connections.forEach((id, scope) -> all.put(id, load.apply(scope)));
        return Map.copyOf(all);
    }

    /** The rule files of a registry. */
    List<Path> rules(String registry) {
        return files(registry, "rules.yaml");
    }

    /** The transform files of a registry, without the site's own. */
    List<Path> transforms(String registry) {
        return files(registry, "transform.yaml");
    }

    /** The transform files of a registry, the site's own last. */
    List<Path> allTransforms(String registry) {
        List<Path> files = new ArrayList<>(transforms(registry));
        files.addAll(ownTransforms());
        return files;
    }

    /** The site's own transform files (config/transform), by name. */
    List<Path> ownTransforms() {
        Path own = config.resolve("transform");
        if (!Files.isDirectory(own)) {
            return List.of();
        }
        try (Stream<Path> found = Files.list(own)) {
            return found.filter(file -> file.getFileName().toString().matches(".+[.]ya?ml"))
                    .map(file -> readable(
                            file.resolveSibling(file.getFileName().toString().replaceFirst("[.]yml$", ".yaml"))))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The table of all clinics.
     *
     * @throws org.vaxroute.intake.SiteTableException with its faults
     */
    SiteTable sites() {
        return SiteTable.read(
                config.resolve("sites.csv"), settings.connections().keySet());
    }

    /** The clinics of one connection, and what is done with them. */
    Sites sites(SiteTable table, SettingScope connection) {
        Pattern idForm = Pattern.compile(settings.registry(connection.text("registry"))
                .map(registry -> registry.text("sites.id-form"))
                .orElse(".+"));
        Map<String, String> ofSources = new HashMap<>();
        for (String source : connection.ids("source")) {
            connection.find("source." + source + ".site").ifPresent(site -> ofSources.put(source, site));
        }
        List<Site> own = table.of(connection.id(), idForm);
        try {
            return new Sites(
                    own,
                    connection.list("sites.from").stream()
                            .map(org.vaxroute.hl7.Path::of)
                            .toList(),
                    connection.list("sites.fill").stream().map(SiteFill::of).toList(),
                    ofSources);
        } catch (IllegalArgumentException e) {
            throw new StartFailed("config/connections/" + connection.id() + ".properties: " + e.getMessage(), e);
        }
    }

    /** Whether there is a registry of that id. */
    boolean known(String registry) {
        return registries().contains(registry);
    }

    /** Ids of the registries that have rules. */
    List<String> registries() {
        try (Stream<Path> found = Files.list(config.resolve("registries"))) {
            return found.filter(folder -> Files.exists(folder.resolve("rules.yaml")))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder of a registry's profile, after those of the profiles it builds on. */
    List<Path> folders(String registry) {
        Deque<Path> folders = new ArrayDeque<>();
        for (String at = registry; !at.isEmpty(); at = base(at)) {
            folders.addFirst(config.resolve("registries").resolve(at));
        }
        return List.copyOf(folders);
    }

    private String base(String profile) {
        return settings.registry(profile).flatMap(SettingScope::base).orElse("");
    }

    private List<Path> files(String registry, String name) {
        return folders(registry).stream()
                .map(folder -> readable(folder.resolve(name)))
                .filter(Files::exists)
                .toList();
    }

    /** A file of the other ending would be passed over without a word. */
    private static Path readable(Path file) {
        Path other = file.resolveSibling(file.getFileName().toString().replaceFirst("[.]yaml$", ".yml"));
        if (Files.exists(other)) {
            throw new StartFailed(other + ": is not read; name it " + file.getFileName() + ".", null);
        }
        return file;
    }
}
