-- What people have paused: a delivery, a source or a feed. A row stands as long as the pause does; the trail keeps what was.
-- docs/decisions/0170-pauses.md

create table pause (
    kind       varchar(10)   not null,
    connection varchar(64)   not null,
    name       varchar(64)   not null,
    who        varchar(200)  not null,
    why        varchar(1000) not null,
    since      ${instant}    not null,
    primary key (kind, connection, name)
);
