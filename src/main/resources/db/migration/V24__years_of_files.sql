-- Ticks ask for files by what has become of them, an intake for one by its content, the pace for the last ones of an account; all of these read every file of
-- five years without an index, and the alarms that are open every alarm. docs/decisions/0363.
create index submission_file_state on submission_file (state, lane_id);
create index submission_file_content on submission_file (sha256);
create index submission_file_sent on submission_file (lane_id, sent_at);
create index submission_file_pace on submission_file (account, sent_at);
create index alarm_open on alarm (cleared_at);
