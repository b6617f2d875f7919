package org.vaxroute.ledger;

/**
 * What became of a chunk's records. A record cut into a ready and a held part counts as ready.
 *
 * @param repeated records whose source reference was seen before; not stored again
 */
public record Stored(int ready, int held, int duplicates, int dropped, int repeated) {
    /** All records of the chunk. */
    public int total() {
        return ready + held + duplicates + dropped + repeated;
    }
}
