package org.vaxroute.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the messages of all MLLP connections in the order of their arrival, a group at a time, and answers each when its
 * group is committed. There is no timer: a group is what waits when the last one is done. When so many wait already as its storing begins that they are a group,
 * they are prepared meanwhile by a second thread. Groups are stored and answered in the order in which they were taken.
 */
final class GroupCommit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    /** Fewer wait for those that come while the group before them is stored: a commit of their own would cost more. */
    static final int ENOUGH = 8;

    /**
     * One message on its way.
     *
     * @param text as it arrived, without the frame
     * @param answer takes the acknowledgment; called exactly once
     */
    record Arrival(byte[] text, Consumer<byte[]> answer) {}

    /** Stores a group and says what to answer, one answer for each message and in their order. */
    @FunctionalInterface
    interface Group {
        /** @param turn waited for before anything is stored, passed on when nothing more is */
        List<byte[]> answers(List<byte[]> texts, Turn turn);
    }

    /** A place in a line: comes when those before it have passed theirs on. */
    static final class Turn {
        private final CountDownLatch before;
        private final Runnable come;
        private final CountDownLatch passed = new CountDownLatch(1);

        private Turn(CountDownLatch before, Runnable come) {
            this.before = before;
            this.come = come;
        }

        /** @param come run whenever somebody's turn has come */
        static Turn first(Runnable come) {
            return new Turn(new CountDownLatch(0), come);
        }

        Turn next() {
            return new Turn(passed, come);
        }

        /** Waits until this turn has come. */
        void await() {
            waitForThoseBefore();
            come.run();
        }

        private void waitForThoseBefore() {
            try {
                before.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IntakeStoppedException("the intake was stopped while messages waited for those before them");
            }
        }

        /** Lets the next one have its turn, after those before this one. */
        void pass() {
            waitForThoseBefore();
            passed.countDown();
        }
    }

    private record Work(List<Arrival> arrivals, Turn storing, Turn answering) {}

    private static final Arrival END = new Arrival(null, null);

    private final BlockingQueue<Arrival> queue = new LinkedBlockingQueue<>();
    private final int most;
    private final Group group;
    private final Consumer<List<Arrival>> unanswered;
    /** Lets the second thread look once for what waits. */
    private final Semaphore look = new Semaphore(0);

    private final List<Thread> committers;
    private Turn storing = Turn.first(() -> {
        if (queue.size() >= ENOUGH) {
            look.release();
        }
    });
    private Turn answering = Turn.first(() -> {});
    private boolean ending;

    /** @param unanswered answers a group whose storing ended in a way that nobody foresaw */
    GroupCommit(int most, Group group, Consumer<List<Arrival>> unanswered) {
        this.most = most;
        this.group = group;
        this.unanswered = unanswered;
        this.committers = List.of(new Thread(this::run, "mllp-committer"), new Thread(this::help, "mllp-second"));
        committers.forEach(committer -> {
            committer.setDaemon(true);
            committer.start();
        });
    }

    void offer(Arrival arrival) {
        queue.add(arrival);
    }

    private void run() {
        for (Work work = take(); !work.arrivals.isEmpty(); work = take()) {
            answer(work);
        }
        look.release();
    }

    /** While there is little to do, all is done by the other thread. */
    private void help() {
        boolean goesOn = true;
        while (goesOn) {
            look.acquireUninterruptibly();
            look.drainPermits();
            Work work = takeWhatWaits();
            if (work != null) {
                answer(work);
            } else {
                goesOn = !ended();
            }
        }
    }

    /** Waits for the next group; it is empty when nothing more comes. */
    private synchronized Work take() {
        List<Arrival> taken = new ArrayList<>();
        while (taken.isEmpty() && !ended()) {
            try {
                taken.add(queue.take());
            } catch (InterruptedException e) {
                ending = true;
            }
            drain(taken);
        }
        return work(taken);
    }

    /** The next group; null when nothing waits. */
    private synchronized Work takeWhatWaits() {
        List<Arrival> taken = new ArrayList<>();
        drain(taken);
        return taken.isEmpty() ? null : work(taken);
    }

    private void drain(List<Arrival> taken) {
        queue.drainTo(taken, most - taken.size());
        ending |= taken.remove(END);
    }

    private Work work(List<Arrival> taken) {
        var work = new Work(taken, storing, answering);
        storing = storing.next();
        answering = answering.next();
        return work;
    }

    private synchronized boolean ended() {
        return ending && queue.isEmpty();
    }

    private void answer(Work work) {
        List<byte[]> answers = null;
        try {
            answers = group.answers(work.arrivals.stream().map(Arrival::text).toList(), work.storing);
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "{} MLLP messages could not be answered for: {}",
                    work.arrivals.size(),
                    e.getClass().getName());
        }
        work.storing.pass();
        work.answering.await();
        try {
            answer(work.arrivals, answers);
        } finally {
            work.answering.pass();
        }
    }

    private void answer(List<Arrival> arrivals, List<byte[]> answers) {
        if (answers == null) {
            unanswered.accept(arrivals);
            return;
        }
        for (int i = 0; i < arrivals.size(); i++) {
            arrivals.get(i).answer().accept(answers.get(i));
        }
    }

    /** Answers what has arrived, then ends. */
    @Override
    public void close() {
        queue.add(END);
        try {
            for (Thread committer : committers) {
                committer.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
