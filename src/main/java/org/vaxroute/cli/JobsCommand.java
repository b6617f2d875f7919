package org.vaxroute.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "jobs",
        mixinStandardHelpOptions = true,
        description = {
            "Shows what takes its time, newest first: work on many held records, plans and balances of historical loads.",
            "Work on held records goes on after a restart."
        })
final class JobsCommand implements Callable<Integer> {
    private static final String TYPE = "Jobs";

    @ParentCommand
    Main main;

    @Option(names = "--json", description = "Write JSON, for other programs.")
    boolean json;

    @Override
    public Integer call() {
        try (Door door = main.door()) {
            List<Map<String, Object>> jobs = Json.rows(door.read(TYPE, Main.ALL, "Jobs"));
            if (json) {
                main.out().println(Json.of(jobs));
            } else if (jobs.isEmpty()) {
                main.out().println("There were no jobs.");
            } else {
                Table table = new Table("job", "state", "what", "how far, or what came of it", "who", "begun");
                jobs.forEach(job -> {
                    List<?> lines = (List<?>) job.get("lines");
                    table.row(
                            job.get("id"),
                            job.get("state"),
                            job.get("what"),
                            lines.isEmpty() ? job.get("progress") : lines.get(0),
                            job.get("who"),
                            job.get("startedAt"));
                });
                main.out().print(table);
            }
            main.out().flush();
            return ExitCodes.OK;
        }
    }

    @Command(
            name = "stop",
            mixinStandardHelpOptions = true,
            description = "Stops a job; what it has done to held records stays done.")
    int stop(@Parameters(paramLabel = "JOB", description = "Id of the job.") long job) {
        return main.tell(TYPE, "stop", job);
    }
}
