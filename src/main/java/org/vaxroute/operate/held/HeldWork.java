package org.vaxroute.operate.held;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.intake.Recheck;
import org.vaxroute.ledger.FaultWords;
import org.vaxroute.ledger.HeldFilter;
import org.vaxroute.ledger.Job;
import org.vaxroute.ledger.Leases;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerException;
import org.vaxroute.ledger.LedgerUnavailable;
import org.vaxroute.ledger.Settlement;
import org.vaxroute.ledger.StoredRecord;
import org.vaxroute.ledger.WrongTransition;

/**
 * Does jobs on many held records, one job after the other, a portion in each transaction. A kill costs at most the portion in work; the job
 * goes on behind the last one that was committed.
 */
public final class HeldWork implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeldWork.class);
    private static final int PORTION = 500;
    private static final Duration AWAY = Duration.ofSeconds(5);
    // A node that died a moment ago still looks as if it lived.
    private static final Duration LOOK = Leases.HOLD.plus(AWAY);

    private final Ledger ledger;
    private final Supplier<Recheck> recheck;
    private final String node;
    private final ScheduledThreadPoolExecutor worker = new ScheduledThreadPoolExecutor(1, HeldWork::thread);
    private final Set<Long> taken = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    /**
     * @param recheck made for each job, so that it judges by the files as they are then
     * @param node name of this node, the same after a restart
     */
    public HeldWork(Ledger ledger, Supplier<Recheck> recheck, String node) {
        this.ledger = ledger;
        this.recheck = recheck;
        this.node = node;
        worker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "held-jobs");
        // Otherwise it keeps the class loader of whoever asked for the first job, such as a web application.
        thread.setContextClassLoader(HeldWork.class.getClassLoader());
        return thread;
    }

    /** Begins a job on everything that the filter means and that is held now. */
    public Job begin(Job.Kind kind, HeldFilter filter, String who, String why) {
        Job job = ledger.jobs().begin(kind, filter, node, who, why);
        if (taken.add(job.id())) {
            worker.execute(() -> work(job));
        }
        return job;
    }

    /** Takes up the jobs that this node was doing when it stopped, and from now on those of nodes that are not there any more. */
    public void resume() {
        resume(LOOK);
    }

    void resume(Duration look) {
        takeUp();
        worker.scheduleWithFixedDelay(this::takeUpLater, look.toMillis(), look.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void takeUp() {
        for (Job job : ledger.jobs().takeUp(node)) {
            if (taken.add(job.id())) {
                LOG.info("Job {} ({}) goes on behind record {}", job.id(), job.kind(), job.reached());
                worker.execute(() -> work(job));
            }
        }
    }

    private void takeUpLater() {
        try {
            takeUp();
        } catch (LedgerException e) {
            LOG.warn("Jobs of nodes that are gone could not be looked for; the next look does", e);
        }
    }

    /**
     * Rechecks one record.
     *
     * @return what became of it, for people
     */
    public String recheck(long id, String who, String why) {
        return words(id, recheck.get().of(List.of(id), who, why));
    }

    /**
     * Takes the text that a person made of a held record, and judges the record from it, in one transaction.
     *
     * @param version of the text that the person began with; null for a text that began with the one as received
     * @return what became of it, for people
     * @throws WrongTransition when it is not held, or was edited since by anybody
     * @throws IllegalArgumentException when the text cannot be read, or has another number of doses
     */
    public String edit(long id, byte[] text, String version, String who, String why) {
        Recheck rules = recheck.get();
        return ledger.transact(() -> {
            ledger.records().edit(id, text, version, who, why);
            return words(id, rules.of(List.of(id), who, why));
        });
    }

    private String words(long id, Settlement settlement) {
        StoredRecord now = ledger.records()
                .find(id)
                .orElseThrow(() -> new IllegalArgumentException("There is no record " + id + "."));
        if (settlement.gone() > 0) {
            return "Record " + id + " is " + now.state() + " and was not held.";
        }
        return "Record " + id + " is " + now.state()
                + switch (now.state()) {
                    case READY -> "; it goes with the next file.";
                    case HELD -> " still, by rule " + now.holdRule() + ".";
                    default -> ": the registry has been told what it says, or a newer record says it.";
                };
    }

    private void work(Job begun) {
        Job job = begun;
        try {
            Recheck rules = job.kind() == Job.Kind.RECHECK ? recheck.get() : null;
            while (!closing) {
                Job reached = job;
                List<Long> ids = patiently(job, () -> ledger.jobs().next(reached, PORTION));
                if (ids.isEmpty()) {
                    patiently(job, () -> {
                        ledger.jobs().end(reached.id(), Job.State.DONE, null);
                        return null;
                    });
                    return;
                }
                job = patiently(job, () -> ledger.transact(() -> once(reached, ids, rules)));
            }
        } catch (WrongTransition stopped) {
            LOG.info("Job {} ends: {}", job.id(), stopped.getMessage());
        } catch (RuntimeException e) {
            LOG.error("Job {} on held records stopped", job.id(), e);
            fail(job, e);
        }
    }

    private <T> T patiently(Job job, Supplier<T> step) {
        while (true) {
            try {
                return step.get();
            } catch (LedgerUnavailable away) {
                if (closing) {
                    throw away;
                }
                LOG.warn("Job {} waits for the ledger", job.id());
                LockSupport.parkNanos(this, AWAY.toNanos());
            }
        }
    }

    private Job once(Job job, List<Long> ids, Recheck rules) {
        Settlement settlement = Settlement.NONE;
        int dropped = 0;
        switch (job.kind()) {
            case RECHECK -> settlement = rules.of(ids, job.who(), reason(job));
            case RELEASE -> settlement = ledger.records().release(ids, job.who(), reason(job));
            case DROP -> dropped = ledger.records().drop(ids, job.who(), reason(job));
        }
        return ledger.jobs().reached(job, ids.get(ids.size() - 1), ids.size(), settlement, dropped);
    }

    private static String reason(Job job) {
        return (job.why().isEmpty() ? "" : job.why() + " ") + "(job " + job.id() + ")";
    }

    private void fail(Job job, RuntimeException e) {
        if (closing && e instanceof LedgerUnavailable) {
            return;
        }
        try {
            ledger.jobs().end(job.id(), Job.State.FAILED, FaultWords.of(e));
        } catch (RuntimeException unwritten) {
            LOG.error(
                    "That job {} failed could not be written down; it goes on at the next start", job.id(), unwritten);
        }
    }

    /** Lets the portion in work finish; what is left goes on at the next start. */
    @Override
    public void close() {
        closing = true;
        worker.shutdown();
        try {
            if (!worker.awaitTermination(30, TimeUnit.SECONDS)) {
                worker.shutdownNow();
            }
        } catch (InterruptedException e) {
            worker.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
