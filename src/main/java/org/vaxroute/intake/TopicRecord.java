package org.vaxroute.intake;

/**
 * One record of a topic as it came.
 *
 * @param key names the connection and, behind a slash, the patient: patient data. Null when there is none
 * @param source what the header {@value #SOURCE} says; null when there is none
 * @param text the HL7 message; empty when there is none
 */
record TopicRecord(int partition, long offset, byte[] key, String source, byte[] text) {
    /** Header that names the source where a connection has several. */
    static final String SOURCE = "vaxroute-source";
}
