package org.vaxroute.practice;

/** How a patient's doses leave the practice EHR; each patient uses one. */
public enum Channel {
    /** Rows of the EHR's database, read by the JDBC intake. */
    DATABASE,
    /** Messages sent over MLLP. */
    MLLP,
    /** Messages in HL7 batch files. */
    HL7_FILE,
    /** Rows of CSV files, read through the same column map as the database. */
    CSV_FILE
}
