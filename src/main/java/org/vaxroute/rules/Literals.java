package org.vaxroute.rules;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Set;
import org.vaxroute.hl7.Message;

/**
 * A fixed set of texts that can be asked for a stretch of a message without making a String: asking is the most frequent
 * thing a check does.
 */
final class Literals {
    private final byte[][] slots;
    private final int mask;
    private final boolean hasEmpty;
    private final Set<String> texts;

    Literals(Collection<String> texts) {
        int size = Integer.highestOneBit(Math.max(4, texts.size() * 2)) * 2;
        this.slots = new byte[size][];
        this.mask = size - 1;
        this.hasEmpty = texts.contains("");
        this.texts = Set.copyOf(texts);
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
        return span < 0 ? hasEmpty : slot(message, span) >= 0;
    }

    /** The number of the slot, below {@link #slots}, in which the text at the span stands; -1 when it is none of the set. */
    int slot(Message message, long span) {
        int from = span < 0 ? 0 : Message.start(span);
        int to = span < 0 ? 0 : Message.end(span);
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + message.byteAt(i);
        }
        for (int slot = spread(hash); slots[slot] != null; slot = slot + 1 & mask) {
            if (equal(slots[slot], message, from, to)) {
                return slot;
            }
        }
        return -1;
    }

    /** How many slots there are, most of them empty. */
    int slots() {
        return slots.length;
    }

    /** The text in a slot, null when there is none. */
    String textIn(int slot) {
        return slots[slot] == null ? null : new String(slots[slot], StandardCharsets.UTF_8);
    }

    Set<String> texts() {
        return texts;
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
