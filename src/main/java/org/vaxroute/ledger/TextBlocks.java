package org.vaxroute.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Gathers the texts of a chunk into a few blocks, each compressed as a whole. */
final class TextBlocks {
    /** A block is closed when it holds this much; a single longer text has a block of its own size. */
    private static final int BLOCK = 4 * 1024 * 1024;

    private final List<byte[]> closed = new ArrayList<>();
    private byte[] open;
    private int length;

    /**
     * Where a record's texts are.
     *
     * @param outAt -1 when the outgoing text is the received one
     */
    record Place(int block, int textAt, int textLength, int outAt, int outLength) {
        /** The same received text with another outgoing one. */
        Place withOut(int at, int length) {
            return new Place(block, textAt, textLength, at, length);
        }
    }

    TextBlocks(int expected) {
        open = new byte[Math.max(1024, Math.min(expected, BLOCK))];
    }

    /** Adds a record's texts next to each other, in one block. */
    Place add(byte[] received, byte[]... outgoing) {
        long size = received.length;
        for (byte[] out : outgoing) {
            size += out.length;
        }
        if (length > 0 && length + size > BLOCK) {
            close();
        }
        int textAt = append(received);
        return new Place(closed.size(), textAt, received.length, -1, -1);
    }

    /** Adds one more text to the block that was written last. */
    int append(byte[] text) {
        if (open.length - length < text.length) {
            open = Arrays.copyOf(open, (int)
                    Math.min(Integer.MAX_VALUE - 16L, Math.max(open.length * 2L, (long) length + text.length)));
        }
        System.arraycopy(text, 0, open, length, text.length);
        length += text.length;
        return length - text.length;
    }

    /** All blocks, in order; this object is used up. */
    List<byte[]> blocks() {
        if (length > 0 || closed.isEmpty()) {
            close();
        }
        return closed;
    }

    private void close() {
        closed.add(Arrays.copyOf(open, length));
        length = 0;
    }
}
