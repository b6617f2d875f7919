package org.vaxroute.rules;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reads rule files in order and merges them: {@code rules} and {@code datatypes} add, {@code changes} alter a rule of an
 * earlier file by its id, key by key, or switch it off.
 */
final class RuleFiles {
    /** What a rule is written with. */
    private static final List<String> KEYS =
            List.of("id", "path", "when", "check", "severity", "effect", "alone", "reason", "remedy", "guide");

    private static final List<String> NEEDED =
            List.of("path", "check", "severity", "effect", "reason", "remedy", "guide");

    /** A rule on its way: where it stands, its keys, and the words for the placeholders of its texts. */
    record Draft(String id, YamlNode at, Map<String, YamlNode> keys, Map<String, String> words, String field) {}

    private final Map<String, Draft> drafts = new LinkedHashMap<>();
    private final Map<String, RuleHistory> histories = new LinkedHashMap<>();
    private boolean holdRecord;

    RuleFiles(List<Path> files) {
        for (Path file : files) {
            read(YamlNode.read(file));
        }
    }

    Iterable<Draft> drafts() {
        return drafts.values();
    }

    /** Of every rule that any file has, in reading order; also of those that are off. */
    List<RuleHistory> histories() {
        return List.copyOf(histories.values());
    }

    /** True when one bad dose holds the whole record. */
    boolean holdRecord() {
        return holdRecord;
    }

    private void read(YamlNode root) {
        root.onlyKeys(List.of("about", "hold", "datatypes", "rules", "changes"));
        Map<String, YamlNode> parts = root.entries();
        if (parts.containsKey("hold")) {
            YamlNode hold = parts.get("hold");
            holdRecord = switch (hold.text()) {
                case "record" -> true;
                case "dose" -> false;
                default -> throw hold.fault("write what one bad dose holds: dose or record");
            };
        }
        if (parts.containsKey("datatypes")) {
            parts.get("datatypes").entries().values().forEach(this::datatype);
        }
        if (parts.containsKey("rules")) {
            for (YamlNode node : parts.get("rules").items()) {
                node.onlyKeys(KEYS);
                add(new Draft(id(node), node, node.entries(), Map.of(), null));
            }
        }
        if (parts.containsKey("changes")) {
            parts.get("changes").items().forEach(this::change);
        }
    }

    private static String id(YamlNode rule) {
        YamlNode id = rule.entries().get("id");
        if (id == null) {
            throw rule.fault("a rule needs an id, such as 'id: pid-7-birth-date'");
        }
        if (!id.text().matches("[a-z0-9]+(-[a-z0-9]+)*")) {
            throw id.fault("'" + id.text() + "' is no id; use small letters, digits and single hyphens");
        }
        return id.text();
    }

    private void add(Draft draft) {
        Draft other = drafts.putIfAbsent(draft.id(), draft);
        if (other != null) {
            throw draft.at()
                    .fault("the rule '" + draft.id() + "' is there already ("
                            + other.at().where()
                            + "); to alter it, write it under 'changes:', else give it another id");
        }
        histories.put(draft.id(), RuleHistory.of(draft.id(), draft.at().where()));
    }

    /** Rules that every field of one data type shares. */
    private void datatype(YamlNode node) {
        node.onlyKeys(List.of("fields", "rules"));
        Map<String, YamlNode> parts = node.entries();
        if (!parts.containsKey("fields") || !parts.containsKey("rules")) {
            throw node.fault("a data type needs 'fields' (where it is used) and 'rules'");
        }
        for (Map.Entry<String, YamlNode> field : parts.get("fields").entries().entrySet()) {
            field.getValue().onlyKeys(List.of("name", "severity", "effect"));
            Map<String, YamlNode> given = field.getValue().entries();
            for (String key : List.of("name", "severity", "effect")) {
                if (!given.containsKey(key)) {
                    throw field.getValue().fault(field.getKey() + " needs '" + key + "'");
                }
            }
            for (YamlNode rule : parts.get("rules").items()) {
                rule.onlyKeys(KEYS);
                Map<String, YamlNode> keys = new HashMap<>(rule.entries());
                keys.putIfAbsent("severity", given.get("severity"));
                keys.putIfAbsent("effect", given.get("effect"));
                String id = field.getKey().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + "-" + id(rule);
                String name = given.get("name").text();
                String upper = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
                add(new Draft(id, rule, keys, Map.of("{name}", name, "{Name}", upper), field.getKey()));
            }
        }
    }

    private void change(YamlNode node) {
        List<String> known = new ArrayList<>(KEYS);
        known.add("off");
        node.onlyKeys(known);
        String id = id(node);
        Draft old = drafts.get(id);
        if (old == null) {
            throw node.fault("there is no rule '" + id + "' to change" + nearest(id)
                    + "; a new rule belongs under 'rules:', and the file that has the old one must be read first");
        }
        Map<String, YamlNode> keys = new HashMap<>(node.entries());
        YamlNode off = keys.remove("off");
        if (off != null && off.text().equals("true")) {
            if (keys.size() > 1) {
                throw node.fault("a rule that is off needs nothing else; take the other keys out, or 'off'");
            }
            drafts.remove(id);
            histories.computeIfPresent(id, (same, history) -> history.off(node.where()));
            return;
        }
        if (keys.size() == 1) {
            throw node.fault("this changes nothing; name what is to be different, or write 'off: true'");
        }
        Map<String, YamlNode> merged = new HashMap<>(old.keys());
        merged.putAll(keys);
        List<String> altered = KEYS.stream()
                .filter(key -> !key.equals("id") && keys.containsKey(key))
                .toList();
        histories.computeIfPresent(id, (same, history) -> history.altered(node.where(), altered));
        drafts.put(id, new Draft(id, node, merged, old.words(), old.field()));
    }

    private String nearest(String id) {
        String near = drafts.keySet().stream()
                .filter(known -> known.startsWith(id.length() > 5 ? id.substring(0, 5) : id))
                .limit(5)
                .collect(Collectors.joining(", "));
        return near.isEmpty() ? "" : " (did you mean " + near + "?)";
    }

    /** The described rule, every needed key checked. */
    static Rule rule(Draft draft) {
        for (String key : NEEDED) {
            if (!draft.keys().containsKey(key)) {
                throw draft.at().fault("the rule '" + draft.id() + "' needs '" + key + "'");
            }
        }
        YamlNode path = draft.keys().get("path");
        YamlNode when = draft.keys().get("when");
        return new Rule(
                draft.id(),
                ownPath(draft).toString(),
                when == null ? "" : when.toString(),
                draft.keys().get("check").toString(),
                word(draft.keys().get("severity"), Severity.class),
                word(draft.keys().get("effect"), Effect.class),
                draft.keys().containsKey("alone") && draft.keys().get("alone").flag(),
                text(draft, "reason"),
                text(draft, "remedy"),
                text(draft, "guide"),
                path == null ? "" : draft.at().where());
    }

    static org.vaxroute.hl7.Path ownPath(Draft draft) {
        YamlNode node = draft.keys().get("path");
        String text = node.text();
        if (text.startsWith(".") || text.isEmpty()) {
            if (draft.field() == null) {
                throw node.fault("a rule needs a whole path such as PID-3.1");
            }
            text = draft.field() + text;
        }
        org.vaxroute.hl7.Path path = ValueRef.path(node, text);
        if (path.inOrder() || path.segmentIndex() > 0) {
            throw node.fault("write the path without ORDER and without a segment number; "
                    + "a rule looks at each dose and each such segment by itself");
        }
        return path;
    }

    private static String text(Draft draft, String key) {
        String text = draft.keys().get(key).text().strip().replaceAll("\\s+", " ");
        for (Map.Entry<String, String> word : draft.words().entrySet()) {
            text = text.replace(word.getKey(), word.getValue());
        }
        if (text.isEmpty()) {
            throw draft.keys().get(key).fault("'" + key + "' is empty");
        }
        return text;
    }

    private static <E extends Enum<E>> E word(YamlNode node, Class<E> type) {
        for (E value : type.getEnumConstants()) {
            if (value.name().toLowerCase(Locale.ROOT).equals(node.text())) {
                return value;
            }
        }
        throw node.fault("'" + node.text() + "' is not known; write one of "
                + Arrays.stream(type.getEnumConstants())
                        .map(value -> value.name().toLowerCase(Locale.ROOT))
                        .toList());
    }
}
