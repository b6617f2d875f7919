package org.vaxroute.operate.mbean;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.operate.access.Caller;

/**
 * Operations that take longer than anybody waits for an answer. One call begins such a job and is given its id; others ask how it goes.
 * Jobs live as long as the process: what one has done by then stands in the ledger, and it can be begun again.
 */
final class Jobs implements JobsMBean, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
    private static final int KEPT = 50;

    private final Clock clock;
    private final Deque<Job> jobs = new ArrayDeque<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "vaxroute-job");
        thread.setDaemon(true);
        return thread;
    });
    private int last;

    /** The work of a job. */
    @FunctionalInterface
    interface Work {
        /**
         * @param progress takes how far it is, in words without patient data
         * @return what came of it, line by line, without patient data
         */
        List<String> run(Consumer<String> progress) throws Exception;
    }

    private enum State {
        RUNNING,
        DONE,
        FAILED
    }

    private static final class Job {
        final String id;
        final String what;
        final String who;
        final Instant startedAt;
        volatile State state = State.RUNNING;
        volatile String progress = "begun";
        volatile List<String> lines = List.of();
        volatile Instant endedAt;

        Job(String id, String what, String who, Instant startedAt) {
            this.id = id;
            this.what = what;
            this.who = who;
            this.startedAt = startedAt;
        }
    }

    Jobs(Clock clock) {
        this.clock = clock;
    }

    /**
     * Begins a job in the name of whoever calls.
     *
     * @param what for a person: {@code plan the historical load of main}; the same thing is not done twice at once
     * @return the job's id
     * @throws IllegalArgumentException when it is being done already, naming that job
     */
    synchronized String begin(String what, Work work) {
        jobs.stream()
                .filter(job -> job.state == State.RUNNING && job.what.equals(what))
                .findFirst()
                .ifPresent(job -> {
                    throw new IllegalArgumentException("Job " + job.id + " of " + job.who + " does this already ("
                            + job.what + "); wait for its end.");
                });
        Job job = new Job("job-" + ++last, what, Caller.who(), clock.instant());
        jobs.addFirst(job);
        if (jobs.size() > KEPT) {
            jobs.stream()
                    .filter(old -> old.state != State.RUNNING)
                    .reduce((newer, older) -> older)
                    .ifPresent(jobs::remove);
        }
        Callable<List<String>> task = () -> work.run(text -> job.progress = text);
        Caller caller = Caller.current().orElse(null);
        threads.execute(() -> run(job, caller == null ? task : () -> caller.call(task)));
        return job.id;
    }

    private void run(Job job, Callable<List<String>> work) {
        State end = State.FAILED;
        try {
            job.lines = List.copyOf(work.call());
            end = State.DONE;
        } catch (Exception e) {
            boolean ours = e.getClass().getName().startsWith("org.vaxroute.") || e instanceof IllegalArgumentException;
            job.lines = List.of(
                    ours && e.getMessage() != null
                            ? e.getMessage()
                            : "It ended with " + e.getClass().getName() + "; the log says where.");
            // Not its message, which may quote a record.
            LOG.warn("{} failed: {} at {}", job.what, e.getClass().getName(), e.getStackTrace()[0]);
        } finally {
            job.endedAt = clock.instant();
            job.state = end;
        }
    }

    @Override
    public synchronized List<Map<String, Object>> getJobs() {
        return jobs.stream().map(Jobs::row).toList();
    }

    @Override
    public synchronized Map<String, Object> job(String id) {
        return jobs.stream()
                .filter(job -> job.id.equals(id))
                .findFirst()
                .map(Jobs::row)
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no job " + id + ". The latest " + KEPT + " of this process are kept."));
    }

    private static Map<String, Object> row(Job job) {
        // The state first: what belongs to an end is written before it.
        State state = job.state;
        return Rows.row(
                "id", job.id,
                "what", job.what,
                "who", job.who,
                "state", state,
                "progress", state == State.RUNNING ? job.progress : "",
                "lines", job.lines,
                "startedAt", job.startedAt,
                "endedAt", job.endedAt);
    }

    /** Interrupts what still runs. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
