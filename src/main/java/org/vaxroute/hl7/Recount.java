package org.vaxroute.hl7;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Counts what goes by on its way to a file. It knows nothing of the calls that wrote it and shares no code with the
 * reader, so that a mistake in either shows as a difference.
 */
final class Recount extends FilterOutputStream {
    private static final int MSH = 'M' << 16 | 'S' << 8 | 'H';
    private static final int BHS = 'B' << 16 | 'H' << 8 | 'S';
    private static final int ORC = 'O' << 16 | 'R' << 8 | 'C';
    private static final int RXA = 'R' << 16 | 'X' << 8 | 'A';

    private final MessageDigest digest;
    private long bytes;
    private int messages;
    private int batches;
    private long doses;
    private boolean waitsForRxa;

    /** How many bytes of the segment name have gone by; 3 = the rest of the segment. */
    private int column;

    private int name;

    Recount(OutputStream out) {
        super(out);
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] text, int offset, int length) throws IOException {
        out.write(text, offset, length);
        digest.update(text, offset, length);
        bytes += length;
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            if (column == 3) {
                i = ByteSearch.nextControl(text, i, end);
                if (i < end && text[i] == '\r') {
                    column = 0;
                    name = 0;
                }
            } else {
                name = name << 8 | text[i] & 0xff;
                if (++column == 3) {
                    segment();
                }
            }
        }
    }

    int messages() {
        return messages;
    }

    long doses() {
        return doses;
    }

    int batches() {
        return batches;
    }

    /** May be asked once, at the end. */
    BatchTotals totals() {
        return new BatchTotals(messages, doses, batches, bytes, digest.digest());
    }

    private void segment() {
        switch (name) {
            case MSH -> {
                messages++;
                waitsForRxa = false;
            }
            case BHS -> batches++;
            case ORC -> {
                doses++;
                waitsForRxa = true;
            }
            case RXA -> {
                doses += waitsForRxa ? 0 : 1;
                waitsForRxa = false;
            }
            default -> {}
        }
    }
}
