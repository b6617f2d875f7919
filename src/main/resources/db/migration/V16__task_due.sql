-- Tasks that may be done when an answer file has been applied to its end: the registry said something new of their patients or files in it.
-- Written by the transaction that applies a chunk, taken away by the one that ends the file. docs/decisions/0210-answers-touch-each-row-once.md
create table task_due (
    answer_file_id bigint not null,
    task_id        bigint not null references task,
    primary key (answer_file_id, task_id)
);
