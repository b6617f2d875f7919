package org.vaxroute.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.vaxroute.intake.Tried;
import org.vaxroute.rules.Change;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Verdict;

/** Tells of a trial in plain words for the terminal. Names no patient, unless the outgoing text is asked for. */
final class TryText implements TryReport {
    private static final int WIDTH = 100;

    private final PrintWriter out;
    private final boolean showText;
    private final Function<Finding, String> guide;
    private final VaccineCodes vaccines;
    private final TryTally tally;
    private String file;

    /**
     * @param guide where the demand behind a finding comes from; empty when no rule says
     * @param tally counts what is told here as well
     */
    TryText(PrintWriter out, boolean showText, Function<Finding, String> guide, VaccineCodes vaccines, TryTally tally) {
        this.out = out;
        this.showText = showText;
        this.guide = guide;
        this.vaccines = vaccines;
        this.tally = tally;
    }

    @Override
    public void tried(String name, Tried tried) {
        if (!name.equals(file)) {
            file = name;
            out.println();
            out.println(plain(name.equals("-") ? "standard input" : name));
        }
        Verdict verdict = tried.judgement().verdict();
        if (tried.message()) {
            String id = tried.controlId().isEmpty() ? "no control id" : "control id " + plain(tried.controlId());
            out.println("  message " + tried.index() + ", " + id + ": " + loud(verdict));
            doses(tried);
        } else {
            out.println("  " + (verdict == Verdict.UNREADABLE ? "no message" : "the file") + ": " + loud(verdict));
        }
        tried.judgement().findings().forEach(this::finding);
        changes(tried.changes());
        if (showText && tried.message()) {
            out.println("    outgoing text:");
            for (String segment : tried.outgoing().text().split("\r")) {
                out.println("      " + plain(segment));
            }
        }
    }

    private void doses(Tried tried) {
        List<String> doses = new ArrayList<>();
        for (int i = 0; i < tried.judgement().doses().size(); i++) {
            String cvx = vaccines.cvx(tried.outgoing(), i + 1);
            doses.add("dose " + (i + 1) + " (" + (cvx == null ? "no CVX" : "CVX " + plain(cvx)) + ") "
                    + TryWords.word(tried.judgement().doses().get(i)));
        }
        wrapped(doses.isEmpty() ? "no dose" : String.join(", ", doses), "    ");
    }

    private void finding(Finding finding) {
        String where = finding.location().isEmpty() ? "" : finding.location() + ": ";
        wrapped(TryWords.word(finding.severity()) + ": " + where + finding.reason(), "    ");
        wrapped(finding.remedy(), "        ");
        List<String> more = new ArrayList<>();
        more.add(finding.rule());
        if (!guide.apply(finding).isEmpty()) {
            more.add(guide.apply(finding));
        }
        if (!TryWords.holds(finding).isEmpty()) {
            more.add(TryWords.holds(finding));
        }
        wrapped("[" + String.join("; ", more) + "]", "        ");
    }

    private void changes(List<Change> changes) {
        if (!changes.isEmpty()) {
            wrapped("changed: " + String.join("; ", TryWords.changes(changes)), "    ");
        }
    }

    private void wrapped(String text, String indent) {
        StringBuilder line = new StringBuilder(indent);
        for (String word : text.split(" ")) {
            if (line.length() + word.length() > WIDTH && line.length() > indent.length()) {
                out.println(line.toString().stripTrailing());
                line = new StringBuilder(indent).append("  ");
            }
            line.append(word).append(' ');
        }
        out.println(line.toString().stripTrailing());
    }

    private static String loud(Verdict verdict) {
        return verdict == Verdict.DELIVERABLE || verdict == Verdict.WARNED ? TryWords.word(verdict) : verdict.name();
    }

    /** What a message brings must not steer the terminal. */
    private static String plain(String text) {
        return text.replaceAll("\\p{Cc}", "?");
    }

    @Override
    public void end() {
        out.println();
        out.println(tally.inWords());
        out.flush();
    }
}
