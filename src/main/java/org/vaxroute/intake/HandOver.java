package org.vaxroute.intake;

import java.util.Iterator;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Lets one thread prepare the next chunk while another stores the last one. Order is kept, at most a few chunks wait,
 * and the first failure of a store stops everything behind it.
 *
 * <p>One hand-over serves one reading of one source, by one preparing thread.
 *
 * @param <T> what is handed over
 */
final class HandOver<T> implements AutoCloseable {
    private record Work<T>(T one, CountDownLatch done) {}

    private final BlockingQueue<Work<T>> waiting;
    private final Consumer<T> store;
    private final Thread storing;
    private volatile RuntimeException failure;
    private volatile boolean closed;
    private volatile boolean settled = true;
    private volatile boolean over;

    /**
     * @param name the storing thread's name
     * @param depth how many may wait
     * @param store stores one; what it throws reaches the preparing thread at its next call
     */
    HandOver(String name, int depth, Consumer<T> store) {
        this.waiting = new ArrayBlockingQueue<>(depth);
        this.store = store;
        this.storing = new Thread(this::run, name);
        storing.setDaemon(true);
        storing.start();
    }

    /**
     * What is read, until the reading is {@linkplain #over over}: a split of Camel's that stops on an exception still goes through all that is left, to give back
     * what it has not begun with, and would read a whole database for nothing.
     */
    Iterator<T> untilOver(Iterator<T> all) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return !over && orOver(all::hasNext);
            }

            @Override
            public T next() {
                return orOver(all::next);
            }
        };
    }

    private <R> R orOver(Supplier<R> read) {
        try {
            return read.get();
        } catch (RuntimeException e) {
            over = true;
            throw e;
        }
    }

    /** Has no more read: a step has failed. */
    void over() {
        over = true;
    }

    /** Hands one over; waits while too many are ahead of it. Throws the failure of an earlier one. */
    void give(T one) {
        settled = false;
        put(new Work<>(one, new CountDownLatch(1)));
    }

    /** Hands the last one over and waits until everything is stored. */
    void giveLast(T one) {
        settled = false;
        var work = new Work<>(one, new CountDownLatch(1));
        put(work);
        try {
            work.done().await();
        } catch (InterruptedException e) {
            throw interrupted();
        }
        rethrow();
        settled = true;
    }

    /** Whether everything that was given is stored, and the last one was given as such. */
    boolean settled() {
        return settled;
    }

    private void put(Work<T> work) {
        rethrow();
        try {
            waiting.put(work);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private void run() {
        while (!closed) {
            Work<T> work;
            try {
                work = waiting.take();
            } catch (InterruptedException e) {
                failure = interrupted();
                return;
            }
            if (failure == null && !closed) {
                storeOne(work.one());
            }
            work.done().countDown();
        }
    }

    private void storeOne(T one) {
        try {
            store.accept(one);
        } catch (RuntimeException e) {
            failure = e;
        } catch (Error e) {
            failure = new IllegalStateException(
                    "storing stopped by " + e.getClass().getName(), e);
        }
    }

    private void rethrow() {
        if (failure != null) {
            throw failure;
        }
    }

    private static IntakeStoppedException interrupted() {
        Thread.currentThread().interrupt();
        return new IntakeStoppedException("the intake was stopped while a chunk was waiting to be stored");
    }

    /** Ends the storing thread after the store it is in; what still waits is left to be read again. */
    @Override
    public void close() {
        closed = true;
        waiting.clear();
        waiting.offer(new Work<>(null, new CountDownLatch(1)));
        boolean interrupted = false;
        while (storing.isAlive()) {
            try {
                storing.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
