package org.vaxroute.intake;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A SQL text with named parameters ({@code :mark}); quotes, comments and PostgreSQL's {@code ::} are left alone. */
final class NamedQuery {
    private final String sql;
    private final List<String> names = new ArrayList<>();

    NamedQuery(String text) {
        var out = new StringBuilder(text.length());
        int i = 0;
        while (i < text.length()) {
            int skipped = skip(text, i);
            if (skipped > i) {
                out.append(text, i, skipped);
                i = skipped;
                continue;
            }
            int end = i + 1;
            if (text.charAt(i) == ':') {
                while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
                    end++;
                }
            }
            if (end > i + 1) {
                names.add(text.substring(i + 1, end));
                out.append('?');
            } else {
                out.append(text.charAt(i));
            }
            i = end;
        }
        sql = out.toString().strip().replaceAll(";\\s*$", "");
    }

    private static int skip(String text, int at) {
        if (text.startsWith("--", at)) {
            int end = text.indexOf('\n', at);
            return end < 0 ? text.length() : end;
        }
        if (text.startsWith("/*", at)) {
            int end = text.indexOf("*/", at + 2);
            return end < 0 ? text.length() : end + 2;
        }
        if (text.startsWith("::", at)) {
            return at + 2;
        }
        char c = text.charAt(at);
        if (c == '\'' || c == '"') {
            int end = text.indexOf(c, at + 1);
            return end < 0 ? text.length() : end + 1;
        }
        return at;
    }

    boolean uses(String name) {
        return names.contains(name);
    }

    /** What it names that is none of these. */
    List<String> besides(List<String> known) {
        return names.stream().filter(name -> !known.contains(name)).distinct().toList();
    }

    String sql() {
        return sql;
    }

    /**
     * @param source whose query it is
     * @throws SourceFaultException for a parameter that has no value here
     */
    void bind(String source, PreparedStatement statement, Map<String, Object> values) throws SQLException {
        for (int i = 0; i < names.size(); i++) {
            Object value = values.get(names.get(i));
            if (value == null) {
                throw new SourceFaultException(
                        source,
                        "The query of source " + source + " has a parameter :" + names.get(i)
                                + "; only :mark, :patient and :limit are known. Correct it and restart.");
            }
            statement.setObject(i + 1, value);
        }
    }
}
