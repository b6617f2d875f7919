package org.vaxroute.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the messages of all MLLP connections in the order of their arrival, a group at a time, and answers each when its
 * group is committed. There is no timer: a group is what waits when somebody is free for it. One group is prepared while the one before it
 * is stored; they are stored and answered in the order in which they were taken.
 */
final class GroupCommit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    /** One stores, one prepares. A third would only take messages away from the group behind them. */
    private static final int COMMITTERS = 2;

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
        private final CountDownLatch passed = new CountDownLatch(1);

        private Turn(CountDownLatch before) {
            this.before = before;
        }

        static Turn first() {
            return new Turn(new CountDownLatch(0));
        }

        Turn next() {
            return new Turn(passed);
        }

        /** Waits until this turn has come. */
        void await() {
            try {
                before.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IntakeStoppedException("the intake was stopped while messages waited for those before them");
            }
        }

        /** Lets the next one have its turn, after those before this one. */
        void pass() {
            await();
            passed.countDown();
        }
    }

    private record Work(List<Arrival> arrivals, Turn storing, Turn answering) {}

    private static final Arrival END = new Arrival(null, null);

    private final BlockingQueue<Arrival> queue = new LinkedBlockingQueue<>();
    private final int most;
    private final Group group;
    private final Consumer<List<Arrival>> unanswered;
    private final List<Thread> committers;
    private Turn storing = Turn.first();
    private Turn answering = Turn.first();
    private boolean ending;

    /** @param unanswered answers a group whose storing ended in a way that nobody foresaw */
    GroupCommit(int most, Group group, Consumer<List<Arrival>> unanswered) {
        this.most = most;
        this.group = group;
        this.unanswered = unanswered;
        this.committers = IntStream.rangeClosed(1, COMMITTERS)
                .mapToObj(number -> new Thread(this::run, "mllp-committer-" + number))
                .toList();
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
    }

    /** Waits for the next group; it is empty when nothing more comes. */
    private synchronized Work take() {
        List<Arrival> taken = new ArrayList<>();
        while (taken.isEmpty() && !(ending && queue.isEmpty())) {
            try {
                taken.add(queue.take());
            } catch (InterruptedException e) {
                ending = true;
            }
            queue.drainTo(taken, most - taken.size());
            ending |= taken.remove(END);
        }
        var work = new Work(taken, storing, answering);
        storing = storing.next();
        answering = answering.next();
        return work;
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
