package org.vaxroute.boot.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A piece of a YAML document that knows its place. An absent piece is an empty scalar, so that a reader need not ask at each step. */
final class Yaml {
    /** Where something stands, counted from 1. */
    record Place(int line, int column) {
        private static final Place START = new Place(1, 1);

        private static Place of(Optional<Mark> mark) {
            return mark.map(at -> new Place(at.getLine() + 1, at.getColumn() + 1))
                    .orElse(START);
        }
    }

    private final Node node;
    private final Place place;

    private Yaml(Node node, Place place) {
        this.node = node;
        this.place = place;
    }

    /**
     * Reads a whole document.
     *
     * @throws BrokenYamlException when it is no YAML, of which a key that stands twice is none
     */
    static Yaml read(String text) {
        try {
            Node root = new Compose(LoadSettings.builder().build())
                    .composeString(text)
                    .orElse(null);
            requireSingleKeys(root);
            return new Yaml(root, root == null ? Place.START : placeOf(root));
        } catch (MarkedYamlEngineException e) {
            throw new BrokenYamlException(Place.of(e.getProblemMark()), e.getProblem());
        }
    }

    /** Which of two counts is for each reader to say, and the other is passed over without a word. */
    private static void requireSingleKeys(Node node) {
        if (node instanceof SequenceNode sequence) {
            sequence.getValue().forEach(Yaml::requireSingleKeys);
        } else if (node instanceof MappingNode mapping) {
            Set<String> seen = new HashSet<>();
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key && !seen.add(key.getValue())) {
                    throw new BrokenYamlException(
                            placeOf(key), "the key " + key.getValue() + " stands twice in one block");
                }
                requireSingleKeys(tuple.getValueNode());
            }
        }
    }

    /** The text is no YAML. */
    static final class BrokenYamlException extends RuntimeException {
        // An exception is serializable, a place is not.
        final transient Place place;

        BrokenYamlException(Place place, String problem) {
            super(problem);
            this.place = place;
        }
    }

    Place place() {
        return place;
    }

    /** For Camel's own reader, which wants the node that it complains about. */
    Node node() {
        return node;
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
            sequence.getValue().forEach(item -> items.add(new Yaml(item, placeOf(item))));
        }
        return items;
    }

    /** The entries of a mapping in their order; none for anything else. An entry's place is that of its key. */
    Map<String, Yaml> entries() {
        Map<String, Yaml> entries = new LinkedHashMap<>();
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key) {
                    entries.put(key.getValue(), new Yaml(tuple.getValueNode(), placeOf(key)));
                }
            }
        }
        return entries;
    }

    Yaml get(String key) {
        return find(key).orElse(new Yaml(null, place));
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

    private static Place placeOf(Node node) {
        return Place.of(node.getStartMark());
    }
}
