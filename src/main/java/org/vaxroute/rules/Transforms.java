package org.vaxroute.rules;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.hl7.Message;

/**
 * The changes that a site or a registry wants made to every record before it is checked, as data. Operations run in the
 * order of the files and, inside a file, of its lines; each sees what those before it made. Immutable and safe to share.
 */
public final class Transforms {
    private final List<Operation> operations;
    private final Map<String, YamlNode> places;

    private Transforms(List<Operation> operations, Map<String, YamlNode> places) {
        this.operations = List.copyOf(operations);
        this.places = Map.copyOf(places);
    }

    /**
     * Reads operation files. A later file adds operations behind those of the earlier ones, and under {@code changes}
     * alters one by its id in place or switches it off.
     *
     * @param zone of times that are written without an offset, unless an operation names another
     * @throws RuleFileException when operations cannot be used; it names file, line and remedy of each
     */
    public static Transforms load(List<Path> files, CodeTables codes, ZoneId zone) {
        Map<String, Map<String, YamlNode>> drafts = new LinkedHashMap<>();
        Map<String, YamlNode> places = new HashMap<>();
        for (Path file : files) {
            YamlNode root = YamlNode.read(file);
            root.onlyKeys(List.of("about", "operations", "changes"));
            Map<String, YamlNode> parts = root.entries();
            if (parts.containsKey("operations")) {
                for (YamlNode node : parts.get("operations").items()) {
                    String id = id(node);
                    if (drafts.putIfAbsent(id, node.entries()) != null) {
                        throw node.fault("the operation '" + id + "' is there already ("
                                + places.get(id).where() + "); to alter it, write it under 'changes:'");
                    }
                    places.put(id, node);
                }
            }
            if (parts.containsKey("changes")) {
                parts.get("changes").items().forEach(node -> change(node, drafts, places));
            }
        }
        List<Operation> operations = new ArrayList<>();
        CodeTables tables = RuleSet.withOwn(files, codes);
        List<RuleFileException> faults = new ArrayList<>();
        drafts.forEach((id, keys) -> {
            try {
                if (!isOff(keys)) {
                    operations.add(OperationCompiler.compile(id, places.get(id), keys, tables, zone));
                }
            } catch (RuleFileException fault) {
                faults.add(fault);
            }
        });
        RuleFileException.throwAll(faults);
        return new Transforms(operations, places);
    }

    private static String id(YamlNode node) {
        YamlNode id = node.entries().get("id");
        if (id == null || !id.text().matches("[a-z0-9]+(-[a-z0-9]+)*")) {
            throw node.fault("an operation needs an id of small letters, digits and single hyphens");
        }
        return id.text();
    }

    private static void change(YamlNode node, Map<String, Map<String, YamlNode>> drafts, Map<String, YamlNode> places) {
        String id = id(node);
        Map<String, YamlNode> old = drafts.get(id);
        if (old == null) {
            throw node.fault("there is no operation '" + id + "' to change; there are " + drafts.keySet());
        }
        Map<String, YamlNode> merged = new HashMap<>(old);
        merged.putAll(node.entries());
        drafts.put(id, merged);
        places.put(id, node);
    }

    private static boolean isOff(Map<String, YamlNode> keys) {
        return keys.containsKey("off") && keys.get("off").text().equals("true");
    }

    /**
     * Looks whether operations are for connections and sources that there are; one that is not would never do anything.
     *
     * @throws RuleFileException naming file and line of each that is not
     */
    public void requireKnown(Set<String> connections, Set<String> sources) {
        List<RuleFileException> faults = new ArrayList<>();
        for (Operation operation : operations) {
            strange("connection", operation, operation.connections(), connections, faults);
            strange("source", operation, operation.sources(), sources, faults);
        }
        RuleFileException.throwAll(faults);
    }

    private void strange(
            String what, Operation operation, Set<String> named, Set<String> known, List<RuleFileException> faults) {
        named.stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .forEach(name -> faults.add(places.get(operation.id())
                        .fault("the operation '" + operation.id() + "' is for the " + what + " '" + name
                                + "', and there is none of that id; there are " + new TreeSet<>(known)
                                + ". Correct it, or take the operation out")));
    }

    /** Ids of the operations in the order in which they run. */
    public List<String> operations() {
        return operations.stream().map(Operation::id).toList();
    }

    /**
     * Changes one message. Never throws for what the message holds: a value that an operation cannot read stays as it
     * is, and the rules speak of it.
     *
     * @param connection id of the connection the record goes through
     * @param source id of the source it came from
     */
    public Transformed apply(Message message, String connection, String source) {
        Changing changing = new Changing(message);
        for (Operation operation : operations) {
            if (operation.concerns(connection, source)) {
                operation.run(changing);
            }
        }
        return changing.done();
    }
}
