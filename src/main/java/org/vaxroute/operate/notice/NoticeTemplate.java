package org.vaxroute.operate.notice;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a notice as a file of a registry's profile: a line {@code To:}, a line {@code Subject:}, an empty line, the text.
 * {@code {name}} stands for a value. Lines of the file that begin with # are left out.
 *
 * @param to mail address; empty when nobody is named
 */
public record NoticeTemplate(String to, String subject, String body) {
    private static final Pattern NAME = Pattern.compile("\\{([a-z-]+)}");
    private static final Pattern HEADING = Pattern.compile("To: *([^\n]*)\nSubject: *([^\n]+)\n\n");

    /**
     * Reads a template.
     *
     * @param file a notice's text file
     * @param known the names of the values that it may hold
     * @throws IllegalArgumentException when it lacks a heading or names a value that is not known
     */
    public static NoticeTemplate read(Path file, Iterable<String> known) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8)
                    // Some editors put a mark in front of UTF-8.
                    .replaceFirst("^\\x{FEFF}", "")
                    .replaceAll("\\R", "\n")
                    .replaceAll("(?m)^#.*\n", "");
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
        Matcher heading = HEADING.matcher(text);
        if (!heading.lookingAt()) {
            throw new IllegalArgumentException(file
                    + " is no text of a notice: it must begin with a line To:, a line Subject: and an empty line.");
        }
        NoticeTemplate template =
                new NoticeTemplate(heading.group(1).strip(), heading.group(2).strip(), text.substring(heading.end()));
        TreeSet<String> names = new TreeSet<>();
        known.forEach(names::add);
        Matcher name = NAME.matcher(text);
        while (name.find()) {
            if (!names.contains(name.group(1))) {
                throw new IllegalArgumentException(file + " names {" + name.group(1)
                        + "}, which is no value of a notice; use one of " + names + ".");
            }
        }
        return template;
    }

    /** The same with its values in their places; a value that is not there is left empty. */
    NoticeTemplate with(Map<String, String> values) {
        return new NoticeTemplate(fill(to, values), fill(subject, values), fill(body, values));
    }

    private static String fill(String text, Map<String, String> values) {
        return NAME.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), "")));
    }
}
