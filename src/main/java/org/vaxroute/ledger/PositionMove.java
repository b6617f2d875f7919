package org.vaxroute.ledger;

import java.util.List;

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

    /**
     * In partitions of a Kafka topic. Guarded: each partition must stand where the reading began.
     *
     * @param topic its name
     * @param topicId Kafka's id of it
     * @param stretches what was read of each partition, by rising partition; one that ends where it begins only guards, for all
     *     chunks of a reading but the last
     * @param behind what the reading leaves behind, or has taken up, of sources that are or were paused
     */
    record InTopic(String topic, String topicId, List<Stretch> stretches, List<Behind> behind) implements PositionMove {
        public InTopic {
            stretches = List.copyOf(stretches);
            behind = List.copyOf(behind);
        }

        /**
         * From an offset to the next one that is to be read.
         *
         * @param partition number of the partition
         */
        public record Stretch(int partition, long from, long to) {}

        /**
         * A source of which records of a partition wait although the partition was read on.
         *
         * @param next offset of the first of them; {@link #TAKEN_UP} when none waits any more
         */
        public record Behind(int partition, String connection, String source, long next) {
            /** Nothing of the source waits any more. */
            public static final long TAKEN_UP = -1;
        }
    }

    /** The source keeps no position here (MLLP: the sender repeats what was not acknowledged). */
    record None() implements PositionMove {}
}
