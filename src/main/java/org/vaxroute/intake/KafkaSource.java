package org.vaxroute.intake;

import org.vaxroute.ledger.Feed;

/** A source whose records come through the Kafka topic that all such sources share. */
public record KafkaSource(String id, String connection, Feed feed) {
    public KafkaSource {
        if (feed == Feed.HISTORICAL) {
            throw new IllegalArgumentException("Source " + id + " of connection " + connection
                    + " is of kind kafka, so it cannot be read as far as the historical load asks and no further. Set source."
                    + id + ".feed = ongoing or test; history comes from a file or a query.");
        }
    }

    /** As in {@code main.clinic-files}. */
    String name() {
        return connection + "." + id;
    }
}
