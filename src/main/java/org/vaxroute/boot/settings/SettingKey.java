package org.vaxroute.boot.settings;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One key that a site may set.
 *
 * @param file the kind of file it belongs in
 * @param pattern its name; {@code *} stands for an id (small letters, digits, hyphens), {@code **} at the end for anything
 * @param kind what its text must look like
 * @param choices the words allowed, for {@link SettingKind#CHOICE}
 * @param fallback the value when it is not set, {@code null} when there is none
 * @param need when it must be set
 * @param comment one line that says what it is for
 */
public record SettingKey(
        SettingFile file,
        String pattern,
        SettingKind kind,
        List<String> choices,
        String fallback,
        Need need,
        String comment) {

    /**
     * When a key without a value is a fault.
     *
     * @param always whatever else is set
     * @param sibling the key (its {@code *} means the same id) whose value decides, or {@code null}
     * @param values the sibling's values for which the key is needed
     */
    public record Need(boolean always, String sibling, List<String> values) {
        static final Need NEVER = new Need(false, null, List.of());
        static final Need ALWAYS = new Need(true, null, List.of());
    }

    static SettingKey of(SettingFile file, String pattern, SettingKind kind, String fallback, String comment) {
        return new SettingKey(file, pattern, kind, List.of(), fallback, Need.NEVER, comment);
    }

    static SettingKey choice(SettingFile file, String pattern, List<String> choices, String fallback, String comment) {
        return new SettingKey(file, pattern, SettingKind.CHOICE, choices, fallback, Need.NEVER, comment);
    }

    SettingKey required() {
        return new SettingKey(file, pattern, kind, choices, fallback, Need.ALWAYS, comment);
    }

    SettingKey requiredWhen(String sibling, String... values) {
        return new SettingKey(
                file, pattern, kind, choices, fallback, new Need(false, sibling, List.of(values)), comment);
    }

    boolean matches(String key) {
        return pattern.contains("*") ? regex().matcher(key).matches() : pattern.equals(key);
    }

    /** The id that stands where the pattern has its {@code *}. */
    Optional<String> idIn(String key) {
        var match = regex().matcher(key);
        return match.matches() && match.groupCount() > 0 ? Optional.ofNullable(match.group(1)) : Optional.empty();
    }

    /** This key's name for one id. */
    String with(String id) {
        return id == null ? pattern : pattern.replace("*", id);
    }

    private Pattern regex() {
        if (pattern.endsWith(".**")) {
            return Pattern.compile(Pattern.quote(pattern.substring(0, pattern.length() - 2)) + "[A-Za-z0-9._-]+");
        }
        return Pattern.compile(Pattern.quote(pattern).replace("*", "\\E([a-z0-9]+(?:-[a-z0-9]+)*)\\Q"));
    }

    /** What the value must look like, in words. */
    public String expected() {
        return choices.isEmpty()
                ? kind.description()
                : choices.stream().collect(Collectors.joining(", ", "one of ", ""));
    }

    boolean accepts(String text) {
        return choices.isEmpty() ? kind.accepts(text) : choices.contains(text);
    }

    @Override
    public String toString() {
        return Objects.requireNonNull(pattern);
    }
}
