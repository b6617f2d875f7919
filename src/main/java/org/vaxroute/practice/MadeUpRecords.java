package org.vaxroute.practice;

import java.time.Clock;

/** Invents whole records, marked as made up, for test files before real ones are at hand. */
public final class MadeUpRecords {
    private static final long SEED = 20261125;

    private final PatientGenerator patients;
    private final EhrMessages messages;
    private final String mark;
    private final String facility;

    /**
     * @param mark what stands in MSH-3 and as authority of the patient's and the order's number
     * @param facility id that the registry gave the organization; empty for that of the practice clinic
     * @param clock its zone is the clinic's; ages and vaccinations count from now
     */
    public MadeUpRecords(String mark, String facility, Clock clock) {
        this.mark = mark;
        this.facility = facility;
        this.patients = new PatientGenerator(SEED, clock.instant(), clock.getZone(), 0);
        this.messages = new EhrMessages(clock.getZone(), SEED);
    }

    /** The VXU of patient {@code n}, from 1. */
    public String message(int n) {
        PracticePatient patient = patients.patient(n);
        String text = messages.message(patient)
                .replace("|PRACTICE EHR|", "|" + mark + "|")
                .replace("^PRACTICE", "^" + mark);
        if (facility.isEmpty()) {
            return text;
        }
        text = text.replace(EhrMessages.FACILITY, facility);
        for (PracticeDose dose : patient.doses()) {
            text = text.replace(dose.clinic().facility(), facility);
        }
        return text;
    }
}
