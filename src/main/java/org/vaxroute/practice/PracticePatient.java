package org.vaxroute.practice;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/**
 * A patient of the practice EHR with everything that is sent of them.
 *
 * @param born null where the EHR has no birth date
 * @param defect null for a record without fault
 * @param changed when the EHR last touched the record
 */
record PracticePatient(
        int number,
        String mrn,
        String family,
        String given,
        String middle,
        LocalDate born,
        String sex,
        String race,
        String ethnicity,
        String street,
        String city,
        String zip,
        String phone,
        String email,
        String guardianFamily,
        String guardianGiven,
        String guardianRelation,
        String motherMaiden,
        String consent,
        LocalDate consentOn,
        List<PracticeDose> doses,
        Defect defect,
        Channel channel,
        Instant changed) {
    /** The same, stamped as changed at another time. */
    PracticePatient changedAt(Instant time) {
        return new PracticePatient(
                number,
                mrn,
                family,
                given,
                middle,
                born,
                sex,
                race,
                ethnicity,
                street,
                city,
                zip,
                phone,
                email,
                guardianFamily,
                guardianGiven,
                guardianRelation,
                motherMaiden,
                consent,
                consentOn,
                doses,
                defect,
                channel,
                time);
    }

    Expectation expectation() {
        return defect == null ? Expectation.DELIVERED : defect.expectation();
    }

    /** Not the record's own text: a patient's data must not get into a log by a stray argument. */
    @Override
    public String toString() {
        return "PracticePatient[" + number + "]";
    }
}
