package org.vaxroute.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.vaxroute.hl7.Message;
import org.vaxroute.intake.Tried;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Verdict;

/**
 * A report on a trial as one self-contained page: what to mend, most serious first, then message by message. Without
 * patient data it names messages by file name, number and control id only, so that a vendor can be sent it.
 */
final class TryPage implements TryReport {
    /** Messages that are told one by one; a page of more is no use to anybody. */
    private static final int MOST_MESSAGES = 500;

    private static final int MOST_EXAMPLES = 5;

    /** All findings of one rule. */
    private static final class Group {
        final Finding first;
        final Set<String> places = new LinkedHashSet<>();
        final Set<String> examples = new LinkedHashSet<>();
        int findings;
        int messages;

        Group(Finding first) {
            this.first = first;
        }
    }

    private final BufferedWriter page;
    private final String registry;
    private final LocalDate today;
    private final boolean withPhi;
    private final Function<Finding, String> guide;
    private final VaccineCodes vaccines;
    private final TryTally tally;
    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Set<String> files = new LinkedHashSet<>();
    private final List<String> cards = new ArrayList<>();
    private int withoutFinding;
    private int notTold;

    /**
     * @param page closed at the end
     * @param registry id of the profile by which is judged
     * @param today the day as of which is judged
     * @param guide where the demand behind a finding comes from; empty when no rule says
     * @param tally counts what is told here as well
     */
    TryPage(
            BufferedWriter page,
            String registry,
            LocalDate today,
            boolean withPhi,
            Function<Finding, String> guide,
            VaccineCodes vaccines,
            TryTally tally) {
        this.page = page;
        this.registry = registry;
        this.today = today;
        this.withPhi = withPhi;
        this.guide = guide;
        this.vaccines = vaccines;
        this.tally = tally;
    }

    @Override
    public void tried(String name, Tried tried) {
        String file = nameOnly(name);
        files.add(file);
        Set<String> seen = new LinkedHashSet<>();
        for (Finding finding : tried.judgement().findings()) {
            Group group = groups.computeIfAbsent(
                    finding.rule() + ' ' + finding.severity() + ' ' + finding.reason(), key -> new Group(finding));
            group.findings++;
            group.places.add(TryWords.kindOf(finding.location().replaceFirst("^(byte|message|segment) .*", "")));
            if (group.examples.size() < MOST_EXAMPLES) {
                group.examples.add(tried.message() ? file + " message " + tried.index() : file);
            }
            if (seen.add(finding.rule())) {
                group.messages++;
            }
        }
        if (tried.judgement().findings().isEmpty() && !withPhi) {
            withoutFinding++;
        } else if (cards.size() < MOST_MESSAGES) {
            cards.add(card(file, tried));
        } else {
            notTold++;
        }
    }

    private String card(String file, Tried tried) {
        StringBuilder text = new StringBuilder("<section class=\"card\"><div class=\"head\">");
        String what = tried.message() ? "Message " + tried.index() : "The file as a whole";
        text.append("<h3>")
                .append(what)
                .append("</h3>")
                .append(tag(tried.judgement().verdict()));
        text.append("<span class=\"soft\">").append(escaped(file));
        if (tried.message()) {
            String id = tried.controlId();
            text.append(id.isEmpty() ? ", no control id" : ", control id <code>" + escaped(id) + "</code>");
        }
        text.append("</span></div>");
        if (tried.message()) {
            text.append(doses(tried));
        }
        if (withPhi && tried.message()) {
            text.append(patient(tried.outgoing()));
        }
        tried.judgement().findings().forEach(finding -> text.append(finding(finding)));
        if (!tried.changes().isEmpty()) {
            text.append("<p class=\"changes small soft\">Changed by transforms before judging: ")
                    .append(escaped(String.join("; ", TryWords.changes(tried.changes()))))
                    .append("</p>");
        }
        if (withPhi && tried.message()) {
            text.append("<pre>")
                    .append(escaped(tried.outgoing().text().strip().replace('\r', '\n')))
                    .append("</pre>");
        }
        return text.append("</section>\n").toString();
    }

    private String doses(Tried tried) {
        StringBuilder text = new StringBuilder("<p class=\"doses small\">");
        List<Verdict> doses = tried.judgement().doses();
        for (int i = 0; i < doses.size(); i++) {
            String cvx = vaccines.cvx(tried.outgoing(), i + 1);
            text.append("<span>Dose ").append(i + 1).append(cvx == null ? ", no CVX " : ", CVX " + escaped(cvx) + " ");
            text.append(tag(doses.get(i))).append("</span>");
        }
        return text.append(doses.isEmpty() ? "No dose</p>" : "</p>").toString();
    }

    private static String patient(Message message) {
        return "<dl class=\"patient small\"><dt>Patient</dt><dd>"
                + escaped((message.get("PID-5.2") + " " + message.get("PID-5.1")).strip()) + "</dd><dt>Born</dt><dd>"
                + escaped(message.get("PID-7")) + "</dd><dt>Patient id</dt><dd>" + escaped(message.get("PID-3.1"))
                + "</dd></dl>";
    }

    private String finding(Finding finding) {
        StringBuilder text = new StringBuilder("<div class=\"finding\"><div>")
                .append(tag(finding.severity()))
                .append("</div><div><p>");
        if (!finding.location().isEmpty()) {
            text.append("<code>").append(escaped(finding.location())).append("</code> ");
        }
        text.append(escaped(finding.reason())).append("</p>").append(rest(finding));
        return text.append("</div></div>").toString();
    }

    private String rest(Finding finding) {
        String holds = TryWords.holds(finding);
        String from = guide.apply(finding);
        return (finding.remedy().isEmpty() ? "" : "<p class=\"remedy\">" + escaped(finding.remedy()) + "</p>")
                + "<p class=\"small soft\">Rule <code>" + escaped(finding.rule()) + "</code>"
                + (from.isEmpty() ? "" : " · " + escaped(from))
                + (holds.isEmpty() ? "" : " · " + holds) + "</p>";
    }

    @Override
    public void end() {
        try (page) {
            head();
            figures();
            toMend();
            each();
            page.write("<footer class=\"small soft\">Made by <code>vaxroute try</code>. Locations are written"
                    + " segment-field[repetition].component, inside a dose ORDER[n]/; messages and doses count from 1."
                    + "</footer></main></body></html>\n");
        } catch (IOException e) {
            throw new UncheckedIOException("the report could not be written", e);
        }
    }

    private void head() throws IOException {
        page.write("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
                + "<title>Check of immunization messages</title><style>\n" + css()
                + "</style></head><body><main>\n");
        page.write("<h1>Check of immunization messages</h1><p class=\"soft\">Judged by the rules of <b>"
                + escaped(registry) + "</b> as of " + today + ". "
                + escaped(files.size() == 1 ? "File: " : TryWords.count(files.size(), "file") + ": ")
                + files.stream()
                        .limit(12)
                        .map(file -> "<code>" + escaped(file) + "</code>")
                        .collect(Collectors.joining(", "))
                + (files.size() > 12 ? " and " + (files.size() - 12) + " more" : "") + ".</p>");
        page.write(
                withPhi
                        ? "<p class=\"notice phi\">This report holds patient data. Handle it as you handle the chart.</p>"
                        : "<p class=\"notice\">This report holds no patient data: messages are named by file, number in"
                                + " the file and control id.</p>");
    }

    private void figures() throws IOException {
        page.write("<ul class=\"figures\">");
        figure("", tally.messages(), tally.messages() == 1 ? "message" : "messages");
        figure("deliverable", tally.messages(Verdict.DELIVERABLE), "deliverable");
        figure("warned", tally.messages(Verdict.WARNED), "deliverable with warnings");
        figure("held", tally.messages(Verdict.HELD), "held");
        figure("held", tally.doses(Verdict.HELD), "of " + TryWords.count(tally.doses(), "dose") + " held");
        if (tally.fileFindings() > 0) {
            figure("unreadable", tally.fileFindings(), "on files or unreadable text");
        }
        page.write("</ul>\n");
    }

    private void figure(String kind, int number, String words) throws IOException {
        page.write("<li class=\"" + (number == 0 ? "" : kind) + "\"><b>" + number + "</b>" + words + "</li>");
    }

    private void toMend() throws IOException {
        page.write("<h2>What to mend</h2>\n");
        if (groups.isEmpty()) {
            page.write("<p>Nothing: no rule found anything.</p>\n");
            return;
        }
        List<Group> sorted = groups.values().stream()
                .sorted(Comparator.comparing((Group group) -> group.first.severity())
                        .thenComparing(group -> -group.messages))
                .toList();
        page.write("<section class=\"card\">");
        for (Group group : sorted) {
            String places = group.places.stream()
                    .filter(place -> !place.isEmpty())
                    .map(place -> "<code>" + escaped(place) + "</code> ")
                    .collect(Collectors.joining());
            String more = group.messages > group.examples.size() ? ", ..." : "";
            page.write("<div class=\"finding\"><div>" + tag(group.first.severity()) + "</div><div><p>" + places
                    + escaped(group.first.reason()) + "</p>" + rest(group.first) + "<p class=\"small soft\">"
                    + (group.findings == group.messages ? "" : TryWords.count(group.findings, "time") + ", ")
                    + "in " + (group.messages == 1 ? "" : group.messages + " messages: ")
                    + escaped(String.join(", ", group.examples)) + more + "</p></div></div>\n");
        }
        page.write("</section>\n");
    }

    private void each() throws IOException {
        page.write("<h2>Message by message</h2>\n");
        for (String card : cards) {
            page.write(card);
        }
        if (withoutFinding > 0) {
            page.write("<p class=\"soft\">" + TryWords.count(withoutFinding, "message")
                    + " without any finding, not listed here.</p>\n");
        }
        if (notTold > 0) {
            page.write("<p class=\"soft\">" + TryWords.count(notTold, "further message")
                    + " with findings: counted above, not listed here.</p>\n");
        }
    }

    private static String tag(Enum<?> value) {
        String word = TryWords.word(value);
        return "<span class=\"tag " + word + "\">" + word + "</span>";
    }

    private static String nameOnly(String file) {
        String slashed = file.replace('\\', '/');
        return file.equals("-") ? "standard input" : slashed.substring(slashed.lastIndexOf('/') + 1);
    }

    private static String css() throws IOException {
        try (InputStream in = TryPage.class.getResourceAsStream("try.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String escaped(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '&' -> safe.append("&amp;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.append(c < ' ' && c != '\n' ? '\uFFFD' : c);
            }
        }
        return safe.toString();
    }
}
