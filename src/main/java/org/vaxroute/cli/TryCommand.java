package org.vaxroute.cli;

import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.intake.Check;
import org.vaxroute.intake.DryRun;
import org.vaxroute.intake.IntakeSettings;
import org.vaxroute.intake.Sites;
import org.vaxroute.intake.Transform;
import org.vaxroute.intake.Tried;
import org.vaxroute.ledger.Feed;
import org.vaxroute.operate.access.OwnerOnly;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Rule;
import org.vaxroute.rules.RuleSet;
import org.vaxroute.rules.Severity;
import org.vaxroute.rules.Transforms;
import org.vaxroute.rules.Verdict;
import org.vaxroute.vxu.Referee;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "try",
        mixinStandardHelpOptions = true,
        description = {
            "Shows what would happen to messages: verdicts, findings with remedies, and what transforms change.",
            "Touches neither the ledger nor any server, and needs none.",
            "",
            "Exit codes: 0 all deliverable; 1 something held; 2 something is not readable as HL7."
        })
final class TryCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Spec
    CommandSpec spec;

    @Option(
            names = "--registry",
            paramLabel = "ID",
            description = "Judge by this profile of config/registries, such as national (default: the connection's).")
    String registry;

    @Option(
            names = "--connection",
            paramLabel = "ID",
            description = "Judge as this connection (default: the only one, else main).")
    String connection;

    @Option(
            names = "--source",
            paramLabel = "ID",
            defaultValue = "",
            description = "Transform as this source of the connection.")
    String source;

    @Option(
            names = "--feed",
            paramLabel = "FEED",
            defaultValue = "ongoing",
            description = "Judge as this feed: test, historical or ongoing (default: ${DEFAULT-VALUE}).")
    Feed feed;

    @Option(names = "--json", description = "Write one JSON object a line, for other programs.")
    boolean json;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a report that a vendor can be sent as well.")
    Path html;

    @Option(
            names = "--with-phi",
            description =
                    "Put names, numbers and texts of patients into the HTML report, which only you can read then.")
    boolean withPhi;

    @Option(names = "--show", description = "Show the outgoing text as well; it holds patient data.")
    boolean show;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "HL7 files; - is standard input.")
    List<String> files;

    @Override
    public Integer call() {
        if (json && show) {
            throw new ParameterException(
                    spec.commandLine(), "--show belongs to the text for people; take it or --json out.");
        }
        if (withPhi && html == null) {
            throw new ParameterException(
                    spec.commandLine(), "--with-phi belongs to the report; name its file with --html, or take it out.");
        }
        if (html != null && files.stream().anyMatch(this::isReport)) {
            throw new ParameterException(
                    spec.commandLine(), "The report would overwrite " + html + "; name another file.");
        }
        Path home = main.home();
        RegistryProfiles profiles = RegistryProfiles.find();
        RegistryProfiles.Profile profile = profiles.profile(home, registry, connection);
        CodeTables codes = profiles.codes(home);
        RuleSet rules = RuleSet.load(profile.rules(), codes);
        Map<String, Sites> sites = Map.of(profile.connection(), profile.sites());
        TryTally tally = new TryTally();
        try (Referee referee = new Referee()) {
            DryRun run = new DryRun(
                    new Transform(
                            Map.of(profile.connection(), Transforms.load(profile.transforms(), codes, profile.zone())),
                            sites),
                    new Check(
                            Map.of(profile.connection(), rules),
                            sites,
                            referee,
                            IntakeSettings.of(home),
                            Map.of(profile.connection(), profile.zone()),
                            main.clock),
                    profile.limits(),
                    profile.connection(),
                    source,
                    feed);
            tell(run, reports(profile, rules, new VaccineCodes(codes), tally));
        }
        return tally.exitCode();
    }

    private boolean isReport(String file) {
        try {
            return file.equals(html.toString())
                    || !file.equals("-") && Files.exists(html) && Files.isSameFile(html, Path.of(file));
        } catch (IOException | InvalidPathException notThere) {
            // It is told of among the files.
            return false;
        }
    }

    private List<TryReport> reports(
            RegistryProfiles.Profile profile, RuleSet rules, VaccineCodes vaccines, TryTally tally) {
        Function<Finding, String> guide =
                finding -> rules.rule(finding.rule()).map(Rule::guide).orElse("");
        List<TryReport> reports = new ArrayList<>();
        reports.add(tally);
        LocalDate today = LocalDate.now(main.clock.withZone(profile.zone()));
        if (json) {
            reports.add(new TryJson(main.out(), vaccines));
        } else {
            main.out()
                    .println("Judged by the rules of " + profile.registry() + " as of " + today
                            + ", as the " + TryWords.word(feed) + " feed of connection " + profile.connection()
                            + ". Nothing is stored or sent.");
            reports.add(new TryText(main.out(), show, guide, vaccines, tally));
        }
        if (html != null) {
            reports.add(new TryPage(page(), profile.registry(), today, withPhi, guide, vaccines, tally));
        }
        return reports;
    }

    private BufferedWriter page() {
        try {
            if (withPhi && (Files.isRegularFile(html) || Files.notExists(html))) {
                Files.deleteIfExists(html);
                OwnerOnly.create(html);
            }
            return Files.newBufferedWriter(html);
        } catch (IOException e) {
            throw new CommandFailed("The report cannot be written to " + html + ": " + why(e) + ".", e);
        }
    }

    private void tell(DryRun run, List<TryReport> reports) {
        for (String file : files) {
            try {
                run.of(text(file), tried -> reports.forEach(report -> report.tried(file, tried)));
            } catch (IOException | UncheckedIOException | InvalidPathException e) {
                Tried nothing = DryRun.notAMessage(
                        Verdict.UNREADABLE,
                        new Finding(
                                DryRun.FILE + "NOT-READ",
                                Severity.ERROR,
                                Effect.MESSAGE,
                                "",
                                "The file cannot be read: " + why(e) + ".",
                                "Check its name, and that you may read it."));
                reports.forEach(report -> report.tried(file, nothing));
            }
        }
        reports.forEach(TryReport::end);
    }

    private static DryRun.Text text(String file) throws IOException {
        if (file.equals("-")) {
            byte[] typed = System.in.readAllBytes();
            return () -> new ByteArrayInputStream(typed);
        }
        Path path = Path.of(file);
        if (Files.isDirectory(path)) {
            throw new IOException("it is a folder");
        }
        if (file.toLowerCase(Locale.ROOT).endsWith(".csv")) {
            throw new IOException(
                    "rows of a CSV file are judged where they are taken, in the drop folder of a file source with"
                            + " ehr set (docs/ehr-mapping.md)");
        }
        return () -> Files.newInputStream(path);
    }

    private static String why(Exception fault) {
        Throwable cause = fault instanceof UncheckedIOException ? fault.getCause() : fault;
        if (cause instanceof NoSuchFileException) {
            return "there is no such file or folder";
        }
        return cause instanceof IOException && cause.getClass() == IOException.class
                ? cause.getMessage()
                : cause.getClass().getSimpleName().replaceAll("Exception$", "").replaceAll("(?<=[a-z])(?=[A-Z])", " ");
    }
}
