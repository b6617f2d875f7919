package org.vaxroute.hl7;

/**
 * What may be read.
 *
 * @param messageBytes the longest message, in bytes; also bounds the memory that reading needs
 * @param acceptCountDifferences whether a file may be taken although BTS-1 or FTS-1 differs from what is in it
 */
public record Limits(int messageBytes, boolean acceptCountDifferences) {
    /** One MiB a message, counts must agree. */
    public static final Limits STANDARD = new Limits(1 << 20, false);

    public Limits {
        if (messageBytes < 100) {
            throw new IllegalArgumentException("a limit of " + messageBytes + " bytes a message lets nothing through");
        }
    }
}
