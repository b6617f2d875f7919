package org.vaxroute.intake;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Digests every byte that is read or skipped, so that the end of a reading can prove that it read what it was told of. */
final class HashedInput extends FilterInputStream {
    private final MessageDigest digest;
    private final byte[] skipped = new byte[65_536];
    private long bytes;

    HashedInput(InputStream in) {
        super(in);
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-256; use a complete Java 17 or later.", e);
        }
    }

    @Override
    public int read() throws IOException {
        int b = in.read();
        if (b >= 0) {
            digest.update((byte) b);
            bytes++;
        }
        return b;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = in.read(buffer, offset, length);
        if (n > 0) {
            digest.update(buffer, offset, n);
            bytes += n;
        }
        return n;
    }

    @Override
    public long skip(long n) throws IOException {
        int read = read(skipped, 0, (int) Math.min(n, skipped.length));
        return Math.max(0, read);
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** Reads to the end and gives the digest of everything. */
    byte[] sum() throws IOException {
        while (skip(Long.MAX_VALUE) > 0) {
            // reads on
        }
        return digest.digest();
    }

    /** Bytes read so far. */
    long bytes() {
        return bytes;
    }
}
