-- Doses that several sources call by different order numbers. Why it is shaped like this: docs/decisions/0190.

-- What the source calls the dose, where that is another key than the dose's own.
alter table dose add column name_key bigint;

-- One row for each name of a dose that has more than one: whose name it is, and what was said last under it.
create table dose_name (
    patient_key  bigint      not null,
    name_key     bigint      not null,
    dose_key     bigint      not null,
    source_id    integer     not null,
    content_hash ${bytes16}  not null,
    action       varchar(1)  not null,
    primary key (patient_key, name_key)
);

-- One book for everything that takes longer than anybody waits: work on held records, plans and balances of historical loads.
alter table held_job rename to job;
alter table job add column about varchar(200);
alter table job add column progress varchar(200);
alter table job add column outcome varchar(20000);
