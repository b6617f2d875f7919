package org.vaxroute.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Waits for the end of a long operation and tells how far it is. */
final class JobWait {
    private static final long LOOK_MILLIS = 250;

    private JobWait() {}

    /**
     * @param id of the job
     * @param progress is told how far it is, when that changes
     * @return what came of it, line by line
     * @throws CommandFailed when the job failed or was stopped, with its reason
     */
    static List<?> forEnd(Door door, Object id, PrintWriter progress) {
        long number = ((Number) id).longValue();
        String told = "";
        while (true) {
            Map<String, Object> job = Json.map(door.call("Jobs", "all", "job", number));
            List<?> lines = (List<?>) job.get("lines");
            String state = String.valueOf(job.get("state"));
            if (state.equals("DONE")) {
                return lines;
            }
            if (!state.equals("RUNNING")) {
                throw new CommandFailed("Job " + number + " " + state.toLowerCase(Locale.ROOT) + ": "
                        + lines.stream().map(String::valueOf).collect(Collectors.joining("; ")));
            }
            String now = String.valueOf(job.get("progress"));
            if (!now.equals(told)) {
                progress.println("  " + now);
                progress.flush();
                told = now;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandFailed("Interrupted; job " + number + " goes on in the server.", e);
            }
        }
    }
}
