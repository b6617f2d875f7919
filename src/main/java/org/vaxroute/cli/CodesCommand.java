package org.vaxroute.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.Period;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vaxroute.codes.CodeTable;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.codes.CodesImport;
import org.vaxroute.operate.access.OwnerOnly;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "codes",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Shows the code tables, and makes new ones from the files that CDC publishes.")
final class CodesCommand {
    @ParentCommand
    Main main;

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists the tables of config/codes with rows, date of their newest change, and age.")
    int list(
            @Option(names = "--json", description = "Write one JSON object a line, for other programs.") boolean json) {
        CodeTables tables = RegistryProfiles.find().codes(main.home());
        LocalDate today = LocalDate.now(main.clock);
        Table text = new Table("name", "rows", "date", "age", "what it holds", "from");
        for (CodeTable table : tables.all()) {
            if (json) {
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("name", table.name());
                line.put("rows", table.size());
                line.put("date", table.date().toString());
                line.put("ageDays", today.toEpochDay() - table.date().toEpochDay());
                line.put("title", table.title());
                line.put("source", table.source());
                main.out().println(Json.of(line));
            } else {
                text.row(
                        table.name(),
                        table.size(),
                        table.date(),
                        age(table.date(), today),
                        table.title(),
                        table.source());
            }
        }
        if (!json) {
            main.out().print(text);
        }
        main.out().flush();
        return ExitCodes.OK;
    }

    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            description = {
                "Makes code tables from files, or folders of files, as CDC publishes them (CVX, MVX, NDC, CPT, VIS, ...).",
                "Files are recognized by their content. Tables of which no file is given stay as they are."
            })
    int read(
            @Parameters(paramLabel = "FILE", arity = "1..*", description = "Published files, or folders of them.")
                    List<Path> files,
            @Option(names = "--to", paramLabel = "DIR", description = "Where the tables go (default: config/codes).")
                    Path to) {
        for (Path file : files) {
            if (!Files.exists(file)) {
                throw new CommandFailed(file + " is not there; name files or folders with CDC's code sets.");
            }
        }
        Path folder = to != null ? to : RegistryProfiles.find().codesFolder(main.home());
        LocalDate today = LocalDate.now(main.clock);
        List<CodesImport.Imported> written = new CodesImport(folder, today).run(files);
        if (written.isEmpty()) {
            throw new CommandFailed("None of these files holds a code set that is known here; nothing was written.");
        }
        written.forEach(one -> OwnerOnly.giveToOwnerOfFolder(one.file()));
        Table table = new Table("name", "rows", "date", "file");
        written.forEach(one -> table.row(one.table(), one.rows(), one.date(), one.file()));
        main.out().print(table);
        main.out()
                .println((written.size() == 1 ? "1 table was" : written.size() + " tables were")
                        + " written. \"vaxroute check\" tells whether all rules still fit; a running server takes them in at its next"
                        + " start.");
        main.out().flush();
        return ExitCodes.OK;
    }

    private static String age(LocalDate date, LocalDate today) {
        Period age = Period.between(date, today);
        if (age.getYears() > 0) {
            return TryWords.count(age.getYears(), "year")
                    + (age.getMonths() > 0 ? " " + TryWords.count(age.getMonths(), "month") : "");
        }
        return age.getMonths() > 0
                ? TryWords.count(age.getMonths(), "month")
                : TryWords.count(Math.max(0, age.getDays()), "day");
    }
}
