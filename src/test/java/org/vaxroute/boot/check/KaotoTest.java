package org.vaxroute.boot.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Each shipped route file opens in Kaoto as a drawing, and comes back from it whole (docs/decisions/0192). */
class KaotoTest {
    /** Steps that have a box of their own in Kaoto; among them none that hides the flow in code. */
    private static final Set<String> STEPS = Set.of(
            "bean",
            "choice",
            "delay",
            "doTry",
            "filter",
            "log",
            "loop",
            "marshal",
            "multicast",
            "pipeline",
            "process",
            "removeHeader",
            "setBody",
            "setHeader",
            "setProperty",
            "setVariable",
            "split",
            "threads",
            "stop",
            "throttle",
            "throwException",
            "to",
            "toD",
            "unmarshal",
            "wireTap");

    /** Languages that Kaoto's expression form offers and that say one thing in one line. */
    private static final Set<String> LANGUAGES =
            Set.of("constant", "exchangeProperty", "header", "method", "simple", "variable");

    private static final Set<String> BRANCHES = Set.of("when", "otherwise", "doCatch", "doFinally");

    static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of("routes"))) {
            List<Path> files = all.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
            assertThat(files).hasSizeGreaterThan(15);
            return files;
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void camelsSchemaAcceptsIt(Path file) throws IOException {
        assertThat(new RouteSchema().refusals(Files.readString(file))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("files")
    void itIsMadeOfWhatIsDrawn(Path file) throws IOException {
        Object text = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
        List<String> strange = new ArrayList<>();
        assertThat(text).isInstanceOf(List.class);
        for (Object part : (List<?>) text) {
            Map<?, ?> entity = (Map<?, ?>) part;
            assertThat(entity).as("one thing an entry").hasSize(1);
            if (entity.containsKey("route")) {
                Map<?, ?> route = (Map<?, ?>) entity.get("route");
                Map<?, ?> from = (Map<?, ?>) route.get("from");
                assertThat(from.get("uri")).isInstanceOf(String.class);
                steps(from.get("steps"), "route", strange);
            } else {
                assertThat(entity.keySet()).as("what has a canvas").hasToString("[routeConfiguration]");
                Map<?, ?> configuration = (Map<?, ?>) entity.get("routeConfiguration");
                for (Object handler : (List<?>) configuration.get("onException")) {
                    Map<?, ?> inside = (Map<?, ?>) ((Map<?, ?>) handler).get("onException");
                    if (inside.containsKey("steps")) {
                        steps(inside.get("steps"), "onException", strange);
                    }
                }
            }
        }
        assertThat(strange).isEmpty();
    }

    private static void steps(Object list, String where, List<String> strange) {
        assertThat(list).as("steps of " + where).isInstanceOf(List.class);
        for (Object step : (List<?>) list) {
            Map<?, ?> one = (Map<?, ?>) step;
            assertThat(one).as("a step of " + where).hasSize(1);
            String name = (String) one.keySet().iterator().next();
            if (!STEPS.contains(name)) {
                strange.add(where + " > " + name);
            }
            inside((Map<?, ?>) one.get(name), name, strange);
        }
    }

    private static void inside(Map<?, ?> step, String name, List<String> strange) {
        step.forEach((key, value) -> {
            String part = (String) key;
            if (part.equals("steps")) {
                steps(value, name, strange);
            } else if (part.toLowerCase(java.util.Locale.ROOT).endsWith("expression")
                    && value instanceof Map<?, ?> said) {
                said.keySet().stream()
                        .filter(language -> !LANGUAGES.contains(language))
                        .forEach(language -> strange.add(name + " in " + language));
            } else if (BRANCHES.contains(part)) {
                for (Object branch : value instanceof List<?> several ? several : List.of(value)) {
                    inside((Map<?, ?>) branch, part, strange);
                }
            }
        });
    }

    /** Kaoto writes a file anew: of comments it keeps those above the first entry, and it knows neither anchors nor several documents. */
    @ParameterizedTest
    @MethodSource("files")
    void nothingIsLostWhenItIsSaved(Path file) throws IOException {
        boolean head = true;
        for (String line : Files.readAllLines(file)) {
            head &= line.isBlank() || line.startsWith("#");
            if (!head) {
                assertThat(line).as("comments stand at the top: " + line).doesNotMatch("^\\s*#.*|.*\\s#\\s.*");
                assertThat(line)
                        .as("no anchors, no further documents: " + line)
                        .doesNotMatch("^---.*|.*: [&*]\\w+.*|\\s*<<:.*");
            }
        }
    }
}
