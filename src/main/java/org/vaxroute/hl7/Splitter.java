package org.vaxroute.hl7;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Cuts a file of any size into its messages and holds one message at a time. Takes CR, LF and CRLF, also mixed;
 * byte-order marks; MLLP framing; any number of file and batch envelopes, or none. A message begins at a line with
 * MSH, a field separator and four or five encoding characters, and nowhere else; it ends before the next header,
 * trailer, or the end of the file. It can go on from the {@link Split#offset()} of any message.
 *
 * <p>It trusts that {@link Inspection} has looked the file through, so it does not check counts, but it stops rather
 * than leave text out.
 */
public final class Splitter implements Iterator<Split>, Closeable {
    private final InputStream in;
    private final Limits limits;
    private final Lines lines;
    private final boolean salvages;
    private long toSkip;
    private int ordinal;

    private boolean atHeader;
    private boolean ended;
    private Split ready;
    private byte[] text = new byte[4096];
    private int length;

    /**
     * @param in the file from its first byte; closed with this splitter
     * @param skipToByte 0, or the offset of the last message that was dealt with
     * @param firstOrdinal the number that the first message found gets: 1, or one more than the last one dealt with
     */
    public Splitter(InputStream in, long skipToByte, int firstOrdinal, Limits limits) {
        this(in, skipToByte, firstOrdinal, limits, false);
    }

    /**
     * Cuts what can be cut out of a file that {@link Inspection} found fault with: passes over text outside of messages
     * and over messages that are too long, which keep their number. Only for looking at a file, never for taking it.
     */
    public static Splitter salvaging(InputStream in, Limits limits) {
        return new Splitter(in, 0, 1, limits, true);
    }

    private Splitter(InputStream in, long skipToByte, int firstOrdinal, Limits limits, boolean salvages) {
        this.in = in;
        this.salvages = salvages;
        this.toSkip = skipToByte;
        this.ordinal = firstOrdinal;
        this.limits = limits;
        this.lines = new Lines(in, skipToByte, limits.messageBytes());
    }

    /**
     * @throws UncheckedIOException when the file cannot be read, or is shorter than the position to go on from
     * @throws Hl7FormatException when a message is longer than the limit, or text stands outside of any message
     */
    @Override
    public boolean hasNext() {
        if (ready == null && !ended) {
            try {
                ready = read();
                ended = ready == null;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return ready != null;
    }

    @Override
    public Split next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the file has no more messages");
        }
        Split split = ready;
        ready = null;
        return split;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private Split read() throws IOException {
        if (toSkip > 0) {
            in.skipNBytes(toSkip);
            toSkip = 0;
        }
        while (findHeader()) {
            Split split = cut();
            if (split != null) {
                return split;
            }
        }
        return null;
    }

    private boolean findHeader() throws IOException {
        while (!atHeader) {
            if (ended || !lines.next()) {
                return false;
            }
            atHeader = lines.kind() == Lines.Kind.MESSAGE_HEADER;
            if (lines.kind() == Lines.Kind.OTHER && !salvages) {
                throw new Hl7FormatException(
                        "byte " + lines.offset(),
                        "text stands outside of any message; look the file through and have the sender mend it");
            }
        }
        return true;
    }

    /** The message at whose header the lines stand; null when it is too long and may be passed over. */
    private Split cut() throws IOException {
        long start = lines.offset();
        length = 0;
        boolean fits = true;
        long offset;
        do {
            fits = fits && append(start);
            offset = lines.offsetAfter();
            if (!lines.next()) {
                atHeader = false;
                ended = true;
                return split(fits, offset);
            }
        } while (lines.kind() == Lines.Kind.OTHER);
        atHeader = lines.kind() == Lines.Kind.MESSAGE_HEADER;
        return split(fits, offset);
    }

    private Split split(boolean fits, long offset) {
        int number = ordinal++;
        return fits ? new Split(number, offset, Arrays.copyOf(text, length)) : null;
    }

    private boolean append(long start) {
        int size = lines.to() - lines.from();
        if (lines.overlong() || length + size + 1 > limits.messageBytes()) {
            if (salvages) {
                return false;
            }
            throw new Hl7FormatException(
                    "message " + ordinal,
                    "the message that begins at byte " + start + " is longer than " + limits.messageBytes()
                            + " bytes; have the sender split it, or raise the limit");
        }
        if (length + size + 1 > text.length) {
            text = Arrays.copyOf(text, Math.max(length + size + 1, text.length * 2));
        }
        System.arraycopy(lines.buffer(), lines.from(), text, length, size);
        length += size;
        text[length++] = Encoding.CR;
        return true;
    }
}
