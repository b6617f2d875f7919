-- The processes that work on this ledger, each under a name of its own. Who is there goes by seen_at, by the database's clock.
-- docs/decisions/0301, 0302.
create table node (
    name        varchar(200)  not null primary key,
    session     bigint        not null,
    place       varchar(400)  not null,
    version     varchar(60)   not null,
    started_at  ${instant}    not null,
    seen_at     ${instant}    not null,
    state       varchar(20)   not null,
    drain_who   varchar(200),
    drain_why   varchar(1000),
    drain_since ${instant}
);
