package org.vaxroute.operate.metrics;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file with certificates that must be renewed in time.
 *
 * @param use what it is for, a label: {@code console}, {@code mllp}, {@code account-main}
 * @param file PKCS12 or PEM
 * @param password of a PKCS12 file, read when it is needed
 */
public record Certificates(String use, Path file, Supplier<String> password) {
    private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);

    /** When the first of them ends; empty when the file or its password cannot be read, which is for those who use it to say. */
    public Optional<Instant> end() {
        try {
            byte[] bytes = Files.readAllBytes(file);
            return (pem(bytes) ? fromPem(bytes) : fromStore(bytes))
                    .stream()
                            .filter(X509Certificate.class::isInstance)
                            .map(one -> ((X509Certificate) one).getNotAfter().toInstant())
                            .min(Instant::compareTo);
        } catch (IOException | GeneralSecurityException e) {
            LOG.debug("{} cannot be read for the date of its end", file, e);
            return Optional.empty();
        }
    }

    private static boolean pem(byte[] bytes) {
        return bytes.length > 0 && (bytes[0] == '-' || Character.isLetter(bytes[0]) || bytes[0] == '#');
    }

    private static List<Certificate> fromPem(byte[] bytes) throws GeneralSecurityException {
        return List.copyOf(
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes)));
    }

    private List<Certificate> fromStore(byte[] bytes) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(bytes), revealed());
        List<Certificate> found = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            found.add(store.getCertificate(alias));
        }
        return found;
    }

    // Whoever gives it has an exception of his own for a secret that is gone, or that others may read.
    private char[] revealed() throws KeyStoreException {
        try {
            return password.get().toCharArray();
        } catch (RuntimeException e) {
            throw new KeyStoreException("Its password cannot be read", e);
        }
    }
}
