package org.vaxroute.boot.settings;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** Reads a property file with its line numbers, which {@link Properties} throws away, and keeps a key that stands twice. */
final class PropertyLines {

    /** One key with its value and the line on which it begins, counted from 1. */
    record Line(int number, String key, String value) {}

    /** A line has a {@code \\u} that begins no character. */
    static final class BrokenEscapeException extends RuntimeException {
        final int line;

        BrokenEscapeException(int line, IllegalArgumentException cause) {
            super(cause);
            this.line = line;
        }
    }

    private PropertyLines() {}

    static List<Line> read(Path file) throws IOException {
        // Some editors put a mark in front of UTF-8.
        List<String> text = Files.readString(file, StandardCharsets.UTF_8)
                .replaceFirst("^\\x{FEFF}", "")
                .lines()
                .toList();
        List<Line> lines = new ArrayList<>();
        int at = 0;
        while (at < text.size()) {
            int first = at;
            StringBuilder logical = new StringBuilder(text.get(at++));
            if (isComment(logical)) {
                continue;
            }
            while (continues(logical) && at < text.size()) {
                logical.setLength(logical.length() - 1);
                logical.append(text.get(at++).stripLeading());
            }
            for (Map.Entry<Object, Object> entry :
                    parse(first + 1, logical.toString()).entrySet()) {
                lines.add(new Line(
                        first + 1,
                        entry.getKey().toString(),
                        entry.getValue().toString().strip()));
            }
        }
        return lines;
    }

    private static boolean isComment(CharSequence line) {
        String text = line.toString().strip();
        return text.isEmpty() || text.charAt(0) == '#' || text.charAt(0) == '!';
    }

    private static boolean continues(CharSequence line) {
        int slashes = 0;
        for (int i = line.length() - 1; i >= 0 && line.charAt(i) == '\\'; i--) {
            slashes++;
        }
        return slashes % 2 == 1;
    }

    private static Properties parse(int number, String logicalLine) {
        Properties one = new Properties();
        try {
            one.load(new StringReader(logicalLine));
        } catch (IllegalArgumentException e) {
            throw new BrokenEscapeException(number, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return one;
    }
}
