#!/bin/sh
# A clinic's database for compose.yaml, with the tables that config/sources/practice/query.sql reads, an account that may read and nothing else, and
# two children nobody ever was.
set -eu
psql -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d "$POSTGRES_DB" -v password="$(cat /run/secrets/ehr)" <<'SQL'
create table clinic (clinic_id int primary key, name varchar(80), facility varchar(10), npi varchar(10),
    clinician_family varchar(60), clinician_given varchar(60));
create table patient (mrn varchar(20) primary key, family_name varchar(60), given_name varchar(60), middle_name varchar(60), birth_date date,
    sex varchar(1), race varchar(10), ethnicity varchar(10), street varchar(80), city varchar(60), state varchar(2), zip varchar(10),
    phone varchar(20), email varchar(80), guardian_family varchar(60), guardian_given varchar(60), guardian_relation varchar(3),
    mother_maiden varchar(60), consent_code varchar(3), consent_date date);
create table dose (dose_id varchar(30) primary key, mrn varchar(20) not null references patient, clinic_id int not null references clinic,
    changed_at timestamp(3) with time zone not null, given_on date, cvx varchar(10), vaccine varchar(120), ndc varchar(13), mvx varchar(5),
    lot varchar(20), expires_on date, amount varchar(10), route varchar(10), site varchar(5), information varchar(2), completion varchar(2),
    refusal varchar(2), eligibility varchar(3), funding varchar(6), vis_barcode varchar(30));
create index dose_changed on dose (changed_at, mrn);

insert into clinic values (1, 'Clinic North', '0042170005', '1234567893', 'Smith', 'Jo');
insert into patient values
    ('C1001', 'Adams', 'Ana', 'M', current_date - 2000, 'F', '2106-3', '2186-5', '12 Oak St', 'Austin', 'TX', '78701', '5124730142', null,
     'Adams', 'Maria', 'MTH', 'Lopez', 'TXY', current_date - 30),
    ('C1002', 'Baker', 'Ben', 'R', current_date - 1800, 'M', '2054-5', '2186-5', '7 Elm St', 'Austin', 'TX', '78702', '5124730143', null,
     'Baker', 'Rosa', 'MTH', 'Diaz', 'TXY', current_date - 30);
insert into dose values
    ('D1', 'C1001', 1, now(), current_date - 1, '03', 'MMR', null, 'MSD', 'L123', current_date + 400, '0.5', 'C38299', 'LA', '00', 'CP', null, 'V01', 'PHC70', null),
    ('D2', 'C1002', 1, now(), current_date - 1, '03', 'MMR', null, 'MSD', 'L124', current_date + 400, '0.5', 'C38299', 'RA', '00', 'CP', null, 'V01', 'PHC70', null);

create role reader login password :'password';
grant select on clinic, patient, dose to reader;
SQL
