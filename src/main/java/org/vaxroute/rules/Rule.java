package org.vaxroute.rules;

/**
 * A rule as it stands after all files have been read: what people list, explain and override. Texts of
 * {@code when} and {@code check} are as the file has them, on one line.
 *
 * @param id unique name, what a finding carries
 * @param path HL7 location that the rule looks at, such as {@code RXA-9.1}
 * @param when conditions under which it applies, empty when always
 * @param check what must be true
 * @param alone when it finds something, nothing else is said of the message
 * @param reason what to tell a person when it is not
 * @param remedy what that person can do
 * @param guide where the demand comes from: an IZ-nn statement, a field's usage, or a registry's message
 * @param origin file and line of its last definition
 */
public record Rule(
        String id,
        String path,
        String when,
        String check,
        Severity severity,
        Effect effect,
        boolean alone,
        String reason,
        String remedy,
        String guide,
        String origin) {}
