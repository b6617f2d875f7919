package org.vaxroute.intake;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Severity;
import org.vaxroute.rules.Verdict;

/** What became of each message, for people to read: places, verdicts and rule ids, never what a field contains. */
final class Fates {
    private record Fate(String file, int number, String verdict, String doses, String errors, String warnings) {}

    private final String title;
    private final Map<Object, Fate> fates = new LinkedHashMap<>();

    Fates(String title) {
        this.title = title;
    }

    /** Notes a chunk on its way into the ledger. */
    synchronized void of(Chunk chunk) {
        String file = chunk.move() instanceof PositionMove.InFile in ? "#" + in.sourceFileId() : chunk.source();
        for (TakenRecord record : chunk.records()) {
            add(file, record.ordinal(), record);
        }
    }

    /** Notes one record under a name and number of the test's own. */
    synchronized void add(String file, int number, TakenRecord record) {
        List<Verdict> doses = record.judgement().doses();
        fates.put(
                record.ref(),
                new Fate(
                        file,
                        number,
                        record.judgement().verdict().name().toLowerCase(java.util.Locale.ROOT),
                        doses.stream().filter(v -> v == Verdict.HELD).count() + "/" + doses.size(),
                        rules(record, Severity.ERROR),
                        rules(record, Severity.WARNING)));
    }

    /** Notes a message or file that never became a record. */
    synchronized void refused(String file, int number, String why) {
        fates.put(file + number, new Fate(file, number, "refused", "", why, ""));
    }

    private static String rules(TakenRecord record, Severity severity) {
        return record.judgement().findings().stream()
                .filter(f -> f.severity() == severity)
                .map(Finding::rule)
                .distinct()
                .sorted()
                .collect(Collectors.joining(" "));
    }

    synchronized int size() {
        return fates.size();
    }

    /** How many ended with this verdict. */
    synchronized long count(Verdict verdict) {
        return fates.values().stream()
                .filter(f -> f.verdict.equalsIgnoreCase(verdict.name()))
                .count();
    }

    /** A line for each message. */
    synchronized void print(Map<String, String> names) {
        List<String> lines = new ArrayList<>();
        lines.add(title);
        for (Fate fate : fates.values()) {
            lines.add(names.getOrDefault(fate.file, fate.file) + ", message " + fate.number + ": " + fate.verdict
                    + (fate.doses.isEmpty() ? "" : ", doses held " + fate.doses));
            lines.add("    errors: " + fate.errors);
            lines.add("    warnings: " + fate.warnings);
        }
        System.out.println(String.join(System.lineSeparator(), lines));
    }

    /** A line for each verdict and set of errors, with how many messages ended so. */
    synchronized void printSummary() {
        Map<String, Long> counts = fates.values().stream()
                .collect(Collectors.groupingBy(
                        f -> "%-12s errors: %s / warnings: %s".formatted(f.verdict, f.errors, f.warnings),
                        TreeMap::new,
                        Collectors.counting()));
        System.out.println(title + ", " + fates.size() + " messages");
        counts.forEach((fate, count) -> System.out.printf("%6d %s%n", count, fate));
    }
}
