-- Immunizations of OpenEMR (5 to 8) that changed, or whose patient changed, after a mark. Dialect: MySQL and MariaDB, on which OpenEMR runs.
-- :mark and :patient are where the last page ended, :limit is the page's size. A patient's rows of one mark stand together.
-- list_options.notes holds the HL7 code of OpenEMR's own lists; a list that a site has extended needs its notes filled.
select t.*
from (
    select p.pid as patient_id,
           i.id as dose_id,
           greatest(i.update_date, coalesce(p.`date`, i.update_date)) as changed_at,
           p.fname as first_name,
           p.mname as middle_name,
           p.lname as last_name,
           p.DOB as birth_date,
           p.sex as sex,
           (select max(o.notes) from list_options o where o.list_id = 'race' and o.option_id = substring_index(p.race, '|', 1)) as race,
           (select max(o.notes) from list_options o where o.list_id = 'ethnicity' and o.option_id = p.ethnicity) as ethnicity,
           p.street as street,
           p.city as city,
           p.state as state,
           p.postal_code as zip,
           coalesce(nullif(p.phone_home, ''), p.phone_cell) as phone,
           p.email as email,
           p.deceased_date as death_date,
           case when p.deceased_date is null then '' else 'Y' end as died,
           -- Consent: "Allow Immunization Registry Use" is YES and its day stands in the user-defined date 1. The code says how old
           -- the person was on that day; nothing is made up where one of the two is missing.
           case when coalesce(p.allow_imm_reg_use, '') <> 'YES' or p.userdate1 is null or p.DOB is null then ''
                when year(p.userdate1) * 10000 + month(p.userdate1) * 100 + day(p.userdate1)
                     - year(p.DOB) * 10000 - month(p.DOB) * 100 - day(p.DOB) >= 180000 then 'TXA'
                else 'TXY' end as consent_code,
           case when p.allow_imm_reg_use = 'YES' then p.userdate1 end as consent_date,
           -- The guardian's name is one text, family name last.
           substring_index(trim(p.guardiansname), ' ', -1) as guardian_family,
           case when trim(p.guardiansname) like '% %' then substring_index(trim(p.guardiansname), ' ', 1) else '' end as guardian_given,
           (select max(o.notes) from list_options o
             where o.list_id = 'next_of_kin_relationship' and o.option_id = p.guardianrelationship) as guardian_relation,
           coalesce(nullif(p.guardianaddress, ''), p.street) as guardian_street,
           coalesce(nullif(p.guardiancity, ''), p.city) as guardian_city,
           coalesce(nullif(p.guardianstate, ''), p.state) as guardian_state,
           coalesce(nullif(p.guardianpostalcode, ''), p.postal_code) as guardian_zip,
           coalesce(nullif(p.guardianphone, ''), nullif(p.phone_home, ''), p.phone_cell) as guardian_phone,
           i.administered_date as given_on,
           i.cvx_code as cvx,
           (select max(c.code_text_short) from codes c join code_types k on k.ct_id = c.code_type
             where k.ct_key = 'CVX' and c.code = i.cvx_code) as vaccine,
           nullif(i.amount_administered, 0) as amount,
           (select max(o.title) from list_options o where o.list_id = 'drug_units' and o.option_id = i.amount_administered_unit) as unit,
           (select max(o.notes) from list_options o
             where o.list_id = 'immunization_informationsource' and o.option_id = i.information_source) as information,
           case when coalesce(i.refusal_reason, '') <> '' then 'RE'
                else (select max(o.notes) from list_options o
                       where o.list_id = 'Immunization_Completion_Status' and o.option_id = i.completion_status) end as completion,
           (select max(o.notes) from list_options o
             where o.list_id = 'immunization_refusal_reason' and o.option_id = i.refusal_reason) as refusal,
           case when i.added_erroneously = 1 then 'D' else 'A' end as action_code,
           i.lot_number as lot,
           i.expiration_date as expires_on,
           (select max(o.notes) from list_options o
             where o.list_id = 'Immunization_Manufacturer' and o.option_id = i.manufacturer) as mvx,
           (select max(coalesce(nullif(o.notes, ''), substring_index(o.codes, ':', -1))) from list_options o
             where o.list_id = 'drug_route' and o.option_id = i.route) as route,
           (select max(o.notes) from list_options o
             where o.list_id = 'immunization_administered_site' and o.option_id = i.administration_site) as body_site,
           (select max(o.notes) from immunization_observation b
              join list_options o on o.list_id = 'imm_vac_eligibility_results' and o.option_id = b.imo_criteria_value
             where b.imo_im_id = i.id and b.imo_criteria = 'funding_program_eligibility') as eligibility,
           case when i.vis_date is not null then i.cvx_code end as vis_type,
           i.vis_date as vis_edition,
           i.education_date as vis_given,
           e.id as entered_number, e.lname as entered_family, e.fname as entered_given,
           g.npi as giver_npi, g.lname as giver_family, g.fname as giver_given,
           r.npi as prescriber_npi, r.lname as prescriber_family, r.fname as prescriber_given,
           f.facility_code as given_at,
           coalesce(nullif(f.facility_code, ''), nullif(h.facility_code, '')) as facility
    from immunizations i
    join patient_data p on p.pid = i.patient_id
    left join users g on g.id = i.administered_by_id
    left join users r on r.id = i.ordering_provider
    left join users e on e.id = i.created_by
    left join facility f on f.id = g.facility_id
    left join facility h on h.id = (select min(x.id) from facility x where x.primary_business_entity = 1)
) t
where t.changed_at >= cast(cast(:mark as char(19)) as datetime)
  and (t.changed_at > cast(cast(:mark as char(19)) as datetime) or cast(t.patient_id as char(20)) > :patient)
order by t.changed_at, cast(t.patient_id as char(20)), t.dose_id
limit :limit
