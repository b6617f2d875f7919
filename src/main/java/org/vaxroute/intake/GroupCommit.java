package org.vaxroute.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the messages of all MLLP connections in the order of their arrival, a group at a time, and answers each when its
 * group is committed. There is no timer: a group is what waits when the last one is done.
 */
final class GroupCommit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

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
        List<byte[]> answers(List<byte[]> texts);
    }

    private static final Arrival END = new Arrival(null, null);

    private final BlockingQueue<Arrival> queue = new LinkedBlockingQueue<>();
    private final int most;
    private final Group group;
    private final Consumer<List<Arrival>> unanswered;
    private final Thread committer;

    /** @param unanswered answers a group whose storing ended in a way that nobody foresaw */
    GroupCommit(int most, Group group, Consumer<List<Arrival>> unanswered) {
        this.most = most;
        this.group = group;
        this.unanswered = unanswered;
        this.committer = new Thread(this::run, "mllp-committer");
        committer.setDaemon(true);
        committer.start();
    }

    void offer(Arrival arrival) {
        queue.add(arrival);
    }

    private void run() {
        List<Arrival> taken = new ArrayList<>(most);
        boolean ending = false;
        while (!ending || !queue.isEmpty()) {
            try {
                taken.add(queue.take());
            } catch (InterruptedException e) {
                ending = true;
            }
            queue.drainTo(taken, most - taken.size());
            ending |= taken.remove(END);
            if (!taken.isEmpty()) {
                answer(taken);
                taken.clear();
            }
        }
    }

    private void answer(List<Arrival> taken) {
        List<byte[]> answers;
        try {
            answers = group.answers(taken.stream().map(Arrival::text).toList());
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "{} MLLP messages could not be answered for: {}",
                    taken.size(),
                    e.getClass().getName());
            unanswered.accept(List.copyOf(taken));
            return;
        }
        for (int i = 0; i < taken.size(); i++) {
            taken.get(i).answer().accept(answers.get(i));
        }
    }

    /** Answers what has arrived, then ends. */
    @Override
    public void close() {
        queue.add(END);
        try {
            committer.join();
        } catch (InterruptedException e) {
            committer.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
