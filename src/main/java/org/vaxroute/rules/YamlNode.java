package org.vaxroute.rules;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A place in a YAML file that knows its line, so that every fault can name it. Scalars are texts: {@code 00} stays
 * {@code 00}, {@code NO} stays {@code NO}.
 */
final class YamlNode {
    private final String file;
    private final Node node;

    private YamlNode(String file, Node node) {
        this.file = file;
        this.node = node;
    }

    /** Reads the one document of the file. */
    static YamlNode read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(file.toString())
                    .setAllowDuplicateKeys(false)
                    .build();
            Node root = new Compose(settings)
                    .composeInputStream(in)
                    .orElseThrow(() -> new RuleFileException(file + ": is empty; take it out or write rules into it"));
            return new YamlNode(file.toString(), root);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new RuleFileException(file + ":" + line + ": is no YAML: " + e.getProblem(), e);
        } catch (YamlEngineException e) {
            if (e.getCause() instanceof CharacterCodingException) {
                throw new RuleFileException(file + ": is not UTF-8; save it as UTF-8", e);
            }
            throw new RuleFileException(file + ": is no YAML: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new RuleFileException(file + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    /** File and line. */
    String where() {
        return file + ":" + line();
    }

    private int line() {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    RuleFileException fault(String whatAndRemedy) {
        return new RuleFileException(where() + ": " + whatAndRemedy);
    }

    boolean isMap() {
        return node instanceof MappingNode;
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    /** The text of a scalar. */
    String text() {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw fault("a single value belongs here, not a list or a block");
    }

    /** Whether true stands here. */
    boolean flag() {
        return switch (text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw fault("write true or false, not '" + text() + "'");
        };
    }

    /** The number that stands here. */
    int number() {
        try {
            return Integer.parseInt(text());
        } catch (NumberFormatException e) {
            throw fault("a whole number belongs here, not '" + text() + "'");
        }
    }

    /** The items of a list; a scalar counts as a list of one. */
    List<YamlNode> items() {
        if (node instanceof SequenceNode sequence) {
            List<YamlNode> items = new ArrayList<>();
            sequence.getValue().forEach(item -> items.add(new YamlNode(file, item)));
            return items;
        }
        return List.of(this);
    }

    List<String> texts() {
        return items().stream().map(YamlNode::text).toList();
    }

    /** The entries of a block in the file's order. */
    Map<String, YamlNode> entries() {
        if (!(node instanceof MappingNode mapping)) {
            throw fault("a block of 'key: value' lines belongs here");
        }
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            YamlNode key = new YamlNode(file, tuple.getKeyNode());
            if (entries.put(key.text(), new YamlNode(file, tuple.getValueNode())) != null) {
                throw key.fault("'" + key.text() + "' stands twice in this block; keep one");
            }
        }
        return entries;
    }

    /** Fails when the block has a key that is none of these, which is most often a slip of the pen. */
    void onlyKeys(List<String> known) {
        for (Map.Entry<String, YamlNode> entry : entries().entrySet()) {
            if (!known.contains(entry.getKey())) {
                throw entry.getValue().fault("'" + entry.getKey() + "' is not known here; it can be one of " + known);
            }
        }
    }

    /** The node on one line, as people would write it. */
    @Override
    public String toString() {
        if (isMap()) {
            return entries().entrySet().stream()
                    .map(e -> e.getKey() + ": " + (e.getValue().isMap() ? "{" + e.getValue() + "}" : e.getValue()))
                    .collect(Collectors.joining(", "));
        }
        if (isList()) {
            return items().stream().map(YamlNode::toString).collect(Collectors.joining(", ", "[", "]"));
        }
        return text();
    }
}
