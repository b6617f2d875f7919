package org.vaxroute.hl7;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Searches eight bytes at a time: for line ends and other control bytes, and for separators. */
final class ByteSearch {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long SPACES = 0x2020202020202020L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private static final long LOW_BITS = ~HIGH_BITS;

    /** An odd number without a pattern: multiplying by it spreads each bit over those above. */
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private ByteSearch() {}

    /** Eight times the same byte, for {@link #equal}. */
    static long pattern(byte b) {
        return (b & 0xffL) * 0x0101010101010101L;
    }

    /** The high bit of each of the eight bytes at {@code at} that is the byte of the pattern; lowest byte first. */
    static long equal(byte[] text, int at, long pattern) {
        long difference = (long) LONGS.get(text, at) ^ pattern;
        return ~((difference & LOW_BITS) + LOW_BITS | difference) & HIGH_BITS;
    }

    /** Whether no byte is above 0x7f. */
    static boolean isAscii(byte[] text) {
        int i = 0;
        long seen = 0;
        for (; i <= text.length - 8; i += 8) {
            seen |= (long) LONGS.get(text, i);
        }
        for (; i < text.length; i++) {
            seen |= text[i];
        }
        return (seen & HIGH_BITS) == 0;
    }

    /** A number made of a stretch of bytes. */
    static int hash(byte[] text, int from, int to) {
        long hash = to - from;
        int i = from;
        for (; i <= to - 8; i += 8) {
            hash = (hash ^ (long) LONGS.get(text, i)) * MIX;
            hash ^= hash >>> 32;
        }
        for (; i < to; i++) {
            hash = (hash ^ text[i]) * MIX;
        }
        return (int) (hash ^ hash >>> 32);
    }

    /** The position of the first byte from 0x00 to 0x1f at or after {@code from}, or {@code to}. */
    static int nextControl(byte[] text, int from, int to) {
        int i = from;
        for (; i <= to - 8; i += 8) {
            long word = (long) LONGS.get(text, i);
            // A byte below 0x20 borrows into its high bit; a byte that had its high bit set is no control byte.
            long hits = (word - SPACES) & ~word & HIGH_BITS;
            if (hits != 0) {
                // In little-endian order the lowest hit is exact; only bytes above it can be false.
                return i + (Long.numberOfTrailingZeros(hits) >>> 3);
            }
        }
        while (i < to && (text[i] < 0 || text[i] >= 0x20)) {
            i++;
        }
        return i;
    }
}
