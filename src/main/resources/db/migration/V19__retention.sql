-- Blocks of texts from which some were taken by the retention, until what is left of each is a block of its own or nothing.
-- docs/decisions/0233.
create table payload_cut (
    payload_id bigint not null primary key
);
