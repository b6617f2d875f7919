package org.vaxroute.hl7;

/**
 * Text that cannot be read or written as an HL7 version 2 message. The message names the place, the fault and the
 * remedy, and never repeats content of a field.
 */
public final class Hl7FormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String location;
    private final String fault;

    /**
     * @param location where it is: an HL7 location ({@code MSH-2}), {@code segment 7} or {@code message 12}
     * @param fault what is wrong and what to do, without field content
     */
    public Hl7FormatException(String location, String fault) {
        super(location + ": " + fault);
        this.location = location;
        this.fault = fault;
    }

    /** What is wrong and, behind a semicolon, what to do; without the location. */
    public String fault() {
        return fault;
    }

    /** Where the fault is: an HL7 location, {@code segment n} or {@code message n}. */
    public String location() {
        return location;
    }
}
