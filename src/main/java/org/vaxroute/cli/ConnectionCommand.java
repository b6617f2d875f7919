package org.vaxroute.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.vaxroute.operate.access.OwnerOnly;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "connection",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Connections: one organization's standing with one registry. Routes serve all of them.")
final class ConnectionCommand {
    private static final String SHIPPED = "connections/main.properties";
    private static final Pattern ID = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

    @ParentCommand
    Main main;

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = {
                "Writes config/connections/ID.properties with every setting, its comment and its default.",
                "It is switched off until you set enabled = true; no route changes."
            })
    int add(
            @Parameters(paramLabel = "ID", description = "Small letters, digits and single hyphens.") String id,
            @Option(
                            names = "--registry",
                            paramLabel = "ID",
                            defaultValue = "immtrac2",
                            description =
                                    "The registry's profile, a folder of config/registries (default: ${DEFAULT-VALUE}).")
                    String registry)
            throws IOException {
        if (!ID.matcher(id).matches()) {
            throw new CommandFailed(
                    "\"" + id + "\" is no id of a connection; use small letters, digits and single hyphens.");
        }
        Path config = main.home().resolve("config");
        List<String> registries = registries(config.resolve("registries"));
        if (!registries.contains(registry)) {
            throw new CommandFailed("There is no registry profile " + registry + "; config/registries has "
                    + String.join(", ", registries) + ". Copy the nearest one to make your own.");
        }
        Path file = config.resolve("connections").resolve(id + ".properties");
        if (Files.exists(file)) {
            throw new CommandFailed("There is a connection " + id + " already: " + file + ". Nothing was changed.");
        }
        Files.createDirectories(file.getParent());
        Files.writeString(file, settings(id, registry), StandardOpenOption.CREATE_NEW);
        OwnerOnly.giveToOwnerOfFolder(file);
        main.out()
                .println(
                        """
                        Written: %s
                        Next: set file-code, the account and the sources in it, then enabled = true;
                        vaxroute check, vaxroute doctor, and start the server anew. The gate of %s begins at REGISTERED."""
                                .formatted(file, id));
        return ExitCodes.OK;
    }

    /** The shipped settings with the names of this connection. Its sources bear its id, because their names are taken only once. */
    private static String settings(String id, String registry) throws IOException {
        try (InputStream shipped = ConnectionCommand.class.getResourceAsStream(SHIPPED)) {
            if (shipped == null) {
                throw new IllegalStateException("This build is incomplete: it has no " + SHIPPED + ".");
            }
            String text = new String(shipped.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("connection's id: main.", "connection's id: " + id + ".")
                    .replace("source.clinic-", "source." + id + "-")
                    .replace("\"clinic-", "\"" + id + "-")
                    .replace("config/secrets/registry", "config/secrets/" + id);
            return set(set(text, "registry", registry), "enabled", "false");
        }
    }

    private static String set(String text, String key, String value) {
        return text.replaceFirst(
                "(?m)^" + Pattern.quote(key) + " = .*$", Matcher.quoteReplacement(key + " = " + value));
    }

    private static List<String> registries(Path folder) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(one -> Files.exists(one.resolve("registry.properties")))
                    .map(one -> one.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }
}
