package org.vaxroute.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.vaxroute.operate.access.Role;
import org.vaxroute.operate.access.Users;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "user",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Manages who may log in to the console.")
final class UserCommand {
    @ParentCommand
    Main main;

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = {
                "Adds a user or gives one a new password and role. The server need not be started again.",
                "viewer looks, operator also acts, steward may also see the record that a decision is about."
            })
    int add(
            @Parameters(paramLabel = "NAME", description = "Letters, digits, dots, hyphens, underscores.") String name,
            @Option(
                            names = "--role",
                            paramLabel = "ROLE",
                            required = true,
                            description = "One of ${COMPLETION-CANDIDATES}, in capitals or not.")
                    Role role,
            @Option(
                            names = "--password-stdin",
                            description = "Take the password from the first line of standard input instead of asking.")
                    boolean fromInput)
            throws IOException {
        Path file = main.home().resolve("config/users");
        char[] password = fromInput ? firstLine() : askTwice();
        try {
            new Users(file).put(name, password, role);
        } finally {
            Arrays.fill(password, '\0');
        }
        main.out().println(name + " may log in as " + role.word() + ". Written to " + file + ".");
        return ExitCodes.OK;
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists who may log in, and as what.")
    int list() {
        Map<String, Role> roles = new Users(main.home().resolve("config/users")).roles();
        if (roles.isEmpty()) {
            main.out()
                    .println(
                            "Nobody may log in to the console yet; vaxroute user add NAME --role ... lets somebody in.");
            return ExitCodes.OK;
        }
        Table table = new Table("name", "role");
        roles.forEach((name, role) -> table.row(name, role.word()));
        main.out().print(table);
        main.out().flush();
        return ExitCodes.OK;
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description =
                    "Locks somebody out, at once also where he is logged in. The server need not be started again.")
    int remove(@Parameters(paramLabel = "NAME", description = "The user's name.") String name) {
        if (!new Users(main.home().resolve("config/users")).remove(name)) {
            throw new CommandFailed("There is no user " + name + ". vaxroute user list shows who there is.");
        }
        main.out().println(name + " may not log in any more, and is logged out.");
        return ExitCodes.OK;
    }

    private static char[] firstLine() throws IOException {
        String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            throw new CommandFailed("Standard input holds no password.");
        }
        return line.toCharArray();
    }

    private static char[] askTwice() {
        Console terminal = System.console();
        if (terminal == null) {
            throw new CommandFailed(
                    "There is no terminal to ask for the password on. Run this command in one, or hand the password in by --password-stdin.");
        }
        char[] first = terminal.readPassword("Password (at least 10 characters): ");
        char[] second = terminal.readPassword("Once more: ");
        if (first == null || second == null || !Arrays.equals(first, second)) {
            throw new CommandFailed("The two passwords differ; nothing was changed.");
        }
        return first;
    }
}
