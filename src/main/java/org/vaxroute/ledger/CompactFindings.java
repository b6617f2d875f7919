package org.vaxroute.ledger;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.vaxroute.rules.Change;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Severity;

/**
 * Findings and changes as bytes: a line each, {@code <severity><effect>rule TAB location}. Never what a field contains. What goes beyond
 * {@value #MOST} bytes is left out and said so.
 */
final class CompactFindings {
    private static final int MOST = 60_000;
    private static final String CUT = "MORE-FINDINGS";

    private CompactFindings() {}

    /** Null when there are none. */
    static byte[] write(List<Finding> findings) {
        if (findings.isEmpty()) {
            return null;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(findings.size() * 32);
        for (Finding finding : findings) {
            if (out.size() > MOST) {
                line(out, code(Severity.INFORMATION, Effect.MESSAGE), CUT, "");
                break;
            }
            line(out, code(finding.severity(), finding.effect()), finding.rule(), finding.location());
        }
        return out.toByteArray();
    }

    static List<StoredFinding> read(byte[] bytes) {
        List<StoredFinding> findings = new ArrayList<>();
        for (String line : lines(bytes)) {
            int tab = line.indexOf('\t');
            int code = line.charAt(0) - '0';
            findings.add(new StoredFinding(
                    line.substring(1, tab),
                    Severity.values()[code / Effect.values().length],
                    Effect.values()[code % Effect.values().length],
                    line.substring(tab + 1)));
        }
        return findings;
    }

    /** Null when there are none. */
    static byte[] writeChanges(List<Change> changes) {
        if (changes.isEmpty()) {
            return null;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(changes.size() * 32);
        for (Change change : changes) {
            if (out.size() > MOST) {
                line(out, "", "more-changes", "");
                break;
            }
            line(out, "", change.operation(), change.location());
        }
        return out.toByteArray();
    }

    static List<Change> readChanges(byte[] bytes) {
        List<Change> changes = new ArrayList<>();
        for (String line : lines(bytes)) {
            int tab = line.indexOf('\t');
            changes.add(new Change(line.substring(0, tab), line.substring(tab + 1)));
        }
        return changes;
    }

    private static String code(Severity severity, Effect effect) {
        return String.valueOf((char) ('0' + severity.ordinal() * Effect.values().length + effect.ordinal()));
    }

    private static void line(ByteArrayOutputStream out, String code, String name, String location) {
        out.writeBytes((code + name + '\t' + location + '\n').getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> lines(byte[] bytes) {
        return bytes == null || bytes.length == 0
                ? List.of()
                : List.of(new String(bytes, StandardCharsets.UTF_8).split("\n"));
    }
}
