package org.vaxroute.boot.check;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a route file is about, told by its text; empty for files of other kinds and for what is no YAML. */
public final class RouteText {
    private RouteText() {}

    /** The id of the one route in it. */
    public static Optional<String> routeId(String text) {
        return only(text).flatMap(item -> item.find("route")).flatMap(RouteText::id);
    }

    /** The id of the one failure configuration in it. */
    public static Optional<String> configurationId(String text) {
        return only(text).flatMap(item -> item.find("routeConfiguration")).flatMap(RouteText::id);
    }

    /** The failure configurations that its route names. */
    public static List<String> configurationsUsed(String text) {
        return only(text)
                .map(item -> item.get("route").get("routeConfigurationId").text())
                .map(names -> Stream.of(names.split(",")).map(String::strip).toList())
                .orElse(List.of());
    }

    private static Optional<String> id(Yaml named) {
        return Optional.of(named.get("id").text()).filter(id -> !id.isEmpty());
    }

    private static Optional<Yaml> only(String text) {
        try {
            List<Yaml> items = Yaml.read(text).items();
            return items.size() == 1 ? Optional.of(items.get(0)) : Optional.empty();
        } catch (Yaml.BrokenYamlException e) {
            return Optional.empty();
        }
    }
}
