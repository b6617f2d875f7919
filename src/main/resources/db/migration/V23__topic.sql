-- How far the partitions of Kafka topics have been read. Moved in the transaction of the chunk that it covers. docs/decisions/0320.
create table topic_position (
    topic           varchar(249) not null,
    topic_partition integer      not null,
    -- Kafka's own id of the topic: another one under the same name is another topic.
    topic_id        varchar(36)  not null,
    -- The first offset that is not dealt with; -1 after a person has said to begin with the oldest that is there.
    next_offset     bigint       not null,
    moved_at        ${instant}   not null,
    primary key (topic, topic_partition)
);

-- Sources that were paused while their partition was read on, and the first record of each that waits. docs/decisions/0322.
create table topic_behind (
    topic           varchar(249) not null,
    topic_partition integer      not null,
    connection      varchar(64)  not null,
    source          varchar(64)  not null,
    next_offset     bigint       not null,
    primary key (topic, topic_partition, connection, source)
);
