package org.vaxroute.ledger;

import java.util.ArrayList;
import java.util.List;

/**
 * Which held records are meant; null stands for all.
 *
 * @param rule id of a rule; several when it ends with {@code *}
 */
public record HeldFilter(String connection, String source, String rule) {
    /** Everything that is held. */
    public static final HeldFilter ALL = new HeldFilter(null, null, null);

    /** As people give it: an empty text stands for all. */
    public static HeldFilter of(String connection, String source, String rule) {
        return new HeldFilter(any(connection), any(source), any(rule));
    }

    private static String any(String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    /** The condition on the table {@code held}; adds its values. */
    String condition(List<Object> values) {
        List<String> all = new ArrayList<>();
        equal(all, values, "connection", connection);
        equal(all, values, "source", source);
        if (rule != null && rule.endsWith("*")) {
            all.add("substring(rule from 1 for " + (rule.length() - 1) + ") = ?");
            values.add(rule.substring(0, rule.length() - 1));
        } else {
            equal(all, values, "rule", rule);
        }
        return all.isEmpty() ? "" : " and " + String.join(" and ", all);
    }

    private static void equal(List<String> all, List<Object> values, String column, String value) {
        if (value != null) {
            all.add(column + " = ?");
            values.add(value);
        }
    }

    /** For the trail. */
    @Override
    public String toString() {
        return "connection " + word(connection) + ", source " + word(source) + ", rule " + word(rule);
    }

    private static String word(String value) {
        return value == null ? "any" : value;
    }
}
