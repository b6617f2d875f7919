package org.vaxroute.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.vaxroute.intake.DryRun;
import org.vaxroute.rules.Change;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Severity;

/** How the reports of a trial call things. */
final class TryWords {
    /** Places of one operation that are named one by one. */
    private static final int FEW = 3;

    private TryWords() {}

    /** A verdict, severity or effect in small letters. */
    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /**
     * What transforms changed, an operation at a time: the places of one that changed a few, else the kinds of place and
     * how many.
     */
    static List<String> changes(List<Change> changes) {
        Map<String, List<String>> places = new LinkedHashMap<>();
        for (Change change : changes) {
            places.computeIfAbsent(change.operation(), operation -> new ArrayList<>())
                    .addAll(List.of(change.location().split(" ")));
        }
        List<String> words = new ArrayList<>();
        places.forEach((operation, all) -> {
            if (all.size() <= FEW) {
                words.add(String.join(", ", new LinkedHashSet<>(all)) + " (" + operation + ")");
            } else {
                Set<String> kinds = new LinkedHashSet<>();
                all.forEach(place -> kinds.add(kindOf(place)));
                words.add(String.join(", ", kinds) + " (" + operation + ", " + all.size() + " places)");
            }
        });
        return words;
    }

    /** A location without the numbers of dose, segment and repetition. */
    static String kindOf(String location) {
        return location.replaceFirst("^ORDER\\[[0-9]+]/", "").replaceAll("\\[[0-9]+]", "");
    }

    /** What the finding keeps back, in words; empty when nothing. */
    static String holds(Finding finding) {
        if (finding.severity() != Severity.ERROR) {
            return "";
        }
        if (finding.rule().startsWith(DryRun.FILE)) {
            return "nothing of the file would be taken";
        }
        boolean dose = finding.effect() == Effect.DOSE && finding.location().startsWith("ORDER[");
        return dose ? "holds the dose" : "holds the message";
    }

    static String count(long number, String one) {
        return number + " " + one + (number == 1 ? "" : "s");
    }
}
