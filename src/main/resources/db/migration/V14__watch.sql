-- What the due watch goes by. Why it is shaped like this: docs/decisions/0200 and 0201.

-- The certificate that the server of an account showed last.
create table seen_certificate (
    account varchar(64)  not null primary key,
    server  varchar(300) not null,
    ends_at ${instant}   not null,
    seen_at ${instant}   not null
);

-- The days, in the connection's zone, on which a source gave something: from them its habit is learned.
create table source_day (
    connection varchar(64) not null,
    source     varchar(64) not null,
    gave_on    date        not null,
    primary key (connection, source, gave_on)
);
