package org.vaxroute.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Where a record came from, so that reading the same thing twice is harmless. Unique within a lane.
 *
 * <p>References into files count up, so that their index grows at its end; all others are hashes and have a negative first half, so the
 * two kinds never meet.
 */
public record SourceRef(long hi, long lo) {

    /** The message at this ordinal (from 1) of a file that was {@linkplain SourceFiles#take taken}. */
    public static SourceRef ofFile(long sourceFileId, int ordinal) {
        return new SourceRef(sourceFileId, ordinal);
    }

    /**
     * A row or message that a source names itself.
     *
     * @param source id of the source
     * @param key row key, or MSH-10
     * @param version whatever changes when the row changes: a change stamp, or the content
     */
    public static SourceRef of(String source, String key, byte[] version) {
        ByteBuffer digest = ByteBuffer.wrap(new Digest()
                .part(source.getBytes(StandardCharsets.UTF_8))
                .part(key.getBytes(StandardCharsets.UTF_8))
                .part(version)
                .sum());
        return new SourceRef(digest.getLong() | Long.MIN_VALUE, digest.getLong());
    }
}
