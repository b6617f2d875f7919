package org.vaxroute.cli;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.vaxroute.intake.Tried;
import org.vaxroute.rules.Verdict;

/** Counts the verdicts of a trial over all its files. */
final class TryTally implements TryReport {
    private final Map<Verdict, Integer> messages = new EnumMap<>(Verdict.class);
    private final Map<Verdict, Integer> doses = new EnumMap<>(Verdict.class);
    private int fileFindings;
    private boolean held;
    private boolean unreadable;

    @Override
    public void tried(String file, Tried tried) {
        Verdict verdict = tried.judgement().verdict();
        unreadable |= verdict == Verdict.UNREADABLE;
        held |= tried.held();
        if (tried.message()) {
            messages.merge(verdict, 1, Integer::sum);
            tried.judgement().doses().forEach(dose -> doses.merge(dose, 1, Integer::sum));
        } else {
            fileFindings++;
        }
    }

    @Override
    public void end() {
        // Counts need no last word.
    }

    int messages() {
        return sum(messages);
    }

    int messages(Verdict verdict) {
        return messages.getOrDefault(verdict, 0);
    }

    int doses() {
        return sum(doses);
    }

    int doses(Verdict verdict) {
        return doses.getOrDefault(verdict, 0);
    }

    int fileFindings() {
        return fileFindings;
    }

    /** 0 when all may go, 1 when something is held, 2 when something cannot be read as HL7. */
    int exitCode() {
        return unreadable ? 2 : held ? 1 : 0;
    }

    /** The counts as a sentence each for messages and doses. */
    String inWords() {
        String text = TryWords.count(messages(), "message") + parts(messages, messages()) + "; "
                + TryWords.count(doses(), "dose") + parts(doses, doses()) + ".";
        return fileFindings == 0
                ? text
                : text + " " + TryWords.count(fileFindings, "finding") + " on files or on text that is no message.";
    }

    private static String parts(Map<Verdict, Integer> counts, int all) {
        if (all == 0) {
            return "";
        }
        List<String> parts = new ArrayList<>();
        counts.forEach((verdict, count) -> parts.add(count + " " + TryWords.word(verdict)));
        return ": " + String.join(", ", parts);
    }

    private static int sum(Map<Verdict, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
}
