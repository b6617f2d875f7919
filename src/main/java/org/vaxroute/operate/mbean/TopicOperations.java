package org.vaxroute.operate.mbean;

import java.util.stream.Collectors;
import org.vaxroute.ledger.Topics;
import org.vaxroute.operate.access.Caller;

/** One topic. */
final class TopicOperations implements TopicMBean {
    private final String topic;
    private final Topics ledger;

    TopicOperations(String topic, Topics ledger) {
        this.topic = topic;
        this.ledger = ledger;
    }

    @Override
    public String getPartitions() {
        return ledger.places(topic).entrySet().stream()
                .map(one -> "partition " + one.getKey() + ": "
                        + (one.getValue().beginsAgain()
                                ? "begins again with the oldest record"
                                : "offset " + one.getValue().next()))
                .collect(Collectors.joining("\n"));
    }

    @Override
    public String getBehind() {
        return ledger.behind(topic).stream()
                .map(one -> "partition " + one.partition() + ": " + one.connection() + "." + one.source()
                        + " waits at offset " + one.next())
                .collect(Collectors.joining("\n"));
    }

    @Override
    public String beginAgain(String partition, String why) {
        int moved = ledger.beginAgain(
                topic,
                partition.isBlank() ? null : number(partition.strip()),
                Caller.who(),
                FileOperations.reason(why));
        return moved + (moved == 1 ? " partition" : " partitions") + " of " + topic
                + " will go on with the oldest record that Kafka has.";
    }

    private static Integer number(String partition) {
        if (!partition.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException("\"" + partition
                    + "\" is no number of a partition. Give one as status and alarms show it, or nothing for all.");
        }
        return Integer.valueOf(partition);
    }
}
