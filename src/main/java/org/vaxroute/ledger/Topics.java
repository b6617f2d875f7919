package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How far the partitions of Kafka topics have been read. Kafka itself is told nothing: where to go on stands beside the records, so
 * that both are there or neither is.
 */
public final class Topics {
    private static final long BEGIN_AGAIN = -1;

    private final Database database;
    private final Trail trail;
    private final Clock clock;

    Topics(Database database, Trail trail, Clock clock) {
        this.database = database;
        this.trail = trail;
        this.clock = clock;
    }

    /**
     * Where a partition stands.
     *
     * @param topicId Kafka's id of the topic that was read
     * @param next the first offset that is not dealt with
     * @param beginsAgain whether a person has said to begin with the oldest record that is there; {@code next} says nothing then
     */
    public record Place(String topicId, long next, boolean beginsAgain) {}

    /** The partitions of a topic that were begun, by number. */
    public Map<Integer, Place> places(String topic) {
        Map<Integer, Place> places = new TreeMap<>();
        database.call(sql -> {
            sql.sql("select topic_partition, topic_id, next_offset from topic_position where topic = ?")
                    .param(topic)
                    .query(row -> {
                        long next = row.getLong("next_offset");
                        places.put(
                                row.getInt("topic_partition"),
                                new Place(row.getString("topic_id"), next, next == BEGIN_AGAIN));
                    });
            return null;
        });
        return places;
    }

    /** What waits of sources that are or were paused while their partitions were read on. */
    public List<PositionMove.InTopic.Behind> behind(String topic) {
        return database.call(sql -> sql.sql(
                        "select * from topic_behind where topic = ? order by topic_partition, connection, source")
                .param(topic)
                .query((row, n) -> new PositionMove.InTopic.Behind(
                        row.getInt("topic_partition"),
                        row.getString("connection"),
                        row.getString("source"),
                        row.getLong("next_offset")))
                .list());
    }

    /**
     * Begins partitions that were never read, or that are to begin again; others stay where they are.
     *
     * @param beginnings where to begin, by partition
     */
    public void begin(String topic, String topicId, Map<Integer, Long> beginnings) {
        database.transact(sql -> {
            beginnings.forEach((partition, offset) -> {
                int again = sql.sql("update topic_position set topic_id = ?, next_offset = ?, moved_at = ?"
                                + " where topic = ? and topic_partition = ? and next_offset = ?")
                        .params(topicId, offset, now(), topic, partition, BEGIN_AGAIN)
                        .update();
                if (again == 0) {
                    insert(sql, topic, topicId, partition, offset);
                }
            });
            return null;
        });
    }

    private void insert(JdbcClient sql, String topic, String topicId, int partition, long offset) {
        sql.sql("insert into topic_position (topic, topic_partition, topic_id, next_offset, moved_at)"
                        + " select ?, ?, ?, ?, cast(? as timestamp with time zone) where not exists"
                        + " (select 1 from topic_position where topic = ? and topic_partition = ?)")
                .params(topic, partition, topicId, offset, now(), topic, partition)
                .update();
    }

    private Object now() {
        return Database.at(clock.instant());
    }

    /**
     * Moves positions where a reading gave no record to store.
     *
     * @throws StalePosition when somebody else has moved one of them: nothing is moved then
     */
    public void move(PositionMove.InTopic move) {
        database.transact(sql -> database.jdbc(connection -> {
            move(connection, move, clock.instant());
            return null;
        }));
    }

    /**
     * Has partitions of a topic begin with the oldest record that Kafka has, wherever they stood: what lies between is given up, or will
     * be recognized if it is there once more. What waits of paused sources is given up as well.
     *
     * @param partition number of the partition; null for all of them
     * @return how many partitions begin again
     * @throws WrongTransition when nothing was ever read of the topic
     */
    public int beginAgain(String topic, Integer partition, String who, String why) {
        return database.transact(sql -> {
            String which = partition == null ? "" : " and topic_partition = " + partition.intValue();
            int moved = sql.sql("update topic_position set next_offset = ?, moved_at = ? where topic = ?" + which)
                    .params(BEGIN_AGAIN, now(), topic)
                    .update();
            if (moved == 0 && places(topic).isEmpty()) {
                throw new WrongTransition("Nothing was read of the Kafka topic " + topic
                        + " yet, so it begins with its oldest record by itself. Name the topic of intake.kafka.topic.");
            }
            if (moved == 0) {
                // New, and not begun because its first records were gone when it was seen.
                insert(sql, topic, "", partition, BEGIN_AGAIN);
            }
            sql.sql("delete from topic_behind where topic = ?" + which)
                    .param(topic)
                    .update();
            trail.append(who, "begin again", "kafka:" + topic + (partition == null ? "" : "/" + partition), why);
            return Math.max(moved, 1);
        });
    }

    /** In the transaction of a chunk. */
    static void move(Connection connection, PositionMove.InTopic move, Instant now) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update topic_position set next_offset = ?, moved_at = ? where topic = ? and topic_partition = ? and topic_id = ?"
                        + " and next_offset = ?")) {
            for (PositionMove.InTopic.Stretch stretch : move.stretches()) {
                update.setLong(1, stretch.to());
                update.setObject(2, Database.at(now));
                update.setString(3, move.topic());
                update.setInt(4, stretch.partition());
                update.setString(5, move.topicId());
                update.setLong(6, stretch.from());
                if (update.executeUpdate() != 1) {
                    throw new StalePosition("Partition " + stretch.partition() + " of the Kafka topic " + move.topic()
                            + " does not stand at offset " + stretch.from()
                            + " any more; nothing of this chunk was stored. Read on from the position on record.");
                }
            }
        }
        for (PositionMove.InTopic.Behind behind : move.behind()) {
            leave(connection, move.topic(), behind);
        }
    }

    private static void leave(Connection connection, String topic, PositionMove.InTopic.Behind behind)
            throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "delete from topic_behind where topic = ? and topic_partition = ? and connection = ? and source = ?")) {
            delete.setString(1, topic);
            delete.setInt(2, behind.partition());
            delete.setString(3, behind.connection());
            delete.setString(4, behind.source());
            delete.executeUpdate();
        }
        if (behind.next() == PositionMove.InTopic.Behind.TAKEN_UP) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into topic_behind (topic, topic_partition, connection, source, next_offset) values (?, ?, ?, ?, ?)")) {
            insert.setString(1, topic);
            insert.setInt(2, behind.partition());
            insert.setString(3, behind.connection());
            insert.setString(4, behind.source());
            insert.setLong(5, behind.next());
            insert.executeUpdate();
        }
    }
}
