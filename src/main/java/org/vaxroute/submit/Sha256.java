package org.vaxroute.submit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.vaxroute.ledger.SubmissionFile;

/** Digests of files, read as a stream. */
final class Sha256 {
    private static final int BUFFER = 1 << 16;

    private Sha256() {}

    /** The digest in hexadecimal digits. */
    static String of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return HexFormat.of().formatHex(of(in));
        }
    }

    static byte[] of(InputStream in) throws IOException {
        MessageDigest digest = digest();
        byte[] buffer = new byte[BUFFER];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            digest.update(buffer, 0, read);
        }
        return digest.digest();
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /**
     * Makes sure that our own copy is what was built.
     *
     * @throws LocalFileChanged when it is missing or changed
     */
    static void require(Path local, SubmissionFile file) {
        try {
            if (!of(local).equals(file.sha256())) {
                throw changed(local);
            }
        } catch (IOException e) {
            throw new LocalFileChanged("Our copy " + local + " is missing or cannot be read: " + e, e);
        }
    }

    static LocalFileChanged changed(Path local) {
        return new LocalFileChanged(
                "Our copy " + local
                        + " is not what was built (its SHA-256 differs from the ledger's). It is not sent. Remove it;"
                        + " it is then written again from the ledger.",
                null);
    }
}
