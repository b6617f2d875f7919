package org.vaxroute.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandLineDocumentTest {
    @Test
    void theDocumentNamesEveryCommandAndEveryOptionOfTry() throws IOException {
        String document = Files.readString(Path.of("docs/command-line.md"));
        CommandLine line = Main.commandLine(null);
        line.getSubcommands().forEach((name, command) -> {
            assertThat(document).containsPattern("`" + name + "[ `]");
            if (name.equals("rules") || name.equals("codes")) {
                command.getSubcommands().keySet().forEach(part -> assertThat(document)
                        .contains("`" + name + " " + part));
            }
        });
        line.getSubcommands().get("try").getCommandSpec().options().stream()
                .filter(option -> !option.usageHelp() && !option.versionHelp() && !option.inherited())
                .forEach(option -> assertThat(document).contains("`" + option.longestName()));
    }
}
