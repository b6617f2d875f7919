package org.vaxroute.ledger;

/** How far a source has been read once a chunk is committed. Written in the chunk's transaction and guarded by what stood there before. */
public sealed interface PositionMove {

    /**
     * Within a file that was {@linkplain SourceFiles#take taken}. Guarded: the file's count of stored messages must be {@code messages}
     * less the records of the chunk.
     *
     * @param offset byte of the file at which to go on
     * @param messages messages of the file that are stored once this chunk is, counted from the file's start
     * @param last whether this is the end of the file, which makes it STORED
     */
    record InFile(long sourceFileId, long offset, int messages, boolean last) implements PositionMove {}

    /**
     * A high-water mark that only the source can read.
     *
     * @param previous the value that must stand there now; null when there is none yet
     */
    record Mark(String value, String previous) implements PositionMove {}

    /** The source keeps no position here (MLLP: the sender repeats what was not acknowledged). */
    record None() implements PositionMove {}
}
