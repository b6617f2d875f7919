package org.vaxroute.operate.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Collections;

/** Reads the certificate that the web server shows, or says what is wrong with its file. */
final class ServerCertificate {
    private ServerCertificate() {}

    /**
     * The certificate of the only key in the store.
     *
     * @throws IllegalStateException when there is none or it cannot be read, saying what to do
     */
    static X509Certificate of(HttpSettings.Tls tls) {
        try (InputStream file = Files.newInputStream(tls.keyStore())) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(file, tls.password().toCharArray());
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias) && store.getCertificate(alias) instanceof X509Certificate certificate) {
                    return certificate;
                }
            }
            throw new IllegalStateException("operate.http.key-store " + tls.keyStore()
                    + " holds no key with a certificate. Make one that does: openssl pkcs12 -export.");
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(
                    "operate.http.key-store " + tls.keyStore() + " cannot be read (" + e.getMessage()
                            + "). It must be a PKCS12 file, and operate.http.key-store-password its password.",
                    e);
        }
    }
}
