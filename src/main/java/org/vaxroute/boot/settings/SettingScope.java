package org.vaxroute.boot.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The settings of one file, checked and typed. A key that the catalogue does not know is an error of the caller's, not of the site's.
 */
public final class SettingScope {
    /** What the keys of private key files end with. */
    static final String PRIVATE_KEY = ".private-key";

    private final String id;
    private final SettingFile file;
    private final String shownAs;
    private final Home home;
    private final Map<String, String> values;
    private final Function<String, Secret> secrets;

    SettingScope(
            String id,
            SettingFile file,
            String shownAs,
            Home home,
            Map<String, String> values,
            Function<String, Secret> secrets) {
        this.id = id;
        this.file = file;
        this.shownAs = shownAs;
        this.home = home;
        this.values = Map.copyOf(values);
        this.secrets = secrets;
    }

    /** The connection's or registry's id; empty for {@code vaxroute.properties}. */
    public String id() {
        return id;
    }

    /** The file, seen from the home folder, for messages. */
    public String shownAs() {
        return shownAs;
    }

    /** The value as text, its default when it is not set. */
    public Optional<String> find(String key) {
        SettingKey known = known(key);
        String value = values.get(key);
        return Optional.ofNullable(value == null ? known.fallback() : value);
    }

    /**
     * The value as text.
     *
     * @throws IllegalStateException when it is not set and has no default
     */
    public String text(String key) {
        return find(key)
                .orElseThrow(() -> new IllegalStateException(shownAs + ": " + key + " is not set and has no default"));
    }

    /** The profile that this registry's profile builds on; empty where it stands alone. */
    public Optional<String> base() {
        return Optional.of(text("base")).filter(name -> !name.equals("none"));
    }

    public int integer(String key) {
        return (Integer) read(key);
    }

    public int port(String key) {
        return (Integer) read(key);
    }

    /** In bytes. */
    public long size(String key) {
        return (Long) read(key);
    }

    public boolean flag(String key) {
        return (Boolean) read(key);
    }

    public Duration duration(String key) {
        return (Duration) read(key);
    }

    public ZoneId zone(String key) {
        return (ZoneId) read(key);
    }

    /** Empty when it is not set. */
    public Optional<LocalDate> findDate(String key) {
        return find(key).map(SettingKind.DATE::read).map(LocalDate.class::cast);
    }

    public LocalTime time(String key) {
        return (LocalTime) read(key);
    }

    /** Absolute; a relative one is taken from the home folder. */
    public Path path(String key) {
        return home.path(text(key));
    }

    public Optional<Path> findPath(String key) {
        return find(key).map(home::path);
    }

    /** Empty when it is not set. */
    public List<String> list(String key) {
        return find(key)
                .map(text -> SettingKind.LIST.read(text))
                .map(items -> ((List<?>) items).stream().map(Object::toString).toList())
                .orElse(List.of());
    }

    public Optional<Secret> secret(String key) {
        known(key);
        return Optional.ofNullable(values.get(key)).map(secrets);
    }

    /** The ids that stand after {@code prefix.} in this file, in order of the alphabet. */
    public SortedSet<String> ids(String prefix) {
        SortedSet<String> ids = new TreeSet<>();
        for (String key : values.keySet()) {
            if (key.startsWith(prefix + ".")
                    && SettingCatalogue.find(file, key).orElseThrow().pattern().startsWith(prefix + ".*")) {
                ids.add(key.substring(prefix.length() + 1).split("\\.")[0]);
            }
        }
        return ids;
    }

    /**
     * A value as people may see it.
     *
     * @param value a secret's is only said to be set
     * @param set whether the site set it; otherwise it is the default
     */
    public record Shown(String file, String key, String value, boolean set, String comment) {}

    /** Everything that is set or has a default, without the secrets, in the order of the catalogue. */
    public List<Shown> shown() {
        return SettingCatalogue.of(file).stream()
                .flatMap(key -> key.pattern().contains("*")
                        ? values.keySet().stream().filter(key::matches).sorted().map(name -> shown(key, name))
                        : Stream.of(shown(key, key.pattern())))
                .filter(row -> row.value() != null)
                .toList();
    }

    private Shown shown(SettingKey key, String name) {
        String value = values.get(name);
        boolean set = value != null;
        String text = !set ? key.fallback() : key.kind() == SettingKind.SECRET ? "(set)" : withoutSecrets(value);
        return new Shown(shownAs, name, text, set, key.comment());
    }

    // A JDBC address may carry a password although there is a key for it.
    private static String withoutSecrets(String value) {
        return value.replaceAll("(?i)((?:password|pwd|passwd|secret|token|key)=)[^&;\\s]*", "$1(hidden)")
                .replaceAll("(//[^/@:\\s]*):[^/@\\s]*@", "$1:(hidden)@");
    }

    /** Files that hold secrets: those that are named as such, and private keys. */
    Stream<Path> secretFiles() {
        return keys().flatMap(key -> {
            String value = values.get(key);
            if (known(key).kind() == SettingKind.SECRET) {
                return secrets.apply(value).file().stream();
            }
            return key.endsWith(PRIVATE_KEY) ? Stream.of(home.path(value)) : Stream.empty();
        });
    }

    /** The keys that are set, defaults left out. */
    Stream<String> keys() {
        return values.keySet().stream();
    }

    private Object read(String key) {
        return known(key).kind().read(text(key));
    }

    private SettingKey known(String key) {
        return SettingCatalogue.find(file, key)
                .orElseThrow(() -> new IllegalArgumentException(key + " is not in the catalogue of settings"));
    }
}
