package org.vaxroute.boot.check;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.dsl.yaml.common.YamlSupport;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * What only Camel itself can say of a route: whether components, options and beans are there, and whether the route can be built. It asks a
 * context that never starts a route.
 */
public final class CamelProbe {
    private static final Pattern UNKNOWN_OPTIONS = Pattern.compile("Unknown parameters=\\[\\{(.*)}]");
    private static final Pattern LINE_OF = Pattern.compile(".*:(\\d+)$");

    private final CamelContext context;

    /** @param context a started context in which no route starts, with the beans of a server */
    public CamelProbe(CamelContext context) {
        this.context = context;
    }

    /** What is wrong: the option it is about, or an empty text, and what Camel says. */
    record Refusal(String option, String problem) {
        private static final String PLACE = "Camel refuses the endpoint: ";

        /** Whether it is neither about the component nor about an option. */
        boolean isOfPlace() {
            return problem.startsWith(PLACE);
        }
    }

    /**
     * Makes the endpoint that a piece of YAML describes.
     *
     * @param options without those that are known to be wrong already
     * @return one refusal for each option that is at fault
     */
    List<Refusal> endpoint(Yaml uri, Map<String, String> options) {
        String scheme = uri.text().replaceFirst("[:?].*", "");
        if (context.getComponent(scheme) == null) {
            return List.of(new Refusal("", "there is no component " + scheme));
        }
        List<Refusal> refusals = new ArrayList<>();
        Map<String, Object> left = new LinkedHashMap<>(options);
        for (Optional<String> said = refused(uri, left); said.isPresent(); said = refused(uri, left)) {
            Optional<String> culprit = culprit(uri, left, said.get());
            if (culprit.isEmpty()) {
                refusals.add(new Refusal("", Refusal.PLACE + said.get()));
                break;
            }
            left.remove(culprit.get());
            refusals.add(new Refusal(
                    culprit.get(),
                    UNKNOWN_OPTIONS.matcher(said.get()).find()
                            ? scheme + " has no option " + culprit.get()
                            : "Camel refuses " + culprit.get() + ": " + said.get()));
        }
        return refusals;
    }

    /** The option that a refusal is about: the one named, else the one without which Camel says something else. */
    private Optional<String> culprit(Yaml uri, Map<String, Object> options, String said) {
        Matcher unknown = UNKNOWN_OPTIONS.matcher(said);
        if (unknown.find()) {
            return options.keySet().stream()
                    .filter(name -> unknown.group(1).startsWith(name + "="))
                    .findFirst();
        }
        return options.keySet().stream()
                .filter(name -> {
                    Map<String, Object> without = new LinkedHashMap<>(options);
                    without.remove(name);
                    Optional<String> then = refused(uri, without);
                    return then.isEmpty()
                            || !then.get().equals(said) && !then.get().contains("is required");
                })
                .findFirst();
    }

    private Optional<String> refused(Yaml uri, Map<String, Object> options) {
        try {
            context.getEndpoint(YamlSupport.createEndpointUri(context, uri.node(), uri.text(), options));
            return Optional.empty();
        } catch (Exception | LinkageError e) {
            return Optional.of(deepest(e));
        }
    }

    /** Whether a bean of that name is there. */
    boolean hasBean(String name) {
        return context.getRegistry().lookupByName(name) != null;
    }

    /** Whether a bean has a public method of that name; what follows a parenthesis is left out. */
    boolean hasMethod(String bean, String method) {
        String name = method.replaceFirst("\\(.*", "").strip();
        Method[] all = context.getRegistry().lookupByName(bean).getClass().getMethods();
        return Arrays.stream(all).anyMatch(known -> known.getName().equals(name));
    }

    /**
     * Builds what a file describes.
     *
     * @return what Camel refuses, with the line where it says so, else 0
     */
    Optional<Unbuilt> build(Path file, String text) {
        try {
            PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("file:" + file, text));
            return Optional.empty();
        } catch (FailedToCreateRouteException e) {
            Matcher place = LINE_OF.matcher(e.getLocation() == null ? "" : e.getLocation());
            return Optional.of(new Unbuilt(place.matches() ? Integer.parseInt(place.group(1)) : 0, deepest(e)));
        } catch (Exception | LinkageError e) {
            // A class of the site's own that lacks a library, or is for a newer Java, is a fault like any other.
            return Optional.of(new Unbuilt(0, deepest(e)));
        }
    }

    /** What could not be built. */
    record Unbuilt(int line, String problem) {}

    private static String deepest(Throwable fault) {
        Throwable deepest = fault;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        // These say no more than a name.
        boolean bare = deepest instanceof LinkageError || deepest instanceof ReflectiveOperationException;
        String said = bare || deepest.getMessage() == null ? deepest.toString() : deepest.getMessage();
        return said.strip().replaceAll("\\s*\\R\\s*", " ").replaceFirst("\\.$", "");
    }
}
