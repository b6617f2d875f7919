-- Made-up people of a made-up clinic.
insert into facility values (3, 'Cedar Brake Family Practice', 'CEDAR', 1), (4, 'Cedar Brake South', 'SOUTH', 0);
insert into users values (7, 'Imogen', 'Tarrow', '1234567893', 4), (8, 'Basil', 'Umber', '1245319599', 3), (9, 'Petra', 'Lindqvist', null, 3);
insert into code_types values (100, 'CVX'), (1, 'CPT4');
insert into codes values (1, '03', 100, 'MMR'), (2, '21', 100, 'varicella'), (3, '03', 1, 'not a vaccine'), (4, '208', 100, 'COVID-19'), (5, '08', 100, 'Hep B, adolescent or pediatric'), (6, '03', 100, 'MMR');
insert into list_options (list_id, option_id, title, notes, codes) values
  ('race', 'white', 'White', '2106-3', ''), ('race', 'Asian', 'Asian', '2028-9', ''),
  ('ethnicity', 'hisp_or_latin', 'Hispanic or Latino', '2135-2', ''), ('ethnicity', 'declne_to_specfy', 'Declined', '', ''),
  ('next_of_kin_relationship', 'mother', 'Mother', 'MTH', ''),
  ('drug_units', '9', 'mL', null, ''),
  ('immunization_informationsource', 'new_immunization_record', 'New', '00', ''), ('immunization_informationsource', 'parent_written_record', 'Parent', '03', ''),
  ('Immunization_Completion_Status', 'Completed', 'completed', 'CP', ''), ('Immunization_Completion_Status', 'Refused', 'Refused', 'RE', ''),
  ('immunization_refusal_reason', 'parental_decision', 'Parental decision', '00', ''),
  ('Immunization_Manufacturer', 'MSD', 'Merck', 'MSD', ''), ('Immunization_Manufacturer', 'PFR', 'Pfizer', 'PFR', ''),
  ('drug_route', '9', 'SQ', 'SC', ''), ('drug_route', 'intramuscular', 'Intramuscular', '', 'NCI-CONCEPT-ID:C28161'),
  ('immunization_administered_site', 'left_arm', 'Left Arm', 'LA', ''), ('immunization_administered_site', 'right_deltoid', 'Right Deltoid', 'RD', ''),
  ('imm_vac_eligibility_results', 'not_vfc_eligible', 'Not VFC eligible', 'V01', ''), ('imm_vac_eligibility_results', 'medicaid_managed_care', 'Medicaid', 'V02', '');
insert into patient_data values
  (101, '2026-10-02 08:00:00', 'Wren', 'Ada', 'Ashgrove', '2023-02-11', 'Female', 'white|Asian', 'hisp_or_latin', '12 Mesquite Ln', 'Bastrop', 'TX', '78602',
   '(512) 447-8213', '', 'ashgrove@mail.example', null, 'YES', '2023-02-20', 'Maud Ashgrove', 'mother', '', '', '', '', ''),
  (102, '2026-10-02 08:00:00', 'Orrin', '', 'Bexley', '1961-07-30', 'Male', 'white', 'declne_to_specfy', '9 Live Oak St', 'Elgin', 'TX', '78621',
   '', '512.447.9901', '', null, 'YES', '2024-05-06', '', '', '', '', '', '', ''),
  (103, '2026-10-02 08:00:00', 'Sable', '', 'Corwin', '2010-01-15', 'Female', null, null, '77 Cotton Rd', 'Smithville', 'TX', '78957',
   '512-447-3320', '', '', null, 'NO', null, 'Ivo Corwin', 'mother', '', '', '', '', '');
insert into immunizations values
  (5001, 101, '2026-10-01 09:30:00', '03', 'MSD', 'X004821', 7, '2026-10-01', '2021-08-06', '2026-10-01 09:41:00', 9, 0.5, '9', '2027-09-30', '9', 'left_arm', 0, 'Completed', 'new_immunization_record', '', 8),
  (5002, 101, '2023-02-12 00:00:00', '08', null, null, 0, null, null, '2026-10-01 09:45:00', 9, 0, null, null, null, null, 0, null, 'parent_written_record', null, null),
  (5003, 102, '2026-10-03 15:00:00', '208', 'PFR', 'FL2757', 8, null, null, '2026-10-03 15:10:00', 9, 0.3, '9', '2027-01-31', 'intramuscular', 'right_deltoid', 0, 'Completed', 'new_immunization_record', null, 8),
  (5004, 101, '2026-10-01 00:00:00', '21', null, null, 0, null, null, '2026-10-01 09:50:00', 9, null, null, null, null, null, 0, 'Refused', null, 'parental_decision', null),
  (5005, 103, '2026-10-05 10:00:00', '03', 'MSD', 'X004822', 7, null, null, '2026-10-05 10:10:00', 9, 0.5, '9', '2027-09-30', '9', 'left_arm', 1, 'Completed', 'new_immunization_record', null, 8);
insert into immunization_observation values (1, 5001, 'funding_program_eligibility', 'medicaid_managed_care'), (2, 5003, 'funding_program_eligibility', 'not_vfc_eligible');
