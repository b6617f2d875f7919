package org.vaxroute.hl7;

import java.io.IOException;
import java.io.InputStream;

/**
 * Walks over the lines of an HL7 file of any size and says what each is. A line ends at CR, LF or CRLF. VT, FS, FF and
 * SUB count as line ends only where they stand around something: at a line's start or end, or before a header; inside
 * text they are text (word processors leave VT in notes). Blank lines and byte-order marks at a line's start are
 * passed over.
 */
final class Lines {
    enum Kind {
        FILE_HEADER,
        BATCH_HEADER,
        MESSAGE_HEADER,
        BATCH_TRAILER,
        FILE_TRAILER,
        OTHER
    }

    private static final byte VT = 0x0b;
    private static final byte FS = 0x1c;
    private static final int READ_SIZE = 1 << 16;

    private final InputStream in;
    private final int longest;

    private byte[] buffer = new byte[READ_SIZE * 2];
    private int limit;
    private boolean exhausted;

    /** Position in the file of the first byte of the buffer. */
    private long base;

    private long lineOffset;
    private int from;
    private int to;
    private int after;
    private Kind kind;
    private boolean overlong;
    private boolean terminated;
    private byte separator = '|';

    /** Whether {@link #separator} counts: a file that is read on from its middle may have told another one in a header before. */
    private boolean told;

    private long firstZeroByte = -1;
    private boolean frameOpen;

    /**
     * @param position the position in the file at which {@code in} stands
     * @param longest bytes of a line that are kept
     */
    Lines(InputStream in, long position, int longest) {
        this.in = in;
        this.base = position;
        this.told = position == 0;
        this.longest = longest;
    }

    /** Goes to the next line; false at the end of the file. */
    boolean next() throws IOException {
        do {
            if (!skipToStart()) {
                return false;
            }
            lineOffset = base + from;
            kind = kindAt(from);
            findEnd();
        } while (!overlong && SegmentText.isBlank(buffer, from, to));
        return true;
    }

    byte[] buffer() {
        return buffer;
    }

    /** First byte of the line in the buffer; valid up to the next call of {@link #next()}. */
    int from() {
        return from;
    }

    int to() {
        return to;
    }

    Kind kind() {
        return kind;
    }

    /** The line is longer than allowed and its text was passed over. */
    boolean overlong() {
        return overlong;
    }

    /** Whether a line end or framing byte stood behind the line, rather than the end of the file. */
    boolean terminated() {
        return terminated;
    }

    /** Position of the line's first byte in the file. */
    long offset() {
        return lineOffset;
    }

    /** Position behind the line and its end; behind everything once there are no more lines. */
    long offsetAfter() {
        return base + after;
    }

    /** The field separator of the last header. */
    byte separator() {
        return separator;
    }

    /** Position of the first zero byte met so far, or -1. */
    long firstZeroByte() {
        return firstZeroByte;
    }

    /** Whether an MLLP start (VT) was met and no end (FS) since. */
    boolean frameOpen() {
        return frameOpen;
    }

    private boolean skipToStart() throws IOException {
        from = after;
        for (; ; ) {
            if (!available(from, 1)) {
                after = from;
                return false;
            }
            byte b = buffer[from];
            if (SegmentText.isFrame(b)) {
                noteFrame(b);
                from++;
            } else if (b == (byte) 0xef
                    && available(from, 3)
                    && buffer[from + 1] == (byte) 0xbb
                    && buffer[from + 2] == (byte) 0xbf) {
                from += 3;
            } else {
                return true;
            }
        }
    }

    private void findEnd() throws IOException {
        overlong = false;
        terminated = true;
        int scanned = from;
        for (; ; ) {
            int i = ByteSearch.nextControl(buffer, scanned, limit);
            if (i == limit) {
                int seen = i - from;
                if (seen > longest) {
                    passOver();
                    return;
                }
                if (!available(i, 1)) {
                    to = limit;
                    after = limit;
                    terminated = false;
                    return;
                }
                scanned = from + seen;
                continue;
            }
            byte b = buffer[i];
            if (Encoding.isLineEnd(b)) {
                int seen = i - from;
                boolean pair = b == Encoding.CR && available(i, 2) && buffer[from + seen + 1] == Encoding.LF;
                to = from + seen;
                after = to + (pair ? 2 : 1);
                overlong = seen > longest;
                return;
            }
            if (SegmentText.isFraming(b)) {
                int seen = i - from;
                boolean ends = framingEndsLine(i);
                i = from + seen;
                if (ends) {
                    to = i;
                    after = i;
                    overlong = seen > longest;
                    return;
                }
            } else if (b == 0 && firstZeroByte < 0) {
                firstZeroByte = base + i;
            }
            scanned = i + 1;
        }
    }

    private boolean framingEndsLine(int at) throws IOException {
        int ahead = at - from + 1;
        while (available(from + ahead, 1) && SegmentText.isFraming(buffer[from + ahead])) {
            ahead++;
        }
        if (!available(from + ahead, 1) || Encoding.isLineEnd(buffer[from + ahead])) {
            return true;
        }
        // Reading ahead may move the line to the start of the buffer, so the place is worked out again each time.
        available(from + ahead, Encoding.HEADER_LENGTH);
        byte known = separator;
        boolean wasTold = told;
        boolean marker = kindAt(from + ahead) != Kind.OTHER;
        separator = known;
        told = wasTold;
        return marker;
    }

    private void passOver() throws IOException {
        overlong = true;
        to = from;
        for (; ; ) {
            base += limit - from;
            limit = from;
            if (!available(from, 1)) {
                after = from;
                terminated = false;
                return;
            }
            for (int i = ByteSearch.nextControl(buffer, from, limit);
                    i < limit;
                    i = ByteSearch.nextControl(buffer, i + 1, limit)) {
                if (Encoding.isLineEnd(buffer[i])) {
                    after = i + 1;
                    return;
                }
                if (buffer[i] == 0 && firstZeroByte < 0) {
                    firstZeroByte = base + i;
                }
            }
        }
    }

    private Kind kindAt(int at) throws IOException {
        int rest = at - from;
        available(at, Encoding.HEADER_LENGTH);
        int start = from + rest;
        if (limit - start < 3) {
            return Kind.OTHER;
        }
        byte first = buffer[start];
        byte second = buffer[start + 1];
        byte third = buffer[start + 2];
        if (first == 'M') {
            if (!Encoding.isMessageHeader(buffer, start, limit)) {
                return Kind.OTHER;
            }
            tell(buffer[start + 3]);
            return Kind.MESSAGE_HEADER;
        }
        if ((first == 'F' || first == 'B') && third == 'S') {
            if (second == 'H' && Encoding.headerEnd(buffer, start, limit, true) > 0) {
                tell(buffer[start + 3]);
                return first == 'F' ? Kind.FILE_HEADER : Kind.BATCH_HEADER;
            }
            boolean closed = start + 3 == limit
                    || buffer[start + 3] == separator
                    || SegmentText.isFrame(buffer[start + 3])
                    || !told && Encoding.isSeparator(buffer[start + 3]);
            if (second == 'T' && closed) {
                return first == 'F' ? Kind.FILE_TRAILER : Kind.BATCH_TRAILER;
            }
        }
        return Kind.OTHER;
    }

    private void tell(byte ofHeader) {
        separator = ofHeader;
        told = true;
    }

    private void noteFrame(byte b) {
        if (b == VT) {
            frameOpen = true;
        } else if (b == FS) {
            frameOpen = false;
        }
    }

    /**
     * Reads until {@code count} bytes stand at {@code at}; false when the file ends before. The line at hand may move
     * within the buffer: {@code from} is kept right, other positions must be taken relative to it.
     */
    private boolean available(int at, int count) throws IOException {
        if (at + count <= limit) {
            return true;
        }
        int ahead = at - from;
        while (!exhausted && from + ahead + count > limit) {
            if (buffer.length - limit < READ_SIZE) {
                makeRoom();
            }
            int read = in.read(buffer, limit, buffer.length - limit);
            if (read < 0) {
                exhausted = true;
            } else {
                limit += read;
            }
        }
        return from + ahead + count <= limit;
    }

    private void makeRoom() {
        int kept = limit - from;
        byte[] target = buffer.length - kept < READ_SIZE ? new byte[buffer.length * 2] : buffer;
        System.arraycopy(buffer, from, target, 0, kept);
        buffer = target;
        base += from;
        limit = kept;
        from = 0;
    }
}
