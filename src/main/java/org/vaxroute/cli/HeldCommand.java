package org.vaxroute.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "held",
        mixinStandardHelpOptions = true,
        subcommands = HeldExportCommand.class,
        description = {
            "Lists the records that are kept back, by id and rule, and settles them. Only show and export show patient data.",
            "Each step stands on the trail with your name."
        })
final class HeldCommand implements Callable<Integer> {
    static final String TYPE = "Held";
    static final String ALL = "all";
    private static final long LOOK_NANOS = 300_000_000L;
    private static final String WHY_HELP = "Why; name no patient.";

    @ParentCommand
    Main main;

    @Spec
    CommandSpec spec;

    @Mixin
    HeldOptions which;

    @Option(names = "--after", paramLabel = "ID", defaultValue = "0", description = "Only ids above this one.")
    long after;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "How many at most (default: ${DEFAULT-VALUE}).")
    int limit;

    @Option(names = "--json", description = "Write JSON, for other programs.")
    boolean json;

    @Override
    public Integer call() {
        return list(which, after, limit, json);
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists held records by rising id; shows no patient data.")
    int list(
            @Mixin HeldOptions which,
            @Option(names = "--after", paramLabel = "ID", defaultValue = "0", description = "Only ids above this one.")
                    long after,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "50",
                            description = "How many at most (default: ${DEFAULT-VALUE}).")
                    int limit,
            @Option(names = "--json", description = "Write JSON, for other programs.") boolean json) {
        try (Door door = main.door()) {
            List<Map<String, Object>> held =
                    Json.rows(door.call(TYPE, ALL, "list", which.connection, which.source, which.rule, after, limit));
            return shown(held, json, "Nothing is held.", "id", "connection", "source", "rule", "doses", "since");
        }
    }

    @Command(
            name = "sites",
            mixinStandardHelpOptions = true,
            description = "How many records and patients each rule holds at each clinic; no patient data.")
    int sites(
            @Mixin HeldOptions which,
            @Option(names = "--json", description = "Write JSON, for other programs.") boolean json) {
        try (Door door = main.door()) {
            List<Map<String, Object>> held =
                    Json.rows(door.call(TYPE, ALL, "bySite", which.connection, which.source, which.rule));
            return shown(held, json, "Nothing is held.", "connection", "site", "rule", "records", "patients", "oldest");
        }
    }

    @Command(
            name = "consent",
            mixinStandardHelpOptions = true,
            description = {
                "The work list of consent: what is missing, by clinic and rule; no patient data.",
                "With names, for the clinic: vaxroute held export --consent --csv FILE"
            })
    int consent(@Option(names = "--json", description = "Write JSON, for other programs.") boolean json) {
        try (Door door = main.door()) {
            List<Map<String, Object>> held = Json.rows(door.call(TYPE, ALL, "consent"));
            return shown(
                    held,
                    json,
                    "No record waits for consent.",
                    "connection",
                    "site",
                    "rule",
                    "records",
                    "patients",
                    "oldest");
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = {
                "Shows one record with everything that is known of it: patient data.",
                "Each look stands on the trail with your name."
            })
    int show(
            @Parameters(paramLabel = "ID", description = "Id of the record.") long id,
            @Option(names = "--text", description = "Also the text as received and as it would be sent.") boolean text,
            @Option(names = "--json", description = "Write JSON, for other programs.") boolean json,
            @Option(names = "--why", paramLabel = "TEXT", defaultValue = "", description = "Why you look.")
                    String why) {
        try (Door door = main.door()) {
            main.out().print(door.record(id, json ? "json" : text ? "text" : "summary", why));
            main.out().flush();
            return ExitCodes.OK;
        }
    }

    @Command(
            name = "release",
            mixinStandardHelpOptions = true,
            description = "Lets held records go as they are; doses of which a newer record speaks stay behind.")
    int release(
            @Parameters(paramLabel = "ID", arity = "0..*", description = "Ids of the records.") List<Long> ids,
            @Option(names = "--all", description = "All that are held, or of them what the next options say.")
                    boolean all,
            @Mixin HeldOptions which,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = WHY_HELP) String why) {
        return settle("release", ids, all, which, why);
    }

    @Command(name = "drop", mixinStandardHelpOptions = true, description = "Leaves held records out for good.")
    int drop(
            @Parameters(paramLabel = "ID", arity = "0..*", description = "Ids of the records.") List<Long> ids,
            @Option(names = "--all", description = "All that are held, or of them what the next options say.")
                    boolean all,
            @Mixin HeldOptions which,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = WHY_HELP) String why) {
        return settle("drop", ids, all, which, why);
    }

    @Command(
            name = "recheck",
            mixinStandardHelpOptions = true,
            description = {
                "Judges held records again, from the text as received, by transforms, rules and tables as their files are now.",
                "What passes goes with the next file. Doing it twice, or breaking it off, does no harm."
            })
    int recheck(
            @Parameters(paramLabel = "ID", arity = "0..*", description = "Ids of the records.") List<Long> ids,
            @Option(names = "--all", description = "All that are held, or of them what the next options say.")
                    boolean all,
            @Mixin HeldOptions which,
            @Option(names = "--why", paramLabel = "TEXT", defaultValue = "", description = "What was mended.")
                    String why) {
        return settle("recheck", ids, all, which, why);
    }

    @Command(
            name = "real-person",
            mixinStandardHelpOptions = true,
            description = {
                "Remembers that the patients of these records are real, and judges the records again.",
                "Rules about test patients hold no record of these patients any more."
            })
    int realPerson(
            @Parameters(paramLabel = "ID", arity = "1..*", description = "Ids of the records.") List<Long> ids,
            @Option(
                            names = "--why",
                            paramLabel = "TEXT",
                            required = true,
                            description = "How you know; name no patient.")
                    String why) {
        return each("realPerson", ids, why);
    }

    @Command(name = "jobs", mixinStandardHelpOptions = true, description = "How far jobs on many held records are.")
    int jobs(@Option(names = "--json", description = "Write JSON, for other programs.") boolean json) {
        try (Door door = main.door()) {
            List<Map<String, Object>> jobs = Json.rows(door.read(TYPE, ALL, "Jobs"));
            return shown(
                    jobs,
                    json,
                    "There were no jobs.",
                    "id",
                    "what",
                    "rule",
                    "state",
                    "records",
                    "seen",
                    "ready",
                    "stillHeld",
                    "said",
                    "dropped",
                    "who",
                    "started",
                    "ended",
                    "fault");
        }
    }

    @Command(name = "stop", mixinStandardHelpOptions = true, description = "Stops a job; what it has done stays done.")
    int stop(@Parameters(paramLabel = "JOB", description = "Id of the job.") long job) {
        try (Door door = main.door()) {
            main.out().println(door.call(TYPE, ALL, "stopJob", job));
            return ExitCodes.OK;
        }
    }

    private int settle(String what, List<Long> ids, boolean all, HeldOptions which, String why) {
        boolean named = ids != null && !ids.isEmpty();
        if (named == all || named && which.any()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Name records by their ids, or say --all, with --connection, --source or --rule to mean a part.");
        }
        return all ? job(what, which, why) : each(what, ids, why);
    }

    private int each(String operation, List<Long> ids, String why) {
        try (Door door = main.door()) {
            for (long id : ids) {
                main.out().println(door.call(TYPE, ALL, operation, id, why));
            }
            return ExitCodes.OK;
        }
    }

    /** Looks on until the job has ended; on a server it goes on without us. */
    private int job(String what, HeldOptions which, String why) {
        try (Door door = main.door()) {
            Object id = door.call(TYPE, ALL, "begin", what, which.connection, which.source, which.rule, why);
            long number = ((Number) id).longValue();
            main.out()
                    .println("Job " + number
                            + (door.server() ? " runs on the server; vaxroute held jobs shows it." : "."));
            long shown = -1;
            while (true) {
                Map<String, Object> job = Json.map(door.call(TYPE, ALL, "job", number));
                long seen = ((Number) job.get("seen")).longValue();
                if (seen != shown) {
                    shown = seen;
                    main.out().println("  " + seen + " of " + job.get("records"));
                    main.out().flush();
                }
                if (!"RUNNING".equals(job.get("state"))) {
                    main.out().println(result(job));
                    main.out().flush();
                    return "DONE".equals(job.get("state")) ? ExitCodes.OK : ExitCodes.NOT_WELL;
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
    }

    private static String result(Map<String, Object> job) {
        return job.get("state") + ": " + job.get("ready") + " go, " + job.get("stillHeld") + " are held still, "
                + job.get("said") + " need not be sent, " + job.get("dropped") + " are dropped"
                + (job.get("fault") == null ? "." : ". " + job.get("fault"));
    }

    private int shown(List<Map<String, Object>> rows, boolean asJson, String none, String... columns) {
        if (asJson) {
            main.out().println(Json.of(rows));
        } else if (rows.isEmpty()) {
            main.out().println(none);
        } else {
            Table table = new Table(columns);
            rows.forEach(row ->
                    table.row(java.util.Arrays.stream(columns).map(row::get).toArray()));
            main.out().print(table);
        }
        main.out().flush();
        return ExitCodes.OK;
    }
}
