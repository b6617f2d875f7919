package org.vaxroute.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

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

    @Test
    void eachLineOfAHelpTextIsWhole() {
        // Help is folded to the width of the terminal, and the list of commands shows the first line alone.
        assertThat(brokenLines(Main.commandLine(null).getCommandSpec())).isEmpty();
    }

    private static List<String> brokenLines(CommandSpec command) {
        List<String> broken = new ArrayList<>();
        Stream.of(
                        Stream.of(
                                command.usageMessage().description(),
                                command.usageMessage().footer()),
                        command.options().stream().map(OptionSpec::description),
                        command.positionalParameters().stream().map(PositionalParamSpec::description))
                .flatMap(texts -> texts)
                .flatMap(Stream::of)
                .filter(line -> !line.isEmpty() && !line.matches("(?s).*[.)]"))
                .forEach(line -> broken.add(command.qualifiedName() + ": " + line));
        command.subcommands().values().forEach(part -> broken.addAll(brokenLines(part.getCommandSpec())));
        return broken;
    }
}
