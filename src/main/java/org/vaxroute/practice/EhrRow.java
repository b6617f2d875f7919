package org.vaxroute.practice;

import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;

/** One dose with its patient as the practice EHR's tables and CSV files show it. */
final class EhrRow {
    private EhrRow() {}

    static Map<String, String> of(PracticePatient p, PracticeDose d, Instant changed) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put("mrn", p.mrn());
        row.put("family_name", p.family());
        row.put("given_name", p.given());
        row.put("middle_name", p.middle());
        row.put("birth_date", day(p.born()));
        row.put("sex", p.sex());
        row.put("race", p.race());
        row.put("ethnicity", p.ethnicity());
        row.put("street", p.street());
        row.put("city", p.city());
        row.put("state", p.city().isEmpty() ? "" : "TX");
        row.put("zip", p.zip());
        row.put("phone", p.phone());
        row.put("email", p.email());
        row.put("guardian_family", p.guardianFamily());
        row.put("guardian_given", p.guardianGiven());
        row.put("guardian_relation", p.guardianRelation());
        row.put("mother_maiden", p.motherMaiden());
        row.put("consent_code", p.consent());
        row.put("consent_date", day(p.consentOn()));
        row.put("dose_id", d.id());
        row.put("changed_at", changed.toString());
        row.put("given_on", day(d.given()));
        row.put("cvx", d.cvx());
        row.put("vaccine", d.name());
        row.put("ndc", d.ndc());
        row.put("mvx", d.mvx());
        row.put("lot", d.lot());
        row.put("expires_on", day(d.expires()));
        row.put("amount", d.amount());
        row.put("route", d.route());
        row.put("site", d.site());
        row.put("information", d.information());
        row.put("completion", d.completion());
        row.put("refusal", d.refusal());
        row.put("eligibility", d.eligibility());
        row.put("funding", d.funding());
        row.put("vis_barcode", d.visBarcode());
        row.put("facility", d.clinic().facility());
        row.put("clinic_name", d.clinic().name());
        row.put("npi", d.isNew() ? d.clinic().npi() : "");
        row.put("clinician_family", d.isNew() ? d.clinic().family() : "");
        row.put("clinician_given", d.isNew() ? d.clinic().given() : "");
        return row;
    }

    private static String day(LocalDate day) {
        return day == null ? "" : day.toString();
    }
}
