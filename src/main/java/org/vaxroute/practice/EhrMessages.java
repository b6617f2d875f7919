package org.vaxroute.practice;

import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * Writes VXU messages as the practice EHR's vendor does: profile Z22, vaccine sheets by barcode, OBX numbered through the
 * message. The same patient always gives the same bytes.
 */
final class EhrMessages {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMddHHmmssZ");

    /** MSH-4: the registry's id of the clinic group. */
    static final String FACILITY = "0042170005";

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
        return message(p, "", "A");
    }

    /**
     * @param version what the control id ends with, for a patient that is sent again
     * @param action RXA-21 of its doses
     */
    String message(PracticePatient p, String version, String action) {
        StringBuilder out = new StringBuilder(2048);
        new Line("MSH")
                .set(2, "^~\\&")
                .set(3, "PRACTICE EHR")
                .set(4, FACILITY)
                .set(7, p.changed().atZone(zone).format(STAMP))
                .set(9, "VXU^V04^VXU_V04")
                .set(10, controlId(p) + version)
                .set(11, "P")
                .set(12, "2.5.1")
                .set(15, "ER")
                .set(16, "AL")
                .set(21, "Z22^CDCPHINVS")
                .set(22, p.doses().get(0).clinic().facility())
                .to(out);
        new Line("PID")
                .set(1, "1")
                .set(3, p.mrn() + "^^^PRACTICE^MR")
                .set(5, person(p.family(), p.given(), p.middle()))
                .set(6, p.motherMaiden().isEmpty() ? "" : text(p.motherMaiden()) + "^^^^^^M")
                .set(7, day(p.born()))
                .set(8, p.sex())
                .set(10, coded(p.race(), raceName(p.race()), "CDCREC"))
                .set(11, address(p))
                .set(13, telecom(p))
                .set(22, coded(p.ethnicity(), ethnicityName(p.ethnicity()), "CDCREC"))
                .to(out);
        if (!p.consent().isEmpty()) {
            new Line("PD1").set(12, p.consent()).set(13, day(p.consentOn())).to(out);
        }
        if (!p.guardianFamily().isEmpty()) {
            new Line("NK1")
                    .set(1, "1")
                    .set(2, person(p.guardianFamily(), p.guardianGiven(), ""))
                    .set(3, coded(p.guardianRelation(), relation(p.guardianRelation()), "HL70063"))
                    .set(4, address(p))
                    .set(5, phone(p))
                    .to(out);
        }
        int observation = 0;
        for (PracticeDose dose : p.doses()) {
            observation = dose(out, dose, action, observation);
        }
        return out.toString();
    }

    private static int dose(StringBuilder out, PracticeDose d, String action, int observation) {
        boolean refused = d.completion().equals("RE");
        boolean here = d.isNew() && !refused;
        String clinician = here
                ? d.clinic().npi() + "^" + text(d.clinic().family()) + "^"
                        + text(d.clinic().given()) + "^^^^^^NPI^L^^^NPI"
                : "";
        String information = here ? "New immunization record" : "Historical information";
        new Line("ORC")
                .set(1, "RE")
                .set(3, (refused ? "9999" : d.id()) + "^PRACTICE")
                .set(12, clinician)
                .to(out);
        new Line("RXA")
                .set(1, "0")
                .set(2, "1")
                .set(3, day(d.given()))
                .set(5, coded(d.cvx(), d.name(), "CVX") + (d.ndc().isEmpty() ? "" : "^" + d.ndc() + "^^NDC"))
                .set(6, d.amount().isEmpty() ? "999" : d.amount())
                .set(7, d.amount().isEmpty() ? "" : "mL^milliliter^UCUM")
                .set(9, refused ? "" : coded(d.information(), information, "NIP001"))
                .set(10, clinician)
                .set(11, here ? "^^^" + d.clinic().facility() : "")
                .set(15, text(d.lot()))
                .set(16, d.lot().isEmpty() ? "" : day(d.expires()))
                .set(17, d.mvx().isEmpty() ? "" : coded(d.mvx(), "", "MVX"))
                .set(18, refused ? coded(d.refusal(), "Parental decision", "NIP002") : "")
                .set(20, d.completion())
                .set(21, action)
                .to(out);
        return here ? observations(out, d, observation) : observation;
    }

    private static int observations(StringBuilder out, PracticeDose d, int last) {
        String day = day(d.given());
        new Line("RXR")
                .set(1, coded(d.route(), route(d.route()), "NCIT"))
                .set(2, d.site().isEmpty() ? "" : coded(d.site(), "", "HL70163"))
                .to(out);
        obx(last + 1, "CE", "64994-7^Vaccine funding program eligibility category^LN", 1, day)
                .set(5, coded(d.eligibility(), "", "HL70064"))
                .set(17, "VXC40^Eligibility captured at the immunization level^CDCPHINVS")
                .to(out);
        obx(last + 2, "CE", "30963-3^Vaccine funding source^LN", 2, day)
                .set(5, coded(d.funding(), "", "CDCPHINVS"))
                .to(out);
        obx(last + 3, "CE", "69764-9^Document type^LN", 3, day)
                .set(5, coded(d.visBarcode(), "", "cdcgs1vis"))
                .to(out);
        obx(last + 4, "DT", "29769-7^Date vaccine information statement presented^LN", 3, day)
                .set(5, day)
                .to(out);
        return last + 4;
    }

    private static Line obx(int number, String type, String identifier, int set, String day) {
        return new Line("OBX")
                .set(1, Integer.toString(number))
                .set(2, type)
                .set(3, identifier)
                .set(4, Integer.toString(set))
                .set(11, "F")
                .set(14, day);
    }

    /** A segment being filled by field numbers. */
    private static final class Line {
        private final String name;
        private final String[] fields = new String[32];
        private int last;

        Line(String name) {
            this.name = name;
        }

        Line set(int field, String value) {
            if (!value.isEmpty()) {
                fields[field] = value;
                last = Math.max(last, field);
            }
            return this;
        }

        void to(StringBuilder out) {
            out.append(name);
            // MSH-1 is the separator itself.
            for (int i = name.equals("MSH") ? 2 : 1; i <= last; i++) {
                out.append('|').append(fields[i] == null ? "" : fields[i]);
            }
            out.append('\r');
        }
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

    private static String phone(PracticePatient p) {
        return "^PRN^PH^^^" + p.phone().substring(0, 3) + "^" + p.phone().substring(3);
    }

    private static String telecom(PracticePatient p) {
        return p.email().isEmpty() ? phone(p) : phone(p) + "~^NET^X.400^" + text(p.email());
    }

    private static String ethnicityName(String code) {
        return code.equals("2135-2") ? "Hispanic or Latino" : "Not Hispanic or Latino";
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
