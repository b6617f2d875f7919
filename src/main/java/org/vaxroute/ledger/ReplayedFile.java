package org.vaxroute.ledger;

import java.time.Instant;
import java.util.List;

/**
 * A submission file of the time after a backup, as its manifest, its bytes and its steps tell of it.
 *
 * @param id its number in the ledger that was lost
 * @param replaces number of the file of the generation before; 0 for the first
 * @param sha256 of its bytes, 32 bytes
 * @param state that it had; never ANSWERED, because answers are read again
 * @param stateAt since when
 * @param members in the file's order
 */
public record ReplayedFile(
        long id,
        String connection,
        Feed feed,
        long firstNo,
        long lastNo,
        int generation,
        long replaces,
        String account,
        String folder,
        String name,
        String series,
        long sequence,
        String envelope,
        Instant decidedAt,
        byte[] sha256,
        long size,
        FileState state,
        Instant stateAt,
        List<Member> members) {

    /**
     * A record of the file.
     *
     * @param text as it stands in the file
     */
    public record Member(RecordTrace trace, byte[] text) {}

    long doses() {
        return members.stream()
                .mapToLong(member -> member.trace().doses().size())
                .sum();
    }

    boolean left() {
        return state != FileState.BUILT;
    }
}
