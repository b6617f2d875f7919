package org.vaxroute.operate.mbean;

/** How far the Kafka topic has been read by all nodes together. */
@Description("The Kafka topic that records come through: how far each partition has been read, by whichever node")
public interface TopicMBean {
    @Description("Each partition with the first offset that is not dealt with, one a line")
    String getPartitions();

    @Description(
            "Sources of which records wait in a partition that was read on, because they are or were paused, one a line")
    String getBehind();

    @Action
    @Description(
            "Goes on with the oldest record that Kafka has, after records were lost there or the topic was made anew: what lies between is"
                    + " given up, and has to be sent again by its sender")
    String beginAgain(
            @Description("Number of the partition; empty for all") String partition,
            @Description("Why, and what becomes of the records that are given up; name no patient") String why);
}
