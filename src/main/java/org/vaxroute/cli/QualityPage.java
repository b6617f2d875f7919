package org.vaxroute.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The quality report as one page that needs nothing beside it: what a clinic's manager must know first, then the plots, then the tables. */
final class QualityPage {
    private static final int FEWEST_WEEKS = 3;
    private static final int MOST_POINTS = 60;
    private static final int MOST_FILES = 50;

    private final Map<String, Object> report;
    private final StringBuilder out = new StringBuilder();

    QualityPage(Map<String, Object> report) {
        this.report = report;
    }

    String html() {
        double target = number(report, "target");
        Map<String, Object> all = Json.map(report.get("all"));
        double rate = number(all, "rate");
        out.append(
                        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Immunization data quality, ")
                .append(text(report.get("connection")))
                .append("</title><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><style>")
                .append(style())
                .append(
                        "</style></head><body><main>\n<h1>How well the registry takes our immunization records</h1>\n<p class=\"period\">")
                .append(text(report.get("connection")))
                .append(", sent from ")
                .append(text(report.get("from")))
                .append(" to ")
                .append(text(report.get("to")))
                .append(". Made ")
                .append(text(report.get("made")))
                .append(". Names no patient.</p>\n");
        figures(all, rate, target);
        curve(target);
        causes();
        days();
        sites(target);
        files();
        out.append("</main></body></html>\n");
        return out.toString();
    }

    private void figures(Map<String, Object> all, double rate, double target) {
        out.append("<ul class=\"figures\">");
        figure(
                percent(rate),
                "of answered records accepted",
                rate < 0
                        ? "Nothing was answered yet."
                        : rate >= target
                                ? "At or above the " + percent(target) + " that registries ask for."
                                : "Below the " + percent(target) + " that registries ask for.",
                rate < 0 ? "" : rate >= target ? "good" : "bad");
        long sent = (long) number(report, "dosesSent");
        long taken = (long) number(report, "dosesTaken");
        figure(
                sent == 0 ? "-" : percent(Math.floor(1000.0 * taken / sent) / 10),
                "of doses are in the registry by now",
                count(taken) + " of " + count(sent) + "; " + count(sent - taken) + " are refused or not answered yet.",
                sent == taken ? "good" : "");
        Map<String, Object> days = Json.map(report.get("days"));
        figure(
                days.get("median") == null ? "-" : days.get("median") + " days",
                "from dose to acceptance, in the middle",
                days.get("nineOfTen") == null
                        ? "No new dose was accepted yet."
                        : "Nine of ten within " + days.get("nineOfTen") + " days; "
                                + count((long) number(days, "within30")) + " of " + count((long) number(days, "doses"))
                                + " within 30.",
                "");
        long open = (long) number(report, "openTasks");
        figure(
                count(open),
                open == 1 ? "task waits for a person" : "tasks wait for a person",
                open == 0 ? "Nothing is left to mend." : "Listed by vaxroute tasks.",
                open == 0 ? "good" : "");
        out.append("</ul>\n");
        if ((long) number(all, "waiting") > 0) {
            out.append("<p>")
                    .append(count((long) number(all, "waiting")))
                    .append(" records wait for their answer and do not count.</p>\n");
        }
    }

    private void figure(String value, String of, String more, String mood) {
        out.append("<li class=\"")
                .append(mood)
                .append("\"><b>")
                .append(text(value))
                .append("</b> <span>")
                .append(text(of))
                .append("</span><small>")
                .append(text(more))
                .append("</small></li>");
    }

    private void curve(double target) {
        List<Map<String, Object>> weeks = answered(Json.rows(report.get("ongoingWeeks")));
        boolean byWeek = weeks.size() >= FEWEST_WEEKS;
        List<Map<String, Object>> points = byWeek
                ? weeks
                : answered(Json.rows(report.get("files"))).stream()
                        .filter(file -> !"TEST".equals(file.get("feed")))
                        .toList();
        if (points.size() < 2) {
            return;
        }
        points = points.subList(Math.max(0, points.size() - MOST_POINTS), points.size());
        List<String> names = new ArrayList<>();
        List<Double> rates = new ArrayList<>();
        for (int i = 0; i < points.size(); i++) {
            names.add(byWeek ? points.get(i).get("week").toString() : Integer.toString(i + 1));
            rates.add(number(points.get(i), "rate"));
        }
        double first = rates.get(0);
        double last = rates.get(rates.size() - 1);
        String unit = byWeek ? "week" : "file";
        section(
                "Acceptance" + (byWeek ? " of the ongoing feed, " : ", ") + unit + " by " + unit,
                QualityCharts.curve(names, rates, target),
                "It " + (last > first ? "rose" : last < first ? "fell" : "stayed") + " from " + percent(first)
                        + " in the first "
                        + unit + " to " + percent(last) + " in the last; "
                        + rates.stream().filter(rate -> rate >= target).count() + " of " + rates.size() + " " + unit
                        + "s reached " + percent(target) + ".");
    }

    private static List<Map<String, Object>> answered(List<Map<String, Object>> rows) {
        return rows.stream().filter(row -> number(row, "rate") >= 0).toList();
    }

    private void causes() {
        List<Map<String, Object>> causes = Json.rows(report.get("causes"));
        if (causes.isEmpty()) {
            out.append("<section><h2>What the registry complains of</h2><p>Nothing.</p></section>\n");
            return;
        }
        Map<String, Object> top = causes.get(0);
        section(
                "What the registry complains of most",
                QualityCharts.bars(
                        "patients",
                        causes.stream().map(QualityPage::code).toList(),
                        causes.stream()
                                .map(cause -> (Number) cause.get("tasks"))
                                .toList()),
                "Most often: " + (top.get("meaning").toString().isEmpty() ? code(top) : top.get("meaning")) + " ("
                        + count((long) number(top, "tasks")) + " patients, " + count((long) number(top, "settled"))
                        + " settled).");
        table(
                List.of("code", "meaning", "kind", "patients", "settled", "left"),
                causes.stream()
                        .map(cause -> List.<Object>of(
                                code(cause),
                                cause.get("meaning"),
                                cause.get("class"),
                                cause.get("tasks"),
                                cause.get("settled"),
                                (long) number(cause, "tasks") - (long) number(cause, "settled")))
                        .toList());
    }

    private static String code(Map<String, Object> cause) {
        return cause.get("code").toString().isEmpty()
                ? "no code"
                : cause.get("code").toString();
    }

    private void days() {
        Map<String, Object> days = Json.map(report.get("days"));
        long doses = (long) number(days, "doses");
        if (doses == 0) {
            return;
        }
        List<Map<String, Object>> groups = Json.rows(days.get("groups"));
        section(
                "Days from dose to acceptance",
                QualityCharts.bars(
                        "doses",
                        groups.stream()
                                .map(group -> group.get("days").toString())
                                .toList(),
                        groups.stream()
                                .map(group -> (Number) group.get("doses"))
                                .toList()),
                count(doses - (long) number(days, "within30")) + " of " + count(doses)
                        + " new doses took more than 30 days, the time that Texas allows for children.");
    }

    private void sites(double target) {
        out.append("<section><h2>By clinic</h2>");
        table(
                List.of("clinic", "records", "accepted", "with remarks", "refused", "waiting", "percent", ""),
                Json.rows(report.get("sites")).stream()
                        .map(site -> List.<Object>of(
                                site.get("site").toString().isEmpty() ? "(not named)" : site.get("site"),
                                site.get("records"),
                                site.get("accepted"),
                                site.get("warned"),
                                site.get("rejected"),
                                site.get("waiting"),
                                percent(number(site, "rate")),
                                number(site, "rate") < 0 || number(site, "rate") >= target ? "" : "below target"))
                        .toList());
        out.append("</section>\n");
    }

    private void files() {
        List<Map<String, Object>> files = Json.rows(report.get("files"));
        out.append("<section><h2>By file</h2>");
        if (files.size() > MOST_FILES) {
            out.append("<p>The last ")
                    .append(MOST_FILES)
                    .append(" of ")
                    .append(files.size())
                    .append(" files.</p>");
            files = files.subList(files.size() - MOST_FILES, files.size());
        }
        table(
                List.of("file", "feed", "sent", "records", "refused", "waiting", "percent"),
                files.stream()
                        .map(file -> List.<Object>of(
                                file.get("file"),
                                file.get("feed").toString().toLowerCase(Locale.ROOT),
                                file.get("sentAt"),
                                file.get("records"),
                                file.get("rejected"),
                                file.get("waiting"),
                                percent(number(file, "rate"))))
                        .toList());
        out.append("</section>\n");
    }

    private void section(String title, String svg, String words) {
        out.append("<section><h2>")
                .append(text(title))
                .append("</h2><p>")
                .append(text(words))
                .append("</p><figure>")
                .append(svg)
                .append("</figure></section>\n");
    }

    private void table(List<String> headings, List<List<Object>> rows) {
        out.append("<div class=\"wide\"><table><thead><tr>");
        headings.forEach(heading ->
                out.append("<th scope=\"col\">").append(text(heading)).append("</th>"));
        out.append("</tr></thead><tbody>");
        for (List<Object> row : rows) {
            out.append("<tr>");
            for (Object value : row) {
                out.append(value instanceof Number || value.toString().endsWith("%") ? "<td class=\"n\">" : "<td>")
                        .append(text(value instanceof Number number ? count(number.longValue()) : value))
                        .append("</td>");
            }
            out.append("</tr>");
        }
        out.append("</tbody></table></div>\n");
    }

    static double number(Map<String, Object> row, String name) {
        return row.get(name) == null ? 0 : ((Number) row.get(name)).doubleValue();
    }

    static String percent(double rate) {
        return rate < 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", rate);
    }

    private static String count(long number) {
        return String.format(Locale.US, "%,d", number);
    }

    private static String text(Object value) {
        return Objects.toString(value, "")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String style() {
        try (var in = QualityPage.class.getResourceAsStream("quality.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
