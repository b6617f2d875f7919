package org.vaxroute.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOP_FallbackServiceProvider;
import org.slf4j.helpers.Reporter;
import org.vaxroute.operate.http.StartSign;
import org.vaxroute.operate.http.TokenFile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line of VaxRoute. */
@Command(
        name = "vaxroute",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Carries immunization records from an EHR to a state registry by batch file.",
            "",
            "A first look: \"vaxroute practice\" rehearses everything on this machine.",
            "For a real start: edit config/, then \"vaxroute check\", \"vaxroute doctor\", \"vaxroute run\"."
        },
        footer = {
            "",
            "Commands talk to the running server of the home folder; where none runs, they open its ledger.",
            "",
            "Exit codes: 0 all is well; 1 something is not well (faults, audit does not balance); 2 the command line is wrong;"
                    + " 3 the command could not be carried out."
        })
public final class Main {
    private static final List<Class<?>> COMMANDS = List.of(
            RunCommand.class,
            PracticeCommand.class,
            CheckCommand.class,
            DoctorCommand.class,
            StatusCommand.class,
            FilesCommand.class,
            TryCommand.class,
            RulesCommand.class,
            CodesCommand.class,
            AuditCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            GateCommand.class,
            FeedCommand.class,
            BackfillCommand.class,
            NoticesCommand.class,
            HeldCommand.class,
            JobsCommand.class,
            NodesCommand.class,
            KafkaCommand.class,
            PauseCommand.Pause.class,
            PauseCommand.Resume.class,
            AnswersCommand.class,
            TasksCommand.class,
            TrailCommand.class,
            ConnectionCommand.class,
            ReportCommand.class,
            UserCommand.class);

    /** Commands that work on and keep a log file; the answer of every other one is what it prints, with warnings beside it. */
    private static final Set<String> LOGGED = Set.of("run", "practice");

    /** Commands that only look at files: they open no log, which also lets them start a second sooner. */
    private static final Set<String> UNLOGGED =
            Set.of("try", "rules", "codes", "check", "connection", "answers explain");

    /** How long a command waits for a server that is starting, and how often it looks. */
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    private static final Duration START_LOOK = Duration.ofMillis(200);

    @Option(
            names = "--home",
            scope = ScopeType.INHERIT,
            paramLabel = "FOLDER",
            description =
                    "The folder that holds routes/ and config/ (default: vaxroute.home, VAXROUTE_HOME, or where you stand).")
    Path homeFolder;

    /** Name of the one bean of a type that stands for all connections. */
    static final String ALL = "all";

    @Spec
    CommandSpec spec;

    final House house;
    final Clock clock;

    Main(House house, Clock clock) {
        this.house = house;
        this.clock = clock;
    }

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        CommandLine line = commandLine(House.find(), Clock.systemDefaultZone(), named(arguments));
        IExecutionStrategy usual = line.getExecutionStrategy();
        line.setExecutionStrategy(parsed -> {
            String words = parsed.asCommandLineList().stream()
                    .skip(1)
                    .map(CommandLine::getCommandName)
                    .collect(Collectors.joining(" "));
            if (UNLOGGED.stream().anyMatch(words::startsWith)) {
                System.setProperty(LoggerFactory.PROVIDER_PROPERTY_KEY, NOP_FallbackServiceProvider.class.getName());
                System.setProperty(Reporter.SLF4J_INTERNAL_VERBOSITY_KEY, "ERROR");
            }
            if (LOGGED.stream().noneMatch(words::startsWith)) {
                System.getProperties().putIfAbsent("vaxroute.log.format", "none");
                System.getProperties().putIfAbsent("vaxroute.log.console", "WARN");
            }
            return usual.execute(parsed);
        });
        int code = line.execute(arguments);
        System.exit(code);
    }

    static CommandLine commandLine(House house) {
        return commandLine(house, Clock.systemDefaultZone());
    }

    static CommandLine commandLine(House house, Clock clock) {
        return commandLine(house, clock, COMMANDS);
    }

    private static CommandLine commandLine(House house, Clock clock, List<Class<?>> commands) {
        CommandLine line = new CommandLine(new Main(house, clock));
        commands.forEach(command -> line.addSubcommand(command));
        return line.setExecutionExceptionHandler((fault, command, parsed) -> {
                    command.getErr().println("vaxroute: " + said(fault));
                    return ExitCodes.REFUSED;
                })
                .setExecutionStrategy(parsed -> {
                    refuseWhatWouldNotCount(parsed);
                    return new CommandLine.RunLast().execute(parsed);
                })
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    /**
     * An option before the word of a step is the list's alone, and one without a value means all: "held --rule R drop --all" and "held drop --all --rule
     * $EMPTY" would both drop whatever is held.
     */
    private static void refuseWhatWouldNotCount(ParseResult parsed) {
        List<CommandLine> commands = parsed.asCommandLineList();
        if (commands.stream().anyMatch(CommandLine::isUsageHelpRequested)) {
            return;
        }
        CommandLine last = commands.get(commands.size() - 1);
        for (CommandLine command : commands) {
            for (OptionSpec option : command.getParseResult().matchedOptions()) {
                boolean everywhere = option.inherited() || option.scopeType() == ScopeType.INHERIT;
                if (command != last && !everywhere && !option.versionHelp()) {
                    String step = last.getCommandSpec().qualifiedName();
                    throw new ParameterException(
                            last,
                            option.longestName() + " stands before \"" + last.getCommandName()
                                    + "\" and would not count there. Write it behind: " + step + " "
                                    + option.longestName() + " ..., if " + step + " --help lists it.");
                }
                if (option.arity().min() > 0
                        && option.originalStringValues().stream().anyMatch(String::isBlank)) {
                    throw new ParameterException(
                            command, option.longestName() + " is empty. Give it a value, or leave it out.");
                }
            }
        }
    }

    /** The one command that the first word names, since to describe all of them takes longer than to run most; else all of them. */
    private static List<Class<?>> named(String[] arguments) {
        return COMMANDS.stream()
                .filter(command -> arguments.length > 0
                        && command.getAnnotation(Command.class).name().equals(arguments[0]))
                .findFirst()
                .<List<Class<?>>>map(List::of)
                .orElse(COMMANDS);
    }

    /** Our own exceptions speak for themselves; of others the class says more than the message. */
    private static String said(Throwable fault) {
        boolean ours = fault.getClass().getName().startsWith("org.vaxroute.");
        String message = fault.getMessage();
        if (fault instanceof UncheckedIOException && !message.equals(String.valueOf(fault.getCause()))) {
            return message + " (" + fault.getCause() + ")";
        }
        return message != null && (ours || fault instanceof IllegalArgumentException) ? message : fault.toString();
    }

    Path home() {
        return house.home(homeFolder);
    }

    Door door() {
        Path home = home();
        Path run = house.runFolder(home);
        return server(run).<Door>map(door -> door).orElseGet(() -> new LocalDoor(house.open(home)));
    }

    /** The running server's door; one that is just starting is waited for, since it has the ledger already. */
    Optional<ServerDoor> server(Path run) {
        TokenFile token = new TokenFile(run);
        OptionalLong starting = starting(run);
        Optional<ServerDoor> door = ServerDoor.find(token);
        if (door.isEmpty() && starting.isPresent()) {
            err().println("The server of this home is starting; waiting for it.");
            err().flush();
        }
        long until = System.nanoTime() + START_PATIENCE.toNanos();
        while (door.isEmpty() && starting.isPresent()) {
            if (System.nanoTime() > until) {
                throw new CommandFailed(
                        "The server of this home (process " + starting.getAsLong()
                                + ") has been starting for a while and has the ledger. Look at its log, and repeat the command when it runs.");
            }
            LockSupport.parkNanos(START_LOOK.toNanos());
            starting = starting(run);
            door = ServerDoor.find(token);
        }
        return door;
    }

    private static OptionalLong starting(Path run) {
        try {
            return StartSign.standing(run);
        } catch (IOException e) {
            throw new CommandFailed(
                    "A server seems to be starting, but " + run + " cannot be read (" + e.getMessage()
                            + "). Run this command as the account that runs the server.",
                    e);
        }
    }

    /** The connections in use, for a command that shows something of each. */
    List<String> connections(Door door) {
        List<String> connections = door.names("Connection");
        if (connections.isEmpty()) {
            out().println(
                            "No connection of this home is in use: set enabled = true in its settings, or name another home.");
        }
        return connections;
    }

    /** Does an operation of the one bean of a type, and prints what it says; gives the exit code. */
    int tell(String type, String operation, Object... arguments) {
        try (Door door = door()) {
            out().println(door.call(type, ALL, operation, arguments));
            out().flush();
            return ExitCodes.OK;
        }
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** The version of this build. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {
                "VaxRoute " + (version == null ? "(built from sources)" : version),
                "Java " + System.getProperty("java.version")
            };
        }
    }
}
