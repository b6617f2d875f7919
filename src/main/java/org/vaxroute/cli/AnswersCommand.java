package org.vaxroute.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.vaxroute.answers.AnswerException;
import org.vaxroute.answers.AnswerExplanation;
import org.vaxroute.answers.AnswerFormats;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "answers",
        mixinStandardHelpOptions = true,
        description = "Lists the answers of registries, newest first, and settles what was not understood.")
final class AnswersCommand implements Callable<Integer> {
    private static final Listing ANSWERS = new Listing(
            "No answers.",
            "answer",
            "connection",
            "state",
            "format",
            "messages",
            "accepted",
            "warned",
            "rejected",
            "unknown",
            "unmatched",
            "fetched=fetchedAt",
            "why=failedWhy");
    private static final Listing LINES = new Listing(
            "Every line was matched.",
            "answer",
            "line",
            "connection",
            "why",
            "code",
            "outcome",
            "since",
            "days=ageDays");

    @ParentCommand
    Main main;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many at most (default: ${DEFAULT-VALUE}).")
    int limit;

    @Option(names = "--json", description = "Write JSON, for other programs.")
    boolean json;

    @Override
    public Integer call() {
        try (Door door = main.door()) {
            return ANSWERS.print(main.out(), Json.rows(door.call("Answers", Main.ALL, "list", limit)), json);
        }
    }

    @Command(
            name = "unmatched",
            mixinStandardHelpOptions = true,
            description = "Lines of answers that speak of no record, or of several, oldest first.")
    int unmatched(@Mixin ListOptions some) {
        try (Door door = main.door()) {
            return LINES.print(
                    main.out(), Json.rows(door.call("Answers", Main.ALL, "unmatched", some.limit)), some.json);
        }
    }

    @Command(
            name = "dismiss",
            mixinStandardHelpOptions = true,
            description = {
                "Puts the unmatched lines of an answer aside; they stay in the ledger.",
                "An UNREADABLE answer is put aside as a whole once you have read it yourself.",
                "Until then no silence of its connection is taken for consent."
            })
    int dismiss(
            @Parameters(paramLabel = "ANSWER", description = "Name of the answer as listed, or CONNECTION/NAME.")
                    String answer,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = "Why; name no patient.")
                    String why) {
        return main.tell("Answers", "dismiss", answer, why);
    }

    @Command(
            name = "again",
            mixinStandardHelpOptions = true,
            description =
                    "Has an answer read that was UNREADABLE or DISMISSED, as after a reader or a heading was added.")
    int again(
            @Parameters(paramLabel = "ANSWER", description = "Name of the answer as listed, or CONNECTION/NAME.")
                    String answer) {
        return main.tell("Answers", "again", answer);
    }

    @Command(
            name = "explain",
            mixinStandardHelpOptions = true,
            description = {
                "Tells what answer files say, message by message, without touching the ledger or any server.",
                "What it prints holds the registry's words, which may name a patient.",
                "",
                "Exit codes: 0 all understood; 1 a file could not be read or is in no form that is known."
            })
    int explain(
            @Option(names = "--json", description = "Write one JSON object a line, for other programs.") boolean asJson,
            @Option(
                            names = "--registry",
                            paramLabel = "ID",
                            description = "Read by this profile of config/registries (default: the connection's).")
                    String registry,
            @Option(
                            names = "--connection",
                            paramLabel = "ID",
                            description = "Read as this connection (default: the only one, else main).")
                    String connection,
            @Parameters(paramLabel = "FILE", arity = "1..*", description = "Answer files.") List<Path> files)
            throws IOException {
        AnswerExplanation explanation = new AnswerExplanation(
                AnswerFormats.load(RegistryProfiles.find().folders(main.home(), registry, connection)));
        int code = ExitCodes.OK;
        for (Path file : files) {
            String fault = explain(explanation, file, asJson);
            if (fault != null) {
                code = ExitCodes.NOT_WELL;
                main.out().flush();
                main.err().println("vaxroute: " + fault);
                if (asJson) {
                    explanation.notUnderstood(file, fault, main.out());
                }
            }
        }
        main.out().flush();
        return code;
    }

    /** Null when all went well. */
    private String explain(AnswerExplanation explanation, Path file, boolean asJson) throws IOException {
        if (Files.isDirectory(file)) {
            return file + " is a folder; name files.";
        }
        try {
            if (asJson) {
                explanation.json(file, main.out());
            } else {
                explanation.text(file, main.out());
            }
            return null;
        } catch (AnswerException e) {
            return e.getMessage();
        } catch (NoSuchFileException e) {
            return "There is no file " + file + ".";
        } catch (IOException e) {
            return file + " cannot be read: " + e + ".";
        }
    }
}
