package org.vaxroute.hl7;

import java.util.Arrays;

/** The form in which a message is held: no frame around it, no blank line, every segment ended by one CR. */
final class SegmentText {
    private SegmentText() {}

    /** Always a new array. */
    static byte[] normalise(byte[] text) {
        int from = 0;
        int to = text.length;
        if (to >= 3 && text[0] == (byte) 0xef && text[1] == (byte) 0xbb && text[2] == (byte) 0xbf) {
            from = 3;
        }
        while (from < to && isFrame(text[from])) {
            from++;
        }
        while (to > from && isFrame(text[to - 1])) {
            to--;
        }
        byte[] out;
        if (isTidy(text, from, to)) {
            out = new byte[to - from + 1];
            System.arraycopy(text, from, out, 0, to - from);
            out[to - from] = Encoding.CR;
            return out;
        }
        out = new byte[to - from + 1];
        int length = 0;
        int line = from;
        while (line < to) {
            int end = line;
            while (end < to && !Encoding.isLineEnd(text[end])) {
                end++;
            }
            if (!isBlank(text, line, end)) {
                System.arraycopy(text, line, out, length, end - line);
                length += end - line;
                out[length++] = Encoding.CR;
            }
            line = end + 1;
        }
        return Arrays.copyOf(out, length);
    }

    /** Line ends, and the bytes that MLLP (VT, FS), printers (FF) and old editors (SUB) put around a message. */
    static boolean isFrame(byte b) {
        return Encoding.isLineEnd(b) || isFraming(b);
    }

    static boolean isFraming(byte b) {
        return b == 0x0b || b == 0x0c || b == 0x1c || b == 0x1a;
    }

    static boolean isBlank(byte[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text[i] != ' ' && text[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    private static boolean isTidy(byte[] text, int from, int to) {
        for (int i = ByteSearch.nextControl(text, from, to); i < to; i = ByteSearch.nextControl(text, i + 1, to)) {
            boolean blankMayFollow = text[i] == Encoding.CR && text[i + 1] <= ' ' && text[i + 1] >= 0;
            if (text[i] == Encoding.LF || blankMayFollow) {
                return false;
            }
        }
        return true;
    }
}
