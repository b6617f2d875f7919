package org.vaxroute.hl7;

/** Counts ORDER groups line by line, as {@link Message} does, also in text that is no readable message. */
final class DoseCount {
    private long doses;
    private boolean open;
    private boolean hasRxa;

    void message() {
        open = false;
        hasRxa = false;
    }

    void line(byte[] text, int from, int to, byte separator) {
        int length = to - from;
        if (length < 3 || length > 3 && text[from + 3] != separator) {
            return;
        }
        byte first = text[from];
        if (first == 'O' && text[from + 1] == 'R' && text[from + 2] == 'C') {
            doses++;
            open = true;
            hasRxa = false;
        } else if (first == 'R' && text[from + 1] == 'X' && text[from + 2] == 'A') {
            if (!open || hasRxa) {
                doses++;
                open = true;
            }
            hasRxa = true;
        }
    }

    long doses() {
        return doses;
    }
}
