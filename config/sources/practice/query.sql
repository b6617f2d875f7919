-- Doses of the practice EHR that changed after a mark.
-- :mark and :patient are where the last page ended, :limit is the page's size. A patient's rows of one mark stand together.
select p.mrn, p.family_name, p.given_name, p.middle_name, p.birth_date, p.sex, p.race, p.ethnicity, p.street, p.city, p.state,
       p.zip, p.phone, p.email, p.guardian_family, p.guardian_given, p.guardian_relation, p.mother_maiden, p.consent_code, p.consent_date,
       d.dose_id, d.changed_at, d.given_on, d.cvx, d.vaccine, d.ndc, d.mvx, d.lot, d.expires_on, d.amount, d.route, d.site,
       d.information, d.completion, d.refusal, d.eligibility, d.funding, d.vis_barcode,
       c.facility, c.name as clinic_name, c.npi, c.clinician_family, c.clinician_given
from dose d
join patient p on p.mrn = d.mrn
join clinic c on c.clinic_id = d.clinic_id
where d.changed_at >= cast(:mark as timestamp with time zone)
  and (d.changed_at > cast(:mark as timestamp with time zone) or p.mrn > :patient)
order by d.changed_at, p.mrn, d.dose_id
limit :limit
