package org.vaxroute.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = {
            "Adds up what every source handed over against what the ledger holds.",
            "Exit code 1 when anything does not add up."
        })
final class AuditCommand implements Callable<Integer> {
    private static final String[] COLUMNS = {
        "connection", "source", "feed", "read", "ready", "batched", "sent", "held", "duplicate", "superseded", "dropped"
    };

    @ParentCommand
    Main main;

    @Option(names = "--json", description = "Write JSON, for other programs.")
    boolean json;

    @Override
    public Integer call() {
        try (Door door = main.door()) {
            Map<String, Object> audit = Json.map(door.call("Ledger", "all", "audit"));
            boolean balanced = Boolean.TRUE.equals(audit.get("balanced"));
            if (json) {
                main.out().println(Json.of(audit));
            } else {
                show(audit, balanced);
            }
            main.out().flush();
            return balanced ? ExitCodes.OK : ExitCodes.NOT_WELL;
        }
    }

    private void show(Map<String, Object> audit, boolean balanced) {
        Table lines = new Table(COLUMNS);
        Json.rows(audit.get("lines"))
                .forEach(line -> lines.row(
                        java.util.Arrays.stream(COLUMNS).map(line::get).toArray()));
        main.out().print(lines);
        if (balanced) {
            main.out().println("Balanced: every record is accounted for.");
            return;
        }
        main.out().println("NOT balanced:");
        for (Map<String, Object> difference : Json.rows(audit.get("differences"))) {
            main.out()
                    .println("  " + difference.get("subject") + ": " + difference.get("what") + ": expected "
                            + difference.get("expected") + ", found " + difference.get("found"));
        }
        main.out()
                .println(
                        "Keep the ledger and work/ as they are and ask for help; docs/operations.md says what to send.");
    }
}
