package org.vaxroute.practice;

import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.StringJoiner;

/**
 * Writes VXU messages as the practice EHR's vendor does: profile Z22, vaccine sheets by barcode, OBX numbered through the
 * message. The same patient always gives the same bytes.
 */
final class EhrMessages {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMddHHmmssZ");
    private final ZoneId zone;
    private final String prefix;

    EhrMessages(ZoneId zone, long seed) {
        this.zone = zone;
        this.prefix = "PE" + Long.toString(seed & 0xFFFFFFL, 36).toUpperCase(java.util.Locale.ROOT) + "-";
    }

    String controlId(PracticePatient p) {
        return prefix + String.format("%07d", p.number());
    }

    /** The patient's VXU, segments ended by CR. */
    String message(PracticePatient p) {
        StringBuilder out = new StringBuilder(2048);
        segment(
                out,
                "MSH|^~\\&",
                "PRACTICE EHR",
                "0042170005",
                "",
                "",
                p.changed().atZone(zone).format(STAMP),
                "",
                "VXU^V04^VXU_V04",
                controlId(p),
                "P",
                "2.5.1",
                "",
                "",
                "ER",
                "AL",
                "",
                "",
                "",
                "",
                "Z22^CDCPHINVS",
                p.doses().get(0).clinic().facility());
        segment(
                out,
                "PID",
                "1",
                "",
                p.mrn() + "^^^PRACTICE^MR",
                "",
                person(p.family(), p.given(), p.middle()),
                "",
                day(p.born()),
                p.sex(),
                "",
                coded(p.race(), raceName(p.race()), "CDCREC"),
                address(p),
                "",
                telecom(p),
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                coded(
                        p.ethnicity(),
                        p.ethnicity().equals("2135-2") ? "Hispanic or Latino" : "Not Hispanic or Latino",
                        "CDCREC"));
        if (!p.consent().isEmpty()) {
            segment(out, "PD1", "", "", "", "", "", "", "", "", "", "", "", p.consent(), day(p.consentOn()));
        }
        if (!p.guardianFamily().isEmpty()) {
            segment(
                    out,
                    "NK1",
                    "1",
                    person(p.guardianFamily(), p.guardianGiven(), ""),
                    coded(p.guardianRelation(), relation(p.guardianRelation()), "HL70063"),
                    address(p));
        }
        int observation = 0;
        for (PracticeDose dose : p.doses()) {
            observation = dose(out, dose, observation);
        }
        return out.toString();
    }

    private static int dose(StringBuilder out, PracticeDose d, int observation) {
        boolean refused = d.completion().equals("RE");
        boolean here = d.isNew() && !refused;
        String clinician = d.clinic().npi() + "^" + text(d.clinic().family()) + "^"
                + text(d.clinic().given()) + "^^^^^^NPI^L^^^NPI";
        segment(
                out,
                "ORC",
                "RE",
                "",
                (refused ? "9999" : d.id()) + "^PRACTICE",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                here ? clinician : "");
        segment(
                out,
                "RXA",
                "0",
                "1",
                day(d.given()),
                "",
                coded(d.cvx(), d.name(), "CVX") + (d.ndc().isEmpty() ? "" : "^" + d.ndc() + "^^NDC"),
                d.amount().isEmpty() ? "999" : d.amount(),
                d.amount().isEmpty() ? "" : "mL^milliliter^UCUM",
                "",
                refused
                        ? ""
                        : coded(d.information(), here ? "New immunization record" : "Historical information", "NIP001"),
                "",
                here ? "^^^" + d.clinic().facility() : "",
                "",
                "",
                "",
                text(d.lot()),
                d.lot().isEmpty() ? "" : day(d.expires()),
                d.mvx().isEmpty() ? "" : coded(d.mvx(), "", "MVX"),
                refused ? coded(d.refusal(), "Parental decision", "NIP002") : "",
                "",
                d.completion(),
                "A");
        if (!here) {
            return observation;
        }
        segment(
                out,
                "RXR",
                coded(d.route(), route(d.route()), "NCIT"),
                d.site().isEmpty() ? "" : coded(d.site(), "", "HL70163"));
        int n = observation;
        String day = day(d.given());
        segment(
                out,
                "OBX",
                "" + ++n,
                "CE",
                "64994-7^Vaccine funding program eligibility category^LN",
                "1",
                coded(d.eligibility(), "", "HL70064"),
                "",
                "",
                "",
                "",
                "",
                "F",
                "",
                "",
                day,
                "",
                "",
                "VXC40^Eligibility captured at the immunization level^CDCPHINVS");
        segment(
                out,
                "OBX",
                "" + ++n,
                "CE",
                "30963-3^Vaccine funding source^LN",
                "2",
                coded(d.funding(), "", "CDCPHINVS"),
                "",
                "",
                "",
                "",
                "",
                "F",
                "",
                "",
                day);
        segment(
                out,
                "OBX",
                "" + ++n,
                "CE",
                "69764-9^Document type^LN",
                "3",
                coded(d.visBarcode(), "", "cdcgs1vis"),
                "",
                "",
                "",
                "",
                "",
                "F",
                "",
                "",
                day);
        segment(
                out,
                "OBX",
                "" + ++n,
                "DT",
                "29769-7^Date vaccine information statement presented^LN",
                "3",
                day,
                "",
                "",
                "",
                "",
                "",
                "F",
                "",
                "",
                day);
        return n;
    }

    private static void segment(StringBuilder out, String name, String... fields) {
        StringJoiner joined = new StringJoiner("|");
        joined.add(name);
        int last = fields.length;
        while (last > 0 && fields[last - 1].isEmpty()) {
            last--;
        }
        for (int i = 0; i < last; i++) {
            joined.add(fields[i]);
        }
        out.append(joined).append('\r');
    }

    private static String text(String value) {
        return value.replace("\\", "\\E\\")
                .replace("|", "\\F\\")
                .replace("^", "\\S\\")
                .replace("&", "\\T\\")
                .replace("~", "\\R\\");
    }

    private static String coded(String code, String name, String system) {
        return text(code) + "^" + text(name) + "^" + system;
    }

    private static String person(String family, String given, String middle) {
        return text(family) + "^" + text(given) + "^" + text(middle) + "^^^^L";
    }

    private static String address(PracticePatient p) {
        return p.city().isEmpty() ? "" : text(p.street()) + "^^" + text(p.city()) + "^TX^" + p.zip() + "^USA^H";
    }

    private static String telecom(PracticePatient p) {
        String phone = p.phone().isEmpty()
                ? ""
                : "^PRN^PH^^^" + p.phone().substring(0, 3) + "^" + p.phone().substring(3);
        return p.email().isEmpty() ? phone : phone + "~^NET^X.400^" + text(p.email());
    }

    private static String day(LocalDate day) {
        return day == null ? "" : day.format(DateTimeFormatter.BASIC_ISO_DATE);
    }

    private static String raceName(String code) {
        return switch (code) {
            case "1002-5" -> "American Indian or Alaska Native";
            case "2028-9" -> "Asian";
            case "2054-5" -> "Black or African American";
            case "2106-3" -> "White";
            default -> "Other Race";
        };
    }

    private static String relation(String code) {
        return code.equals("MTH") ? "Mother" : code.equals("FTH") ? "Father" : "Guardian";
    }

    private static String route(String code) {
        return switch (code) {
            case "C38288" -> "Oral";
            case "C38299" -> "Subcutaneous";
            default -> "Intramuscular";
        };
    }
}
