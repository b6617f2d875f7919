package org.vaxroute.rules;

import org.vaxroute.hl7.Message;

/**
 * Texts of one field of which the rules that look at nothing else had nothing to say. Codes come again in message after message, so that
 * most fields are settled by one look here. Where texts do not come again, as names do not, it notices and stops looking for a while.
 *
 * <p>Shared by threads without a lock: an entry is immutable, and a lost count or entry costs nothing but time.
 */
final class CleanTexts {
    private static final int SLOTS = 128;
    private static final int LONGEST = 200;
    private static final int LOOKS = 2048;
    private static final int PAUSE = 30 * LOOKS;

    private record Clean(byte[] text, int circumstances) {}

    private final Clean[] slots = new Clean[SLOTS];
    private boolean looking = true;
    private int left = LOOKS;
    private int found;

    /** Whether it is worth the look at present; to be asked once per field, before anything else. */
    boolean looking() {
        if (--left < 0) {
            looking = !looking || found > LOOKS / 4;
            left = looking ? LOOKS : PAUSE;
            found = 0;
        }
        return looking;
    }

    /** @param circumstances what else the rules know: the kind of dose and the stage */
    boolean knows(Message message, long span, int circumstances) {
        Clean clean = slots[slot(message, span, circumstances)];
        if (clean != null && clean.circumstances == circumstances && message.holds(span, clean.text)) {
            found++;
            return true;
        }
        return false;
    }

    void add(Message message, long span, int circumstances) {
        int from = Message.start(span);
        byte[] text = new byte[Message.end(span) - from];
        if (text.length > LONGEST) {
            return;
        }
        for (int i = 0; i < text.length; i++) {
            text[i] = message.byteAt(from + i);
            if (text[i] == '\\') {
                // What an escape means may depend on the character set.
                return;
            }
        }
        slots[slot(message, span, circumstances)] = new Clean(text, circumstances);
    }

    private static int slot(Message message, long span, int circumstances) {
        // A new dose and a historical one often stand in one message with the same code: they must not drive each other
        // out.
        int hash = message.hash(span) + 31 * circumstances;
        return (hash ^ hash >>> 16) & SLOTS - 1;
    }
}
