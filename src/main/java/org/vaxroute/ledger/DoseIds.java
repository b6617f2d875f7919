package org.vaxroute.ledger;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Ids of dose rows, worked out from the record's id and the dose's position; the doses of a record are one range of ids. */
final class DoseIds {
    /** More doses than any message of bearable size can hold. */
    static final long MOST = 1 << 20;

    private DoseIds() {}

    /** The id of the dose at this position, from 1. */
    static long of(long recordId, int position) {
        return recordId * MOST + position;
    }

    /** Below the first dose of a record. */
    static long floor(long recordId) {
        return recordId * MOST;
    }

    /** Above the last dose of a record. */
    static long ceiling(long recordId) {
        return (recordId + 1) * MOST - 1;
    }

    /** The ids of all doses of these records. */
    static List<Long> all(Collection<Map.Entry<Long, Integer>> dosesByRecord) {
        return dosesByRecord.stream()
                .flatMap(record ->
                        IntStream.rangeClosed(1, record.getValue()).mapToObj(position -> of(record.getKey(), position)))
                .toList();
    }
}
