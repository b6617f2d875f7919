package org.vaxroute.boot.settings;

import java.util.StringJoiner;

/** The catalogue as the Markdown tables of {@code docs/settings.md}. */
final class SettingsTable {
    private static final String BEGIN = "<!-- keys begin: written from the catalogue by SettingsDocumentsTest -->";
    private static final String END = "<!-- keys end -->";

    private SettingsTable() {}

    static String putInto(String document) {
        int begin = document.indexOf(BEGIN);
        int end = document.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("docs/settings.md has lost the marks between which the keys stand");
        }
        return document.substring(0, begin) + BEGIN + "\n\n" + tables() + document.substring(end);
    }

    private static String tables() {
        StringBuilder text = new StringBuilder();
        for (SettingFile file : SettingFile.values()) {
            if (SettingCatalogue.of(file).isEmpty()) {
                continue;
            }
            text.append("### `").append(file.place()).append("`\n\n");
            text.append("For ").append(file.purpose()).append(".\n\n");
            text.append("| key | what for | value | default |\n|---|---|---|---|\n");
            for (SettingKey key : SettingCatalogue.of(file)) {
                text.append(row(key)).append('\n');
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String row(SettingKey key) {
        StringJoiner row = new StringJoiner(" | ", "| ", " |");
        row.add("`" + key.pattern() + "`");
        row.add(key.comment().replace("|", "\\|"));
        row.add(key.expected());
        row.add(defaultOf(key));
        return row.toString();
    }

    private static String defaultOf(SettingKey key) {
        if (key.fallback() != null) {
            return "`" + key.fallback() + "`";
        }
        if (key.need().always()) {
            return "required";
        }
        if (key.need().sibling() != null) {
            return "required when `" + key.need().sibling() + "` is "
                    + String.join(" or ", key.need().values());
        }
        return "";
    }
}
