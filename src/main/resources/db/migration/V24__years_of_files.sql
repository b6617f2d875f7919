-- Ticks ask for files by what has become of them, an intake for one by its content; both read every file of five years without these. docs/decisions/0363.
create index submission_file_state on submission_file (state, lane_id);
create index submission_file_content on submission_file (sha256);
create index submission_file_sent on submission_file (lane_id, sent_at);
create index alarm_open on alarm (cleared_at);
