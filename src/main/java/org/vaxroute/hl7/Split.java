package org.vaxroute.hl7;

/**
 * One message cut out of a file.
 *
 * @param ordinal its number in the file, from 1
 * @param offset the position in the file behind the message and its line end: where to go on
 * @param text the message, every segment ended by CR; may hold patient data
 */
public record Split(int ordinal, long offset, byte[] text) {
    /** Names the place only. */
    @Override
    public String toString() {
        return "Split[message " + ordinal + ", up to byte " + offset + ", " + text.length + " bytes]";
    }
}
