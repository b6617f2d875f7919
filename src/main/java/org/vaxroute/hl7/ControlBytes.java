package org.vaxroute.hl7;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds line ends and other control bytes, eight bytes at a time: a message has one in about a hundred bytes. */
final class ControlBytes {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long SPACES = 0x2020202020202020L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private ControlBytes() {}

    /** The position of the first byte from 0x00 to 0x1f at or after {@code from}, or {@code to}. */
    static int next(byte[] text, int from, int to) {
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
