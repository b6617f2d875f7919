package org.vaxroute.feeds;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Writes a table of counts as a page to read and as CSV, for its owner alone. No patient data. */
final class HistoryPages {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private final Path folder;

    HistoryPages(Path folder) {
        this.folder = folder;
    }

    /**
     * Writes {@code name.html} and {@code name.csv}.
     *
     * @param facts lines above the table
     * @param rows of the table, the first with its headings
     * @return the page
     */
    Path write(String name, String title, List<String> facts, List<List<Object>> rows) {
        write(folder.resolve(name + ".csv"), csv(rows));
        Path page = folder.resolve(name + ".html");
        write(page, html(title, facts, rows));
        return page;
    }

    private static String csv(List<List<Object>> rows) {
        StringBuilder text = new StringBuilder();
        for (List<Object> row : rows) {
            List<String> cells = new ArrayList<>();
            row.forEach(cell -> cells.add('"' + String.valueOf(cell).replace("\"", "\"\"") + '"'));
            text.append(String.join(",", cells)).append("\r\n");
        }
        return text.toString();
    }

    private static String html(String title, List<String> facts, List<List<Object>> rows) {
        StringBuilder text =
                new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>"
                        + escape(title)
                        + "</title>\n<style>body{font-family:sans-serif;margin:2em}table{border-collapse:collapse}"
                        + "td,th{border:1px solid #bbb;padding:.2em .6em;text-align:left}</style></head>\n<body>\n<h1>"
                        + escape(title) + "</h1>\n<ul>\n");
        facts.forEach(fact -> text.append("<li>").append(escape(fact)).append("</li>\n"));
        text.append("</ul>\n<table>\n");
        for (int i = 0; i < rows.size(); i++) {
            String cell = i == 0 ? "th" : "td";
            text.append("<tr>");
            rows.get(i).forEach(value -> text.append('<' + cell + '>')
                    .append(escape(String.valueOf(value)))
                    .append("</" + cell + '>'));
            text.append("</tr>\n");
        }
        return text.append("</table>\n</body>\n</html>\n").toString();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private void write(Path file, String text) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder, allowed("rwx------"));
            }
            Files.deleteIfExists(file);
            Files.createFile(file, allowed("rw-------"));
            Files.writeString(file, text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileAttribute<?>[] allowed(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
