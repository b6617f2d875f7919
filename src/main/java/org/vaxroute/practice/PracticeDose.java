package org.vaxroute.practice;

import java.time.LocalDate;

/**
 * A dose in the practice EHR.
 *
 * @param id names the dose for ever
 * @param information NIP001: 00 given here, 01 to 08 learnt of
 * @param completion CP, or RE for a refusal
 * @param refusal NIP002, for a refusal
 * @param site HL70163; "" for an oral vaccine and for historical doses
 */
record PracticeDose(
        String id,
        LocalDate given,
        String cvx,
        String name,
        String ndc,
        String mvx,
        String lot,
        LocalDate expires,
        String amount,
        String route,
        String site,
        String information,
        String completion,
        String refusal,
        String eligibility,
        String funding,
        String visBarcode,
        Clinic clinic) {
    boolean isNew() {
        return information.equals("00");
    }

    PracticeDose withLot(String other) {
        return with(given, cvx, name, other);
    }

    PracticeDose withVaccine(String code, String text) {
        return with(given, code, text, lot);
    }

    PracticeDose withDay(LocalDate day) {
        return with(day, cvx, name, lot);
    }

    PracticeDose withMaker(String code) {
        return with(given, cvx, name, lot, code);
    }

    private PracticeDose with(LocalDate day, String code, String text, String lotNumber) {
        return with(day, code, text, lotNumber, mvx);
    }

    private PracticeDose with(LocalDate day, String code, String text, String lotNumber, String maker) {
        return new PracticeDose(
                id,
                day,
                code,
                text,
                ndc,
                maker,
                lotNumber,
                expires,
                amount,
                route,
                site,
                information,
                completion,
                refusal,
                eligibility,
                funding,
                visBarcode,
                clinic);
    }
}
