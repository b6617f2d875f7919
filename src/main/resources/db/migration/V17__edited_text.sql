-- Texts of held records as operators corrected them; the newest counts when the record is judged again, the text as received stays with the
-- record. One text for the whole message, so that parts keep the numbers of their doses. docs/decisions/0211-edited-texts.md
create table edited_text (
    record_id  bigint        not null,
    edit_no    integer       not null,
    payload_id bigint        not null,
    who        varchar(200)  not null,
    why        varchar(1000) not null,
    edited_at  ${instant}    not null,
    primary key (record_id, edit_no)
);
