package org.vaxroute.hl7;

import java.security.MessageDigest;
import java.util.Arrays;

/** Writes the content of a message in one normal form, for fingerprints. */
final class Content {
    private static final int MSH = Path.packed("MSH");
    private static final int SFT = Path.packed("SFT");
    private static final int OBX = Path.packed("OBX");

    /** Segments whose first field is a running number. */
    private static final int[] NUMBERED = {
        Path.packed("PID"),
        Path.packed("NK1"),
        Path.packed("PV1"),
        Path.packed("GT1"),
        Path.packed("IN1"),
        OBX,
        Path.packed("NTE")
    };

    private static final int SET_ID = 1;
    private static final int SUB_ID = 4;

    private final Message message;
    private final byte[] text;
    private final byte component;
    private final byte repetition;
    private final byte subcomponent;
    private final byte[] out;
    private int length;

    /** The different OBX-4 of the dose at hand, as spans, in their order of appearance. */
    private long[] subIds = new long[8];

    private int subIdCount;
    private int subIdDose;

    Content(Message message) {
        this.message = message;
        this.text = message.raw();
        this.component = (byte) message.encoding().component();
        this.repetition = (byte) message.encoding().repetition();
        this.subcomponent = (byte) message.encoding().subcomponent();
        // Room for the encoding characters, and for a numbered OBX-4 that is longer than the one received.
        this.out = new byte[text.length + 16 + message.segments() * 6];
    }

    void message(MessageDigest digest) {
        encoding();
        for (int s = 0; s < message.segments(); s++) {
            segment(s);
        }
        digest.update(out, 0, length);
    }

    void dose(int dose, MessageDigest digest) {
        encoding();
        for (int s = 0; s < message.segments(); s++) {
            if (message.segmentDose(s) == dose) {
                segment(s);
            }
        }
        digest.update(out, 0, length);
    }

    void patient(MessageDigest digest) {
        encoding();
        for (int s = 0; s < message.segments(); s++) {
            if (message.segmentDose(s) == 0 && !message.isSegment(s, MSH) && !message.isSegment(s, SFT)) {
                segment(s);
            }
        }
        digest.update(out, 0, length);
    }

    private void encoding() {
        System.arraycopy(text, 3, out, length, 5);
        length += 5;
    }

    private void segment(int s) {
        boolean header = message.isSegment(s, MSH);
        boolean numbered = isNumbered(s);
        boolean observation = message.isSegment(s, OBX);
        byte field = text[3];
        int floor = length;
        int tokens = message.tokenCount(s);
        for (int t = 0; t < tokens; t++) {
            int number = header ? t + 1 : t;
            if (t > 0) {
                out[length++] = field;
            }
            boolean leftOut = header && (number == 2 || number == 7 || number == 10) || numbered && number == SET_ID;
            if (leftOut) {
                continue;
            }
            int from = message.tokenStart(s, t);
            int to = message.tokenStart(s, t + 1) - 1;
            if (observation && number == SUB_ID && from < to) {
                decimal(subIdOrdinal(message.segmentDose(s), from, to));
            } else {
                field(from, to);
            }
        }
        while (length > floor + 3 && out[length - 1] == field) {
            length--;
        }
        out[length++] = Encoding.CR;
    }

    private void field(int from, int to) {
        int floor = length;
        for (int i = from; i < to; i++) {
            byte b = text[i];
            if (b == component || b == repetition) {
                dropTrailing(floor, b == repetition);
            }
            out[length++] = b;
        }
        dropTrailing(floor, true);
        while (length > floor && out[length - 1] == repetition) {
            length--;
            dropTrailing(floor, true);
        }
    }

    private void dropTrailing(int floor, boolean componentsToo) {
        while (length > floor && (out[length - 1] == subcomponent || componentsToo && out[length - 1] == component)) {
            length--;
        }
    }

    private int subIdOrdinal(int dose, int from, int to) {
        if (dose != subIdDose) {
            subIdDose = dose;
            subIdCount = 0;
        }
        for (int i = 0; i < subIdCount; i++) {
            long known = subIds[i];
            if (Arrays.equals(text, Message.start(known), Message.end(known), text, from, to)) {
                return i + 1;
            }
        }
        if (subIdCount == subIds.length) {
            subIds = Arrays.copyOf(subIds, subIdCount * 2);
        }
        subIds[subIdCount++] = (long) from << 32 | to;
        return subIdCount;
    }

    private void decimal(int n) {
        int digits = 1;
        for (int rest = n; rest >= 10; rest /= 10) {
            digits++;
        }
        for (int i = length + digits - 1, rest = n; i >= length; i--, rest /= 10) {
            out[i] = (byte) ('0' + rest % 10);
        }
        length += digits;
    }

    private boolean isNumbered(int s) {
        for (int name : NUMBERED) {
            if (message.isSegment(s, name)) {
                return true;
            }
        }
        return false;
    }
}
