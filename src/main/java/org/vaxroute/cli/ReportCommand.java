package org.vaxroute.cli;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "quality",
        description = "Reports for people who do not work with this program. They name no patient.")
final class ReportCommand {
    private static final int USUAL_DAYS = 90;

    @ParentCommand
    Main main;

    @Command(
            name = "quality",
            mixinStandardHelpOptions = true,
            description = {
                "How much of what was sent the registry accepted.",
                "By file, clinic, week and feed; top causes; days from dose to acceptance. A summary, or one page for a clinic's"
                        + " manager (--html), or numbers (--csv)."
            })
    int quality(
            @Option(
                            names = "--connection",
                            paramLabel = "ID",
                            description = "Of this connection (default: the only one, else main).")
                    String connection,
            @Option(
                            names = "--from",
                            paramLabel = "DAY",
                            description = "First day on which files left, as 2026-01-31 (default: 90 days ago).")
                    LocalDate from,
            @Option(names = "--to", paramLabel = "DAY", description = "Last day (default: today).") LocalDate to,
            @Option(names = "--html", paramLabel = "FILE", description = "Write one page that needs nothing beside it.")
                    Path html,
            @Option(names = "--csv", paramLabel = "FILE", description = "Write the numbers, one line for each file.")
                    Path csv) {
        LocalDate today = LocalDate.now(main.clock);
        LocalDate last = to == null ? today : to;
        LocalDate first = from == null ? last.minusDays(USUAL_DAYS) : from;
        Map<String, Object> report;
        try (Door door = main.door()) {
            String id = connection == null ? usual(door.names("Connection")) : connection;
            report = Json.map(door.call("Quality", "all", "report", id, first.toString(), last.toString()));
        }
        if (html != null) {
            write(html, new QualityPage(report).html());
        }
        if (csv != null) {
            write(csv, csv(report));
        }
        if (html == null && csv == null) {
            summary(report);
        }
        main.out().flush();
        return ExitCodes.OK;
    }

    private static String usual(List<String> connections) {
        return connections.size() == 1 ? connections.get(0) : "main";
    }

    private void write(Path file, String text) {
        try {
            Files.writeString(file, text);
            main.out().println("Written: " + file);
        } catch (IOException e) {
            throw new CommandFailed("The report cannot be written to " + file + ": " + e + ".", e);
        }
    }

    private static String csv(Map<String, Object> report) {
        StringWriter text = new StringWriter();
        List<String> columns =
                List.of("file", "feed", "sentAt", "records", "accepted", "warned", "rejected", "waiting", "rate");
        try (CSVPrinter printer = new CSVPrinter(text, CSVFormat.DEFAULT)) {
            printer.printRecord(columns);
            for (Map<String, Object> file : Json.rows(report.get("files"))) {
                printer.printRecord(columns.stream().map(file::get));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private void summary(Map<String, Object> report) {
        Map<String, Object> all = Json.map(report.get("all"));
        main.out()
                .println("Accepted: " + QualityPage.percent(QualityPage.number(all, "rate"))
                        + " of the answered records sent from "
                        + report.get("from") + " to " + report.get("to") + " (asked for: "
                        + QualityPage.percent(QualityPage.number(report, "target")) + ")");
        main.out()
                .println("Doses in the registry by now: " + report.get("dosesTaken") + " of " + report.get("dosesSent")
                        + "; open tasks: " + report.get("openTasks"));
        Table table = new Table("week of", "records", "accepted", "warned", "rejected", "waiting", "percent");
        Json.rows(report.get("weeks"))
                .forEach(week -> table.row(
                        week.get("week"),
                        week.get("records"),
                        week.get("accepted"),
                        week.get("warned"),
                        week.get("rejected"),
                        week.get("waiting"),
                        QualityPage.percent(QualityPage.number(week, "rate"))));
        main.out().print(table);
        Table causes = new Table("code", "meaning", "class", "patients", "settled");
        Json.rows(report.get("causes"))
                .forEach(cause -> causes.row(
                        cause.get("code"),
                        cause.get("meaning"),
                        cause.get("class"),
                        cause.get("tasks"),
                        cause.get("settled")));
        main.out().print(causes);
    }
}
