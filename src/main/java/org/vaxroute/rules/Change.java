package org.vaxroute.rules;

/**
 * One place that a transform changed. Never carries the value before or after.
 *
 * @param operation id of the operation
 * @param location HL7 location that was changed
 */
public record Change(String operation, String location) {}
