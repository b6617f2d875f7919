package org.vaxroute.rules;

/**
 * One thing that a rule says of a record. Never carries what a field contains, so it may be logged and stored anywhere.
 *
 * @param rule id of the rule
 * @param location HL7 location such as {@code PID-3[2].4} or {@code ORDER[2]/RXA-9}; empty when it speaks of no place
 * @param reason what is wrong, in words a clinic understands
 * @param remedy what to do about it
 */
public record Finding(String rule, Severity severity, Effect effect, String location, String reason, String remedy) {}
