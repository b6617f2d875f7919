package org.vaxroute.submit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Files of certificates that we trust: PEM, PKCS12 or JKS. */
public final class Certificates {
    private Certificates() {}

    /**
     * A TLS context that trusts what is in a PEM file and nothing else.
     *
     * @param key the setting that names the file, for the message
     * @throws IllegalArgumentException when the file cannot be read or holds no certificate
     */
    public static SSLContext trusting(Path file, String key) {
        try {
            return context(read(file, () -> ""));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    key + " names " + file + ", which cannot be read as certificates: " + e.getMessage()
                            + ". Save the authority's certificate there as PEM.",
                    e);
        }
    }

    static SSLContext context(KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    /** @param password asked for only when the file is no PEM file */
    static KeyStore read(Path file, Supplier<String> password) throws IOException, GeneralSecurityException {
        byte[] bytes = Files.readAllBytes(file);
        if (!new String(bytes, StandardCharsets.ISO_8859_1).contains("-----BEGIN CERTIFICATE-----")) {
            return KeyStore.getInstance(file.toFile(), password.get().toCharArray());
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        try (InputStream in = Files.newInputStream(file)) {
            List<Certificate> found =
                    new ArrayList<>(CertificateFactory.getInstance("X.509").generateCertificates(in));
            for (Certificate certificate : found) {
                store.setCertificateEntry("trusted-" + number++, certificate);
            }
        }
        return store;
    }
}
