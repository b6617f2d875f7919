package org.vaxroute.practice;

/** A fault put into a practice patient on purpose, as EHRs have them. */
public enum Defect {
    NO_CONSENT(Expectation.RECORD_HELD, "no consent on file"),
    CONSENT_FOR_OTHER_AGE(Expectation.RECORD_HELD, "consent code does not fit the age"),
    NO_ADDRESS(Expectation.RECORD_HELD, "no address"),
    NO_BIRTH_DATE(Expectation.RECORD_HELD, "no birth date"),
    TEST_PATIENT(Expectation.RECORD_HELD, "a test patient's name"),
    NEWBORN_NAME(Expectation.RECORD_HELD, "a newborn's placeholder name"),
    FUTURE_DOSE(Expectation.DOSE_HELD, "a dose dated in the future"),
    DOSE_BEFORE_BIRTH(Expectation.DOSE_HELD, "a dose dated before birth"),
    UNKNOWN_VACCINE(Expectation.DOSE_HELD, "a CVX code that does not exist"),
    NO_LOT(Expectation.DOSE_HELD, "a new dose without a lot number"),
    PLACEHOLDER_PHONE(Expectation.WARNED, "a placeholder telephone number");

    private final Expectation expectation;
    private final String text;

    Defect(Expectation expectation, String text) {
        this.expectation = expectation;
        this.text = text;
    }

    /** What must become of the record. */
    public Expectation expectation() {
        return expectation;
    }

    /** The fault in words. */
    public String text() {
        return text;
    }
}
