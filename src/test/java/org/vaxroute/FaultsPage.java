package org.vaxroute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page docs/faults.md, into which the long forms of the tests write what they measured, each between its own marks. */
public final class FaultsPage {
    private static final Path PAGE = Path.of("docs/faults.md");

    private FaultsPage() {}

    /** Replaces one section's measured part; the words around it are written by hand. */
    public static synchronized void section(String name, String text) throws IOException {
        String begin = "<!-- measured: " + name + " -->";
        String end = "<!-- end: " + name + " -->";
        String page = Files.readString(PAGE);
        Matcher part = Pattern.compile("(?s)" + Pattern.quote(begin) + ".*?" + Pattern.quote(end))
                .matcher(page);
        if (!part.find()) {
            throw new IllegalStateException(PAGE + " has no marks for " + name);
        }
        Files.writeString(
                PAGE, part.replaceFirst(Matcher.quoteReplacement(begin + "\n\n" + text.strip() + "\n\n" + end)));
    }
}
