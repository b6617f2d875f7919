package org.vaxroute.hl7;

/**
 * The five characters that give a message its shape, as its MSH-1 and MSH-2 declare them (IZ-8 to IZ-11 ask for
 * {@link #STANDARD}). A fifth character of MSH-2 (truncation, HL7 2.7) is tolerated and not used.
 *
 * @param field MSH-1
 * @param component first character of MSH-2
 * @param repetition second character of MSH-2
 * @param escape third character of MSH-2
 * @param subcomponent fourth character of MSH-2
 */
public record Encoding(char field, char component, char repetition, char escape, char subcomponent) {

    /** {@code |^~\&}, what every registry guide asks for. */
    public static final Encoding STANDARD = new Encoding('|', '^', '~', '\\', '&');

    static final byte CR = '\r';
    static final byte LF = '\n';

    /** Name, field separator, five encoding characters, field separator: all that is needed to know a header. */
    static final int HEADER_LENGTH = 10;

    /**
     * @throws IllegalArgumentException when a character is a letter, a digit, blank or not ASCII, or is used twice
     */
    public Encoding {
        char[] all = {field, component, repetition, escape, subcomponent};
        for (int i = 0; i < all.length; i++) {
            if (!isSeparator((byte) (all[i] > 0x7e ? 0 : all[i]))) {
                throw new IllegalArgumentException(
                        "an encoding character must be ASCII punctuation; write MSH-1 and MSH-2 as |^~\\&");
            }
            for (int k = 0; k < i; k++) {
                if (all[k] == all[i]) {
                    throw new IllegalArgumentException(
                            "one character is used for two purposes; write MSH-1 and MSH-2 as |^~\\&");
                }
            }
        }
    }

    /** The text of MSH-2: component, repetition, escape and subcomponent character. */
    public String characters() {
        return "" + component + repetition + escape + subcomponent;
    }

    /**
     * Whether a header line stands at {@code at}: its three letters, a field separator, four or five encoding
     * characters, and the field separator again. Nothing less starts a message, because a line of a note may well
     * begin with the letters MSH.
     */
    static boolean isMessageHeader(byte[] text, int at, int end) {
        return end - at >= 4
                && text[at] == 'M'
                && text[at + 1] == 'S'
                && text[at + 2] == 'H'
                && headerEnd(text, at, end, false) > 0;
    }

    /**
     * The position of the field separator (or line end, where allowed) that closes the encoding characters of a header
     * segment, or -1 when this is no header.
     */
    static int headerEnd(byte[] text, int at, int end, boolean lineEndCloses) {
        if (end - at < 8 || !isSeparator(text[at + 3])) {
            return -1;
        }
        byte field = text[at + 3];
        int i = at + 4;
        while (i < end && i < at + 9 && text[i] != field && isSeparator(text[i])) {
            i++;
        }
        int characters = i - at - 4;
        if (characters < 4) {
            return -1;
        }
        boolean closed = i < end ? text[i] == field || lineEndCloses && isLineEnd(text[i]) : lineEndCloses;
        return closed ? i : -1;
    }

    /** Reads MSH-1 and MSH-2 of a message whose header was recognised. */
    static Encoding ofHeader(byte[] text) {
        try {
            return new Encoding((char) text[3], (char) text[4], (char) text[5], (char) text[6], (char) text[7]);
        } catch (IllegalArgumentException e) {
            throw new Hl7FormatException("MSH-2", e.getMessage());
        }
    }

    static boolean isLineEnd(byte b) {
        return b == CR || b == LF;
    }

    static boolean isSeparator(byte b) {
        return b > ' ' && b < 0x7f && !(b >= '0' && b <= '9') && !(b >= 'A' && b <= 'Z') && !(b >= 'a' && b <= 'z');
    }
}
