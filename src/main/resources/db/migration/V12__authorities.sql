-- The authorities that patients' ids were seen with (PID-3.4): a report that gives only the id can be matched by trying them. See docs/decisions/0152.
create table patient_authority (
    connection varchar(64)  not null,
    authority  varchar(200) not null,
    primary key (connection, authority)
);

-- How many messages an answer says that it speaks for: what it does not mention of them was taken. 0 when it does not say.
alter table answer_file add column speaks_for integer default 0 not null;
