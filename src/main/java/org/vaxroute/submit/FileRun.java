package org.vaxroute.submit;

import java.time.Duration;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.KeptLease;
import org.vaxroute.ledger.SubmissionFile;

/** One run of assembling: the files of one feed of one connection, one after the other. Lives as the body of one exchange. */
public final class FileRun {
    private final String connection;
    private final Feed feed;
    private long owed;
    private SubmissionFile file;
    private Written written;
    private int files;
    private boolean done;
    private String note = "";
    private KeptLease lease;
    private boolean over;
    private final long begun = System.nanoTime();

    /** @param owed messages that were ready when the run began; what comes later waits for the next run, in fuller files */
    FileRun(String connection, Feed feed, long owed) {
        this.connection = connection;
        this.feed = feed;
        this.owed = owed;
    }

    /** Whether this run holds the right to build files of its feed. */
    boolean isOurs() {
        return lease != null && lease.still();
    }

    /** Whether it held that right and has lost it to another node. */
    boolean isTakenOver() {
        return lease != null && !lease.still();
    }

    /** Whether it may begin another file. */
    boolean mayGoOn() {
        return lease != null && lease.mayGoOn();
    }

    /** Whether it cannot go on here and now: a step failed, another node builds files of its feed, or its turn is over. */
    boolean isOver() {
        return over;
    }

    void over() {
        over = true;
        letGo();
    }

    void ours(KeptLease taken) {
        lease = taken;
    }

    /** Lets others build files of this feed. */
    void letGo() {
        if (lease != null) {
            lease.close();
            lease = null;
        }
    }

    /** Whether it has been at work for so long. */
    boolean lasted(Duration time) {
        return System.nanoTime() - begun >= time.toNanos();
    }

    boolean isPaid() {
        return owed <= 0;
    }

    void paid(int messages) {
        owed -= messages;
    }

    public String getConnection() {
        return connection;
    }

    public Feed getFeed() {
        return feed;
    }

    /** Files finished in this run. */
    public int getFiles() {
        return files;
    }

    /** Whether the run came to its end; false while files are owed, for example because the disk is full. */
    public boolean isDone() {
        return done;
    }

    /** How the run went, for the ledger's list of runs; empty when it could not be gone through here and is owed still. */
    public String getOutcome() {
        return over ? "" : files + (files == 1 ? " file" : " files") + (note.isEmpty() ? "" : "; " + note);
    }

    SubmissionFile file() {
        return file;
    }

    Written written() {
        return written;
    }

    void chosen(SubmissionFile chosen) {
        file = chosen;
        written = null;
    }

    void written(Written bytes) {
        written = bytes;
    }

    void published() {
        file = null;
        written = null;
        files++;
    }

    void end(String why) {
        done = true;
        note = why;
    }

    @Override
    public String toString() {
        return connection + " " + feed.name().toLowerCase(java.util.Locale.ROOT)
                + (file == null ? "" : " " + file.name());
    }
}
