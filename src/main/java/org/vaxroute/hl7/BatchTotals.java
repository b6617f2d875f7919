package org.vaxroute.hl7;

import java.util.HexFormat;

/**
 * What a batch file holds, counted in the bytes that were written.
 *
 * @param messages MSH segments
 * @param doses ORDER groups
 * @param batches BHS segments
 * @param bytes size of the file
 * @param sha256 SHA-256 of the file
 */
public record BatchTotals(int messages, long doses, int batches, long bytes, byte[] sha256) {
    /** {@link #sha256()} in lower-case hexadecimal digits. */
    public String sha256Hex() {
        return HexFormat.of().formatHex(sha256);
    }
}
