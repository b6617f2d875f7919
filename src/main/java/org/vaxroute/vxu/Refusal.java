package org.vaxroute.vxu;

/**
 * Why HAPI would not read a message.
 *
 * @param location HL7 location of the fault such as {@code PID-7}, or the segment, or {@code MSH} where HAPI names none
 * @param reason what kind of fault it is, never with field contents
 */
public record Refusal(String location, String reason) {}
