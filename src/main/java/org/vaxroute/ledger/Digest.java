package org.vaxroute.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 over parts whose borders count: "AB","C" and "A","BC" differ. Not for use by several threads. */
final class Digest {
    private final MessageDigest sha256;
    private final byte[] length = new byte[4];

    Digest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-256; use a complete Java 17 or later.", e);
        }
    }

    Digest part(byte[] bytes) {
        return part(bytes, 0, bytes.length);
    }

    Digest part(byte[] bytes, int from, int count) {
        length[0] = (byte) (count >>> 24);
        length[1] = (byte) (count >>> 16);
        length[2] = (byte) (count >>> 8);
        length[3] = (byte) count;
        sha256.update(length);
        sha256.update(bytes, from, count);
        return this;
    }

    Digest part(String text) {
        return part(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The digest; this object is then empty again. */
    byte[] sum() {
        return sha256.digest();
    }

    /** The first 8 bytes of the digest. */
    long key() {
        return ByteBuffer.wrap(sum()).getLong();
    }
}
