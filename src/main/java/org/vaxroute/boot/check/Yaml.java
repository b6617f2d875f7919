package org.vaxroute.boot.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A piece of a YAML document that knows its line. An absent piece is an empty scalar, so that a reader need not ask at each step. */
final class Yaml {
    private final Node node;
    private final int line;

    private Yaml(Node node, int line) {
        this.node = node;
        this.line = line;
    }

    /**
     * Reads a whole document.
     *
     * @throws BrokenYamlException when it is no YAML
     */
    static Yaml read(String text) {
        try {
            Node root = new Compose(LoadSettings.builder().build())
                    .composeString(text)
                    .orElse(null);
            return new Yaml(root, root == null ? 1 : lineOf(root));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new BrokenYamlException(line, e.getProblem());
        }
    }

    /** The text is no YAML. */
    static final class BrokenYamlException extends RuntimeException {
        final int line;

        BrokenYamlException(int line, String problem) {
            super(problem);
            this.line = line;
        }
    }

    int line() {
        return line;
    }

    boolean isPresent() {
        return node != null;
    }

    boolean isText() {
        return node instanceof ScalarNode;
    }

    /** The scalar's text, empty for anything else. */
    String text() {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    /** The items of a sequence; none for anything else. */
    List<Yaml> items() {
        List<Yaml> items = new ArrayList<>();
        if (node instanceof SequenceNode sequence) {
            sequence.getValue().forEach(item -> items.add(new Yaml(item, lineOf(item))));
        }
        return items;
    }

    /** The entries of a mapping in their order; none for anything else. An entry's line is that of its key. */
    Map<String, Yaml> entries() {
        Map<String, Yaml> entries = new LinkedHashMap<>();
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key) {
                    entries.put(key.getValue(), new Yaml(tuple.getValueNode(), lineOf(key)));
                }
            }
        }
        return entries;
    }

    Yaml get(String key) {
        return find(key).orElse(new Yaml(null, line));
    }

    Optional<Yaml> find(String key) {
        return Optional.ofNullable(entries().get(key));
    }

    /** Hands out every scalar below, with the key it stands under. */
    void scalars(BiConsumer<String, Yaml> taker) {
        scalars("", taker);
    }

    private void scalars(String key, BiConsumer<String, Yaml> taker) {
        if (isText()) {
            taker.accept(key, this);
        }
        items().forEach(item -> item.scalars(key, taker));
        entries().forEach((name, value) -> value.scalars(name, taker));
    }

    private static int lineOf(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }
}
