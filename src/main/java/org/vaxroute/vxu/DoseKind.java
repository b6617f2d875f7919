package org.vaxroute.vxu;

import java.util.EnumSet;
import java.util.Set;

/** What an ORDER group reports, as RXA-20 and RXA-9 tell; decides which fields it may carry. */
enum DoseKind {
    /** Given by the reporting organization (RXA-9 is 00). */
    NEW,
    /** Given elsewhere or learnt of (RXA-9 is 01 to 08). */
    HISTORICAL,
    /** Refused by or for the patient (RXA-20 is RE). */
    REFUSED,
    /** Not given for another reason, or only an observation (RXA-20 is NA, RXA-5 is 998). */
    NOT_GIVEN;

    static final Set<DoseKind> ALL = EnumSet.allOf(DoseKind.class);
    static final Set<DoseKind> GIVEN = EnumSet.of(NEW, HISTORICAL);

    static DoseKind of(String completion, String information, String vaccine) {
        return switch (completion) {
            case "RE" -> REFUSED;
            case "NA" -> NOT_GIVEN;
            default -> vaccine.equals("998") ? NOT_GIVEN : information.equals("00") ? NEW : HISTORICAL;
        };
    }
}
