package org.vaxroute.operate.mbean;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.ledger.Job;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerUnavailable;
import org.vaxroute.ledger.WrongTransition;
import org.vaxroute.operate.access.Caller;

/**
 * Operations that take longer than anybody waits for an answer. One call begins such a job and is given its id; others ask how it goes.
 * All of them stand in the ledger's book of jobs, those on held records too, which HeldWork does.
 */
final class JobOperations implements JobsMBean, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobOperations.class);
    private static final int SHOWN = 50;

    /** Progress is written down this often at most, in nanoseconds. */
    private static final long BETWEEN = 300_000_000L;

    private static final Duration AWAY = Duration.ofSeconds(5);

    private final Ledger ledger;
    private final String node;
    private final Set<Long> atWork = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "vaxroute-job");
        // Not that of whoever calls, such as a console of the server around us.
        thread.setContextClassLoader(JobOperations.class.getClassLoader());
        thread.setDaemon(true);
        return thread;
    });

    /** The work of a job. */
    @FunctionalInterface
    interface Work {
        /**
         * @param progress takes how far it is, in words without patient data
         * @return what came of it, line by line, without patient data
         */
        List<String> run(Consumer<String> progress) throws Exception;
    }

    /** @param node name of this node, the same after a restart */
    JobOperations(Ledger ledger, String node) {
        this.ledger = ledger;
        this.node = node;
    }

    /**
     * Begins a job in the name of whoever calls.
     *
     * @param about for a person: {@code plan the historical load of main}; the same thing is not done twice at once
     * @return the job's id
     * @throws org.vaxroute.ledger.WrongTransition when it is being done already, naming that job
     */
    synchronized long begin(Job.Kind kind, String connection, String about, Work work) {
        ledger.jobs().abandoned(node, atWork);
        Job job = ledger.jobs().begin(kind, connection, about, node, Caller.who());
        atWork.add(job.id());
        Callable<List<String>> task = () -> work.run(new Told(job.id()));
        Caller caller = Caller.current().orElse(null);
        threads.execute(() -> run(job, caller == null ? task : () -> caller.call(task)));
        return job.id();
    }

    /** Writes down how far a job is, now and then. */
    private final class Told implements Consumer<String> {
        private final long id;
        private long last = System.nanoTime() - BETWEEN;

        Told(long id) {
            this.id = id;
        }

        @Override
        public void accept(String words) {
            if (System.nanoTime() - last < BETWEEN) {
                return;
            }
            last = System.nanoTime();
            try {
                if (!ledger.jobs().progress(id, words)) {
                    throw new WrongTransition("Job " + id + " does not run any more.");
                }
            } catch (LedgerUnavailable away) {
                LOG.debug("The progress of job {} could not be written down", id, away);
            }
        }
    }

    private void run(Job job, Callable<List<String>> work) {
        try {
            List<String> lines = work.call();
            patiently(job, () -> ledger.jobs().done(job.id(), lines));
        } catch (Exception e) {
            boolean ours = e.getClass().getName().startsWith("org.vaxroute.") || e instanceof IllegalArgumentException;
            // Not its message, which may quote a record.
            LOG.warn("{} failed: {} at {}", job.about(), e.getClass().getName(), e.getStackTrace()[0]);
            fail(
                    job,
                    ours && e.getMessage() != null
                            ? e.getMessage()
                            : "It ended with " + e.getClass().getName() + "; the log says where.");
        } finally {
            atWork.remove(job.id());
        }
    }

    // As long as its end is not written down it looks as if it ran, and keeps the next one away.
    private void patiently(Job job, Runnable end) {
        while (true) {
            try {
                end.run();
                return;
            } catch (LedgerUnavailable away) {
                if (closing) {
                    throw away;
                }
                LOG.warn("The end of job {} waits for the ledger", job.id());
                LockSupport.parkNanos(this, AWAY.toNanos());
            }
        }
    }

    private void fail(Job job, String why) {
        try {
            patiently(job, () -> ledger.jobs().end(job.id(), Job.State.FAILED, why));
        } catch (RuntimeException unwritten) {
            LOG.error("That job {} failed could not be written down; the next start does", job.id(), unwritten);
        }
    }

    @Override
    public List<Map<String, Object>> getJobs() {
        return ledger.jobs().recent(SHOWN).stream().map(JobOperations::row).toList();
    }

    @Override
    public Map<String, Object> job(long id) {
        return row(find(id));
    }

    private Job find(long id) {
        return ledger.jobs().find(id).orElseThrow(() -> new IllegalArgumentException("There is no job " + id + "."));
    }

    @Override
    public String stop(long id) {
        Job job = find(id);
        ledger.jobs().end(id, Job.State.STOPPED, "by " + Caller.who());
        ledger.trail().append(Caller.who(), job.kind().onHeld() ? "held-stop" : "job-stop", "job:" + id, "");
        return "Job " + id + " is " + find(id).state() + ".";
    }

    private static Map<String, Object> row(Job job) {
        boolean runs = job.state() == Job.State.RUNNING;
        return Rows.row(
                "id", job.id(),
                "what", job.about(),
                "who", job.who(),
                "why", job.why(),
                "state", job.state(),
                "progress",
                        !runs
                                ? ""
                                : job.kind().onHeld()
                                        ? job.seen() + " of " + job.records() + " records"
                                        : job.progress(),
                "lines", lines(job),
                "stoppable", runs,
                "startedAt", job.startedAt(),
                "endedAt", job.endedAt());
    }

    private static List<String> lines(Job job) {
        if (job.state() == Job.State.RUNNING) {
            return List.of();
        }
        String figures = job.seen() + " of " + job.records() + " held records looked at: " + job.ready() + " go, "
                + job.stillHeld() + " are held still, " + job.said() + " need not be sent, " + job.dropped()
                + " are dropped";
        if (job.fault() != null) {
            return job.kind().onHeld() ? List.of(job.fault(), figures) : List.of(job.fault());
        }
        return job.kind().onHeld() ? List.of(figures) : job.lines();
    }

    /** Interrupts what still runs. */
    @Override
    public void close() {
        closing = true;
        threads.shutdownNow();
    }
}
