package org.vaxroute.rules;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.vaxroute.hl7.Message;

/**
 * A fixed set of texts that can be asked for a stretch of a message without making a String: asking is the most frequent
 * thing a check does.
 */
final class Literals {
    private final byte[][] slots;
    private final int mask;
    private final boolean hasEmpty;

    Literals(Collection<String> texts) {
        int size = Integer.highestOneBit(Math.max(4, texts.size() * 2)) * 2;
        this.slots = new byte[size][];
        this.mask = size - 1;
        this.hasEmpty = texts.contains("");
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            int hash = 0;
            for (byte b : bytes) {
                hash = hash * 31 + b;
            }
            int slot = spread(hash);
            while (slots[slot] != null && !java.util.Arrays.equals(slots[slot], bytes)) {
                slot = slot + 1 & mask;
            }
            slots[slot] = bytes;
        }
    }

    /** Whether the text at the span is one of the set; a place that is not there counts as the empty text. */
    boolean contains(Message message, long span) {
        if (span < 0) {
            return hasEmpty;
        }
        int from = Message.start(span);
        int to = Message.end(span);
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + message.byteAt(i);
        }
        for (int slot = spread(hash); slots[slot] != null; slot = slot + 1 & mask) {
            if (equal(slots[slot], message, from, to)) {
                return true;
            }
        }
        return false;
    }

    private int spread(int hash) {
        return (hash ^ hash >>> 16) & mask;
    }

    private static boolean equal(byte[] text, Message message, int from, int to) {
        if (text.length != to - from) {
            return false;
        }
        for (int i = 0; i < text.length; i++) {
            if (text[i] != message.byteAt(from + i)) {
                return false;
            }
        }
        return true;
    }
}
