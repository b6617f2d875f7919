package org.vaxroute.vxu;

import java.util.EnumSet;
import java.util.Set;

/** The observations of a dose that a column map can fill, by the name used there. */
enum Observation {
    ELIGIBILITY(
            "eligibility",
            "CE",
            "64994-7^Vaccine funding program eligibility category^LN",
            "HL70064",
            EnumSet.of(DoseKind.NEW)),
    FUNDING("funding", "CE", "30963-3^Vaccine funding source^LN", "CDCPHINVS", EnumSet.of(DoseKind.NEW)),
    VIS_BARCODE("vis.barcode", "CE", "69764-9^Document type^LN", "cdcgs1vis", EnumSet.of(DoseKind.NEW)),
    VIS_TYPE("vis.type", "CE", "30956-7^Vaccine type^LN", "CVX", EnumSet.of(DoseKind.NEW)),
    VIS_EDITION(
            "vis.edition",
            "DT",
            "29768-9^Date vaccine information statement published^LN",
            "",
            EnumSet.of(DoseKind.NEW)),
    VIS_GIVEN(
            "vis.given", "DT", "29769-7^Date vaccine information statement presented^LN", "", EnumSet.of(DoseKind.NEW)),
    DOSE_NUMBER("dose-number", "NM", "30973-2^Dose number in series^LN", "", DoseKind.GIVEN),
    IMMUNITY("immunity", "CE", "59784-9^Disease with presumed immunity^LN", "SCT", EnumSet.of(DoseKind.NOT_GIVEN));

    final String field;
    final String type;
    final String identifier;
    final String system;
    final Set<DoseKind> kinds;

    Observation(String field, String type, String identifier, String system, Set<DoseKind> kinds) {
        this.field = field;
        this.type = type;
        this.identifier = identifier;
        this.system = system;
        this.kinds = kinds;
    }

    boolean isDay() {
        return type.equals("DT");
    }
}
