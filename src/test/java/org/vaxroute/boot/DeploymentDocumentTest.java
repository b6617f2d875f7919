package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every part of docs/deployment.md that tells to do something is done by a script of .ci, and every script's heading is there. */
class DeploymentDocumentTest {
    private static final Path PAGE = Path.of("docs/deployment.md");
    private static final Pattern FOLLOWED = Pattern.compile("follow\\(?\\s*\"([^\"]+)\",? \"([^\"]+)\"");

    @Test
    void everyPartWithSomethingToDoIsDoneByAScript() throws IOException {
        assertThat(followed()).containsExactlyInAnyOrderElementsOf(parts());
    }

    private static Set<String> parts() throws IOException {
        Set<String> parts = new LinkedHashSet<>();
        String section = "";
        String part = "";
        boolean block = false;
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("```")) {
                block = !block;
                if (block && !line.equals("```text")) {
                    assertThat(part)
                            .as("the heading ### above a block of %s", section)
                            .isNotEmpty();
                    parts.add(section + ", " + part);
                }
            } else if (!block && line.startsWith("## ")) {
                section = line.substring(3);
                part = "";
            } else if (!block && line.startsWith("### ")) {
                part = line.substring(4);
            }
        }
        return parts;
    }

    private static Set<String> followed() throws IOException {
        Set<String> followed = new LinkedHashSet<>();
        for (String script : List.of(".ci/shells", ".ci/image")) {
            Matcher call = FOLLOWED.matcher(Files.readString(Path.of(script)));
            while (call.find()) {
                followed.add(call.group(1) + ", " + call.group(2));
            }
        }
        return followed;
    }
}
