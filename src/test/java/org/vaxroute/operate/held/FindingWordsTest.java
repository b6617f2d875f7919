package org.vaxroute.operate.held;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nobody who looks at a held record is left with an id alone. */
class FindingWordsTest {
    private static final Pattern ID =
            Pattern.compile("static final String [A-Z_]+ = \"([A-Z]+(?:-[A-Z]+)+|UNREADABLE|RESTORED)\"");

    @Test
    void whateverVaxRouteItselfHoldsARecordForHasWords() throws IOException {
        for (String room : List.of("intake", "ledger")) {
            try (Stream<Path> files = Files.list(Path.of("src/main/java/org/vaxroute", room))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    Matcher id = ID.matcher(Files.readString(file));
                    while (id.find()) {
                        // These two hold nothing: one says that there are more findings, one marks records of a source.
                        if (!List.of("MORE-FINDINGS", "MADE-UP").contains(id.group(1))) {
                            FindingWords words = FindingWords.of(id.group(1), null);
                            assertThat(words.reason()).as(id.group(1)).isNotEmpty();
                            assertThat(words.remedy()).as(id.group(1)).isNotEmpty();
                        }
                    }
                }
            }
        }
    }
}
