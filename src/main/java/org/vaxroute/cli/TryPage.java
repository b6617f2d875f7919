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
import org.vaxroute.ledger.PatientNumber;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Verdict;

/**
 * A report on a trial as one self-contained page: what to mend, most serious first, then message by message. Without
 * patient data it names messages by file name, number and control id only, so that a vendor can be sent it.
 */
final class TryPage implements TryReport {
    /** Messages that are told one by one; a page of more is no use to anybody. */
    private static final int MOST_MESSAGES = 500;

    private static final int MOST_FILES = 5;
    private static final int MOST_NUMBERS = 8;

    /** One file and what is told of it. */
    private static final class Part {
        final String name;
        final int number;
        final TryTally tally = new TryTally();
        final List<String> cards = new ArrayList<>();
        int withoutFinding;
        int notTold;

        Part(String name, int number) {
            this.name = name;
            this.number = number;
        }

        String anchor(int message) {
            return "f" + number + "-m" + message;
        }
    }

    /** The messages of a file in which a rule found something. */
    private static final class Places {
        final List<String> first = new ArrayList<>();
        int messages;
    }

    /** All findings of one rule. */
    private static final class Group {
        final Finding first;
        final Set<String> places = new LinkedHashSet<>();
        final Map<Part, Places> in = new LinkedHashMap<>();
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
    private final Map<String, Part> parts = new LinkedHashMap<>();
    private int told;

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
        Part part = parts.computeIfAbsent(name, key -> new Part(key, parts.size() + 1));
        part.tally.tried(name, tried);
        boolean clean = tried.judgement().findings().isEmpty() && !withPhi;
        boolean card = !clean && told < MOST_MESSAGES;
        Set<Group> seen = new LinkedHashSet<>();
        for (Finding finding : tried.judgement().findings()) {
            Group group = groups.computeIfAbsent(
                    finding.rule() + ' ' + finding.severity() + ' ' + finding.reason(), key -> new Group(finding));
            group.findings++;
            group.places.add(TryWords.kindOf(finding.location().replaceFirst("^(byte|message|segment) .*", "")));
            if (seen.add(group)) {
                group.messages++;
                Places places = group.in.computeIfAbsent(part, key -> new Places());
                places.messages++;
                if (tried.message() && places.first.size() < MOST_NUMBERS) {
                    String number = Integer.toString(tried.index());
                    places.first.add(
                            card ? "<a href=\"#" + part.anchor(tried.index()) + "\">" + number + "</a>" : number);
                }
            }
        }
        if (clean) {
            part.withoutFinding++;
        } else if (card) {
            part.cards.add(card(part, tried));
            told++;
        } else {
            part.notTold++;
        }
    }

    private String card(Part part, Tried tried) {
        StringBuilder text = new StringBuilder("<section class=\"card\"");
        if (tried.message()) {
            text.append(" id=\"").append(part.anchor(tried.index())).append('"');
        }
        text.append("><div class=\"head\"><h4>")
                .append(tried.message() ? "Message " + tried.index() : "The file as a whole")
                .append("</h4>")
                .append(tag(tried.judgement().verdict()));
        if (tried.message()) {
            String id = tried.controlId();
            text.append("<span class=\"soft\">")
                    .append(id.isEmpty() ? "no control id" : "control id <code>" + escaped(id) + "</code>")
                    .append("</span>");
        }
        text.append("</div>");
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
                + escaped(message.get("PID-7")) + "</dd><dt>Patient id</dt><dd>"
                + escaped(PatientNumber.of(message).id())
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
            files();
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
                + escaped(registry) + "</b> as of " + today + ", "
                + (parts.size() == 1
                        ? "file " + parts.values().stream().map(this::called).collect(Collectors.joining())
                        : TryWords.count(parts.size(), "file"))
                + ".</p>");
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

    /** How the files compare, where there are several. */
    private void files() throws IOException {
        if (parts.size() < 2) {
            return;
        }
        page.write(
                "<h2>Files</h2><div class=\"wide\"><table><tr><th scope=\"col\">File</th><th scope=\"col\">Messages</th>"
                        + "<th scope=\"col\">Deliverable</th><th scope=\"col\">With warnings</th><th scope=\"col\">Held</th>"
                        + "<th scope=\"col\">Doses held</th></tr>");
        for (Part part : parts.values()) {
            page.write("<tr><th scope=\"row\"><a href=\"#f" + part.number + "\">" + called(part) + "</a></th>");
            cell("", part.tally.messages());
            cell("", part.tally.messages(Verdict.DELIVERABLE));
            cell("warned", part.tally.messages(Verdict.WARNED));
            cell("held", part.tally.messages(Verdict.HELD));
            String doses = part.tally.doses(Verdict.HELD) + " of " + part.tally.doses();
            page.write("<td>" + (part.tally.doses() == 0 ? "none" : doses) + "</td></tr>");
        }
        page.write("</table></div>\n");
    }

    private void cell(String kind, int number) throws IOException {
        page.write("<td" + (number == 0 || kind.isEmpty() ? "" : " class=\"" + kind + "\"") + ">" + number + "</td>");
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
            page.write("<div class=\"finding\"><div>" + tag(group.first.severity()) + "</div><div><p>" + places
                    + escaped(group.first.reason()) + "</p>" + rest(group.first) + "<p class=\"small soft\">"
                    + (group.findings == group.messages ? "" : TryWords.count(group.findings, "time") + ", ")
                    + where(group) + "</p></div></div>\n");
        }
        page.write("</section>\n");
    }

    /** In which messages of which files. */
    private String where(Group group) {
        List<String> files = new ArrayList<>();
        group.in.forEach((part, places) -> {
            if (files.size() < MOST_FILES) {
                String numbers =
                        String.join(", ", places.first) + (places.messages > places.first.size() ? ", ..." : "");
                String words = places.messages == 1 ? "message " : places.messages + " messages: ";
                files.add(called(part) + (places.first.isEmpty() ? "" : " (" + words + numbers + ")"));
            }
        });
        int more = group.in.size() - files.size();
        String all = group.in.size() > 1
                ? "in " + TryWords.count(group.messages, "message") + " of " + TryWords.count(group.in.size(), "file")
                        + ": "
                : "in ";
        return all + String.join(", ", files) + (more > 0 ? " and " + TryWords.count(more, "further file") : "");
    }

    private void each() throws IOException {
        page.write("<h2>Message by message</h2>\n");
        for (Part part : parts.values()) {
            page.write("<h3 id=\"f" + part.number + "\">" + called(part) + "</h3>\n");
            for (String card : part.cards) {
                page.write(card);
            }
            if (part.withoutFinding > 0) {
                page.write("<p class=\"soft\">" + TryWords.count(part.withoutFinding, "message")
                        + " without any finding, not listed here.</p>\n");
            }
            if (part.notTold > 0) {
                page.write("<p class=\"soft\">" + TryWords.count(part.notTold, "further message")
                        + " with findings: counted above, not listed here.</p>\n");
            }
        }
    }

    private static String tag(Enum<?> value) {
        String word = TryWords.word(value);
        return "<span class=\"tag " + word + "\">" + word + "</span>";
    }

    /** A file by its name, with as much of its folders as tells it from the others; what is above them concerns nobody. */
    private String called(Part part) {
        if (part.name.equals("-")) {
            return "standard input";
        }
        String name = part.name.replace('\\', '/');
        int from = name.lastIndexOf('/');
        while (from > 0 && alike(name.substring(from)) > 1) {
            from = name.lastIndexOf('/', from - 1);
        }
        return "<code>" + escaped(name.substring(from + 1)) + "</code>";
    }

    private long alike(String end) {
        return parts.keySet().stream()
                .filter(name -> ("/" + name.replace('\\', '/')).endsWith(end))
                .count();
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
