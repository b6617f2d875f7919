package org.vaxroute.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "practice",
        mixinStandardHelpOptions = true,
        description = {
            "Plays the whole life with a registry on this machine, on a fast clock.",
            "Test files, review, the first production file, the historical load, a month of daily feeds, errors found and mended. EHR"
                    + " and registry are made up and built in; nothing reaches any other machine. It keeps its own home under"
                    + " work/practice. Killed and started again, it goes on where it was."
        })
final class PracticeCommand implements Callable<Integer> {
    private static final int MOST_DAYS = 365;
    private static final int PATIENTS_OF_STORY = 2000;
    private static final int PATIENTS_OF_SHORT = 1000;
    private static final int PATIENTS_BY_HAND = 300;

    /** With fewer, one patient would come to two mishaps at a time. */
    private static final int FEWEST_OF_STORY = 200;

    @Spec
    CommandSpec spec;

    @ParentCommand
    Main main;

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "30",
            description = "Days of daily feeds after going live (default: ${DEFAULT-VALUE}).")
    int days;

    @Option(
            names = "--short",
            description = "Leave the process out: read everything once, send it, be answered. The same as --days 0.")
    boolean brief;

    @Option(
            names = "--by-hand",
            description =
                    "Play nothing: registry, clinic and server run until Ctrl-C, and every step is yours to type, as in"
                            + " \"vaxroute gate test practice --home work/practice\". The registry answers and writes its mails.")
    boolean byHand;

    @Option(
            names = "--patients",
            paramLabel = "N",
            description = "Patients in the made-up EHR (default: 2000, with --short 1000, with --by-hand 300).")
    Integer patients;

    @Option(
            names = "--registry",
            paramLabel = "KEY=VALUE",
            description =
                    "How the practice registry conducts itself: answers=ack,dqa,wir, odd=all|none|NAME,..., answer-after=PT4H,"
                            + " loses-one-in=N, refuses-one-in=N, seed=N. May be repeated.")
    Map<String, String> registry = new LinkedHashMap<>();

    @Option(names = "--ftps", description = "Deliver by implicit FTPS instead of SFTP.")
    boolean ftps;

    @Option(names = "--fresh", description = "Forget the last rehearsal and start anew.")
    boolean fresh;

    @Option(
            names = "--exit",
            description = "End after the summary; exit code 0 only if the audit balances and the story came true.")
    boolean exit;

    @Override
    public Integer call() throws Exception {
        boolean ends = exit || Boolean.getBoolean("vaxroute.practice.exit");
        if (byHand && (brief || ends)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--by-hand goes with neither --short nor --exit: it ends when you end it.");
        }
        int told = brief ? 0 : days;
        if (told < 0 || told > MOST_DAYS) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--days is 0 to " + MOST_DAYS + "; " + days + " is not.");
        }
        int all = patients != null
                ? patients
                : byHand ? PATIENTS_BY_HAND : told == 0 ? PATIENTS_OF_SHORT : PATIENTS_OF_STORY;
        if (all < 1 || told > 0 && all < FEWEST_OF_STORY) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--patients is at least " + (told > 0 ? FEWEST_OF_STORY : 1) + ".");
        }
        return main.house.practice(
                main.home(), new House.Practice(told, byHand, all, registry, ftps, fresh, ends, System.out));
    }
}
