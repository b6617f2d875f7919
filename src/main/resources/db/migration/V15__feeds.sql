-- Records that nobody was ever given: they may be tested with and never reported. Why it is shaped like this: docs/decisions/0202.

-- Whether a source makes its records up. What such a source gives goes to the test feed or nowhere.
alter table source_position add column made_up boolean default false not null;
alter table source_position add constraint made_up_is_for_tests check (not made_up or feed = 'TEST');

-- A historical load may be for some sites only, separated by commas: docs/decisions/0203.
alter table historical_load alter column site set data type varchar(1000);

-- Messages of an export that a load left where they were, because they are of sites that it is not for.
alter table source_file add column messages_left bigint default 0 not null;
