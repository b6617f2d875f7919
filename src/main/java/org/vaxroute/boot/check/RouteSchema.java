package org.vaxroute.boot.check;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** Camel's own schema of the YAML language, as it stands in the jar of the Camel version in use. */
final class RouteSchema {
    private static final String PLACE = "/schema/camelYamlDsl.json";

    private static final Pattern PLAIN_VALUE = Pattern.compile("\\{\\{[^{}]+}}|-?\\d+|true|false");

    private final Schema schema;

    RouteSchema() {
        try (InputStream text = RouteSchema.class.getResourceAsStream(PLACE)) {
            if (text == null) {
                throw new IllegalStateException("camel-yaml-dsl no longer holds " + PLACE);
            }
            schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4)
                    .getSchema(new String(text.readAllBytes(), StandardCharsets.UTF_8), InputFormat.JSON);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A place that the schema does not accept: the way to it and what it says. */
    record Refusal(List<String> way, String problem) {}

    /**
     * What the schema refuses. Its many alternatives make one slip speak of dozens of places; only the deepest of them, which is where the slip
     * is, is handed out for each step of the route.
     */
    List<Refusal> refusals(String yaml) {
        List<Refusal> all = new ArrayList<>();
        for (Error error : schema.validate(yaml, InputFormat.YAML)) {
            if (isTextInPlaceOfAValue(error)) {
                continue;
            }
            List<String> way = way(error.getInstanceLocation());
            if (error.getProperty() != null) {
                way.add(error.getProperty());
            }
            all.add(new Refusal(way, error.getMessage()));
        }
        all.sort(Comparator.comparingInt((Refusal refusal) -> refusal.way().size())
                .reversed());
        List<Refusal> deepest = new ArrayList<>();
        for (Refusal refusal : all) {
            boolean explained = deepest.stream().anyMatch(known -> startsWith(known.way(), refusal.way()));
            if (!explained) {
                deepest.add(refusal);
            }
        }
        return deepest;
    }

    /** Camel reads a placeholder, and a number or truth value in quotes, where its schema asks for the bare value. */
    private static boolean isTextInPlaceOfAValue(Error error) {
        return "type".equals(error.getKeyword())
                && error.getInstanceNode() != null
                && error.getInstanceNode().isTextual()
                && PLAIN_VALUE.matcher(error.getInstanceNode().textValue()).matches();
    }

    private static List<String> way(NodePath path) {
        List<String> way = new ArrayList<>();
        for (int i = 0; i < path.getNameCount(); i++) {
            way.add(path.getName(i));
        }
        return way;
    }

    private static boolean startsWith(List<String> way, List<String> beginning) {
        return way.size() >= beginning.size()
                && way.subList(0, beginning.size()).equals(beginning);
    }
}
