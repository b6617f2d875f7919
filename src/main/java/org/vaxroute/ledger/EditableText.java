package org.vaxroute.ledger;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The text of a held record for a person who corrects it. Patient data.
 *
 * @param version says whether it is still the same text when the corrected one comes back; null for a text that nobody may correct
 */
public record EditableText(byte[] text, String version) {
    // Enough to tell the few texts of one record apart, and short enough to be typed.
    private static final int VERSION_BYTES = 6;

    static EditableText of(byte[] text) {
        try {
            return new EditableText(
                    text,
                    HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(text), 0, VERSION_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-256; use a complete Java 17 or later.", e);
        }
    }

    /** Names nothing. */
    @Override
    public String toString() {
        return "EditableText[]";
    }
}
