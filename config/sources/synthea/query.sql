-- Immunizations of a Synthea database that changed after a mark, for H2 and PostgreSQL.
-- :mark and :patient are where the last page ended, :limit is the page's size. A patient's rows of one mark stand together.
select p.Id as patient_id,
       i.ENCOUNTER || '-' || i.CODE as dose_id,
       i.DATE as changed_at,
       p.FIRST as first_name,
       p.MIDDLE as middle_name,
       p.LAST as last_name,
       p.SUFFIX as suffix,
       p.MAIDEN as maiden_name,
       p.BIRTHDATE as birth_date,
       p.DEATHDATE as death_date,
       case when p.DEATHDATE is null then '' else 'Y' end as died,
       p.GENDER as sex,
       p.RACE as race,
       p.ETHNICITY as ethnicity,
       p.ADDRESS as street,
       p.CITY as city,
       p.STATE as state,
       p.ZIP as zip,
       i.CODE as vaccine_code,
       i.DESCRIPTION as vaccine_name,
       o.Id as organization_id,
       o.NAME as organization_name
from immunizations i
join patients p on p.Id = i.PATIENT
join encounters e on e.Id = i.ENCOUNTER
join providers d on d.Id = e.PROVIDER
join organizations o on o.Id = d.ORGANIZATION
where i.DATE >= cast(:mark as timestamp with time zone)
  and (i.DATE > cast(:mark as timestamp with time zone) or p.Id > :patient)
order by i.DATE, p.Id, i.CODE
limit :limit
