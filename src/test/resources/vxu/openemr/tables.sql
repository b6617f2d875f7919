-- The columns of OpenEMR's tables that the query reads, with the types that OpenEMR gives them; MySQL, MariaDB and H2 in MySQL mode.
create table patient_data (pid bigint primary key, `date` datetime, fname varchar(255), mname varchar(255), lname varchar(255), DOB date,
  sex varchar(255), race varchar(255), ethnicity varchar(255), street varchar(255), city varchar(255), state varchar(255),
  postal_code varchar(255), phone_home varchar(255), phone_cell varchar(255), email varchar(255), deceased_date datetime,
  allow_imm_reg_use varchar(255), userdate1 date, guardiansname text, guardianrelationship text, guardianaddress text,
  guardiancity text, guardianstate text, guardianpostalcode text, guardianphone text);
create table immunizations (id bigint primary key, patient_id bigint, administered_date datetime, cvx_code varchar(64),
  manufacturer varchar(100), lot_number varchar(50), administered_by_id bigint, education_date date, vis_date date,
  update_date timestamp not null, created_by bigint, amount_administered float, amount_administered_unit varchar(50),
  expiration_date date, route varchar(100), administration_site varchar(100), added_erroneously tinyint default 0 not null,
  completion_status varchar(50), information_source varchar(31), refusal_reason varchar(31), ordering_provider int);
create table immunization_observation (imo_id int primary key, imo_im_id int not null, imo_criteria varchar(255), imo_criteria_value varchar(255));
create table users (id bigint primary key, fname varchar(255), lname varchar(255), npi varchar(15), facility_id int);
create table facility (id int primary key, name varchar(255), facility_code varchar(31), primary_business_entity int default 0 not null);
create table codes (id int primary key, code varchar(25), code_type smallint, code_text_short varchar(255));
create table code_types (ct_id int primary key, ct_key varchar(15));
create table list_options (list_id varchar(100), option_id varchar(100), title varchar(255), notes text, codes varchar(255) default '' not null,
  primary key (list_id, option_id));
