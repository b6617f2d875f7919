package org.vaxroute.boot.settings;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Everything a site has set, checked as a whole: there is no instance with a fault in it. */
public final class Settings {
    private final Home home;
    private final Map<String, String> overrides;
    private final SettingScope global;
    private final SortedMap<String, SettingScope> connections;
    private final SortedMap<String, SettingScope> registries;

    Settings(
            Home home,
            Map<String, String> overrides,
            SettingScope global,
            SortedMap<String, SettingScope> connections,
            SortedMap<String, SettingScope> registries) {
        this.home = home;
        this.overrides = Map.copyOf(overrides);
        this.global = global;
        this.connections = connections;
        this.registries = registries;
    }

    /**
     * Reads {@code config/vaxroute.properties}, {@code config/connections/*.properties} and the registries' profiles.
     *
     * @throws SettingsException with every fault found in all of them
     */
    public static Settings load(Home home) {
        return load(home, Map.of());
    }

    /**
     * As {@link #load(Home)}, with some keys of {@code vaxroute.properties} set from elsewhere.
     *
     * @param overrides values that win over the file's, such as the ports of a rehearsal
     */
    public static Settings load(Home home, Map<String, String> overrides) {
        return load(home, overrides, System::getenv);
    }

    static Settings load(Home home, Map<String, String> overrides, UnaryOperator<String> environment) {
        return new SettingsReader(home, overrides, environment).read();
    }

    /**
     * Reads the files once more, as they are now.
     *
     * @param further values that win over the files' and over those of the first reading
     * @throws SettingsException with every fault found
     */
    public Settings again(Map<String, String> further) {
        Map<String, String> all = new TreeMap<>(overrides);
        all.putAll(further);
        return load(home, all);
    }

    public Home home() {
        return home;
    }

    /** The keys of {@code config/vaxroute.properties}. */
    public SettingScope global() {
        return global;
    }

    /** By connection id. */
    public SortedMap<String, SettingScope> connections() {
        return connections;
    }

    /** The registry's profile; absent when it has no {@code registry.properties}. */
    public Optional<SettingScope> registry(String id) {
        return Optional.ofNullable(registries.get(id));
    }

    /**
     * What routes may name as {@code {{key}}}: every global key but the secrets. Paths are absolute, durations in milliseconds, sizes in bytes,
     * because that is what every Camel option understands.
     */
    public SortedMap<String, String> forRoutes() {
        SortedMap<String, String> offered = new TreeMap<>();
        offered.put(Home.PROPERTY, home.folder().toString());
        for (SettingKey key : SettingCatalogue.of(SettingFile.VAXROUTE)) {
            if (key.kind() != SettingKind.SECRET && !key.pattern().contains("*")) {
                global.find(key.pattern()).ifPresent(text -> offered.put(key.pattern(), forRoute(key, text)));
            }
        }
        // Whether TLS is spoken follows from the stores; a route's option needs the word itself.
        offered.put("intake.mllp.tls", isSet("intake.mllp.key-store"));
        offered.put("intake.mllp.client-certificates", isSet("intake.mllp.trust-store"));
        // Without a mail server notices become drafts; the mail step's endpoint needs a name all the same.
        offered.computeIfPresent("mail.host", (key, host) -> host.isEmpty() ? "localhost" : host);
        global.keys().filter(name -> name.startsWith("site.")).forEach(name -> offered.put(name, global.text(name)));
        return offered;
    }

    /** The files that hold a secret, or the private key of a login, also of connections that are not in use. */
    public Set<Path> secretFiles() {
        return Stream.of(Stream.of(global), connections.values().stream(), registries.values().stream())
                .flatMap(scopes -> scopes)
                .flatMap(SettingScope::secretFiles)
                .collect(Collectors.toSet());
    }

    private String isSet(String key) {
        return Boolean.toString(global.find(key).isPresent());
    }

    private String forRoute(SettingKey key, String text) {
        return switch (key.kind()) {
            case PATH -> home.path(text).toString();
            case DURATION -> Long.toString(SettingKind.durationOf(text).toMillis());
            case SIZE -> key.kind().read(text).toString();
            default -> text;
        };
    }
}
