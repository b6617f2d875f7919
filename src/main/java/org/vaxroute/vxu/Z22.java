package org.vaxroute.vxu;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What profile Z22 of the national guide (release 1.5 and its addendum) fixes about a VXU. */
final class Z22 {
    /** Values that every VXU carries unless the column map says otherwise (IZ-25, 28, 29, 41, 42, 43, 46). */
    static final Map<String, String> ALWAYS = Map.ofEntries(
            Map.entry("MSH-9.1", "VXU"),
            Map.entry("MSH-9.2", "V04"),
            Map.entry("MSH-9.3", "VXU_V04"),
            Map.entry("MSH-11", "P"),
            Map.entry("MSH-12", "2.5.1"),
            Map.entry("MSH-15", "ER"),
            Map.entry("MSH-16", "AL"),
            Map.entry("MSH-21.1", "Z22"),
            Map.entry("MSH-21.2", "CDCPHINVS"),
            Map.entry("PID-1", "1"),
            Map.entry("ORC-1", "RE"),
            Map.entry("RXA-1", "0"),
            Map.entry("RXA-2", "1"),
            Map.entry("RXA-20", "CP"),
            Map.entry("RXA-21", "A"));

    /** Components that go with a field once it has a value: identifier, name and address types, coding systems. */
    static final Map<String, Map<Integer, String>> WITH_FIELD = Map.ofEntries(
            Map.entry("PID-3", Map.of(5, "MR")),
            Map.entry("PID-5", Map.of(7, "L")),
            Map.entry("PID-6", Map.of(7, "M")),
            Map.entry("PID-10", Map.of(3, "CDCREC")),
            Map.entry("PID-11", Map.of(7, "H")),
            Map.entry("PID-13", Map.of(2, "PRN", 3, "PH")),
            Map.entry("PID-22", Map.of(3, "CDCREC")),
            Map.entry("PD1-11", Map.of(3, "HL70215")),
            Map.entry("NK1-2", Map.of(7, "L")),
            Map.entry("NK1-3", Map.of(3, "HL70063")),
            Map.entry("NK1-4", Map.of(7, "H")),
            Map.entry("NK1-5", Map.of(2, "PRN", 3, "PH")),
            Map.entry("RXA-5", Map.of(3, "CVX")),
            Map.entry("RXA-7", Map.of(3, "UCUM")),
            Map.entry("RXA-9", Map.of(3, "NIP001")),
            Map.entry("RXA-17", Map.of(3, "MVX")),
            Map.entry("RXA-18", Map.of(3, "NIP002")),
            Map.entry("RXR-1", Map.of(3, "NCIT")),
            Map.entry("RXR-2", Map.of(3, "HL70163")));

    /** Fields that hold a day. */
    static final Set<String> DAYS = Set.of(
            "PID-7", "PID-29", "PD1-13", "PD1-17", "PD1-18", "NK1-16", "RXA-3", "RXA-4", "RXA-16", "RXA-22", "ORC-9");

    /** What says who somebody is, beside his number. */
    static final List<String> PERSON = List.of("PID-5", "PID-5.2", "PID-7");

    /** What a column map must fill. */
    static final List<String> REQUIRED = List.of("PID-3", "PID-5", "PID-5.2", "PID-7", "RXA-3", "RXA-5", "RXA-9");

    /** Fields without which a message or a dose is of no use to a registry. */
    private static final Set<String> NEEDED =
            Set.of("PID-3", "PID-5", "PID-7", "PID-8", "RXA-3", "RXA-5", "RXA-9", "RXA-20");

    private static final Map<String, Set<DoseKind>> KINDS = Map.of(
            "RXA-7", DoseKind.GIVEN,
            "RXA-9", DoseKind.GIVEN,
            "RXA-10", DoseKind.GIVEN,
            "RXA-11", DoseKind.GIVEN,
            "RXA-15", DoseKind.GIVEN,
            "RXA-16", DoseKind.GIVEN,
            "RXA-17", DoseKind.GIVEN,
            "RXA-18", EnumSet.of(DoseKind.REFUSED));

    private static final Map<String, Integer> PARTNERS = Map.of("PD1-13", 12, "PD1-17", 16, "RXA-16", 15);

    private Z22() {}

    /** The kinds of dose in which the field may stand (IZ-32, 47 and the conditions of RXA-10 to 17). */
    static Set<DoseKind> kinds(String field) {
        return KINDS.getOrDefault(field, DoseKind.ALL);
    }

    /** The field that must be valued for this one to be (a date goes with its code, an expiry with its lot); 0 for none. */
    static int partner(String field) {
        return PARTNERS.getOrDefault(field, 0);
    }

    /** Whether the field of this location is one that a registry cannot do without. */
    static boolean isRequired(String location) {
        int end = location.indexOf('.');
        return NEEDED.contains(end < 0 ? location : location.substring(0, end));
    }

    /** Whether the place is in a field of type CE, with two codes and the systems of both. */
    static boolean isCoded(Place place) {
        return WITH_FIELD.getOrDefault(place.fieldName(), Map.of()).keySet().equals(Set.of(3));
    }

    /** A code of NIP001 or NIP002 with the zero that a spreadsheet drops. */
    static String twoDigits(String code) {
        return code.length() == 1 && Character.isDigit(code.charAt(0)) ? "0" + code : code;
    }

    /** What a code of NIP001 says, in short. */
    static String information(String code) {
        return code.isEmpty() ? "" : code.equals("00") ? "New immunization record" : "Historical information";
    }
}
