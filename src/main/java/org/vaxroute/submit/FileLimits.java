package org.vaxroute.submit;

/**
 * How large one submission file may become.
 *
 * @param messages most messages in a file, at least 1
 * @param bytes most bytes in a file, envelope included; a message that is larger on its own travels alone
 */
public record FileLimits(int messages, long bytes) {
    /** Small enough for every registry that named a limit (the smallest known cap for an upload is 210 MB). */
    public static final FileLimits DEFAULT = new FileLimits(5_000, 20_000_000);

    // FHS, BHS, BTS and FTS with every field filled.
    private static final long ENVELOPE_BYTES = 1_000;

    public FileLimits {
        if (messages < 1) {
            throw new IllegalArgumentException("feed.max-messages is " + messages + "; it must be at least 1.");
        }
        if (bytes < 2 * ENVELOPE_BYTES) {
            throw new IllegalArgumentException(
                    "feed.max-bytes is " + bytes + "; it must be at least " + 2 * ENVELOPE_BYTES + ".");
        }
    }

    /** These limits, but never more than so many messages. */
    public FileLimits atMost(int ceiling) {
        return ceiling < messages ? new FileLimits(Math.max(1, ceiling), bytes) : this;
    }

    /** What is left for messages. */
    long messageBytes() {
        return bytes - ENVELOPE_BYTES;
    }
}
