package org.vaxroute.intake;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collections;
import java.util.Set;

/**
 * How the MLLP listener behaves.
 *
 * @param host address that it listens on; loopback unless told otherwise
 * @param plainText allows plain text beyond loopback
 * @param group records stored and answered together at most
 * @param inFlight messages of one connection that may wait for their answer
 * @param connections connections open at once at most
 * @param peers addresses that may connect; empty for all
 * @param heldAnswer how a record that was stored but held is answered
 * @param otherMessages what happens to a message that is no VXU
 * @param keyStore PKCS#12 file with the listener's certificate; null without TLS
 * @param keyStorePassword of that file
 * @param trustStore PKCS#12 file with the authorities of client certificates; null asks for none
 * @param trustStorePassword of that file
 */
public record MllpSettings(
        String host,
        boolean plainText,
        int group,
        int inFlight,
        int connections,
        Set<InetAddress> peers,
        HeldAnswer heldAnswer,
        OtherMessages otherMessages,
        Path keyStore,
        String keyStorePassword,
        Path trustStore,
        String trustStorePassword) {
    /** The answer to a record that was stored but is held back. */
    public enum HeldAnswer {
        AA,
        AE
    }

    /** The answer to a message that is no VXU. */
    public enum OtherMessages {
        /** AR: the sender learns that it sends to the wrong place. */
        REFUSE,
        /** AA, counted and not stored. */
        IGNORE
    }

    public MllpSettings {
        peers = Set.copyOf(peers);
    }

    /** Plain text on loopback, everybody there may connect. */
    public static MllpSettings loopback() {
        return new MllpSettings(
                "127.0.0.1",
                false,
                500,
                100,
                500,
                Set.of(),
                HeldAnswer.AA,
                OtherMessages.REFUSE,
                null,
                null,
                null,
                null);
    }

    /**
     * Opens the stores, as the listener will when it starts.
     *
     * @throws IllegalArgumentException when one cannot be read, saying what to do
     */
    public void requireReadableStores() {
        requireReadable("intake.mllp.key-store", keyStore, keyStorePassword, "holds no key with a certificate", true);
        requireReadable("intake.mllp.trust-store", trustStore, trustStorePassword, "holds no certificate", false);
    }

    private static void requireReadable(String key, Path file, String password, String lack, boolean own) {
        if (file == null) {
            return;
        }
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password == null ? null : password.toCharArray());
            for (String alias : Collections.list(store.aliases())) {
                if (!own || store.isKeyEntry(alias)) {
                    return;
                }
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    key + " " + file + " cannot be read (" + e + "). It must be a PKCS12 file, and " + key
                            + "-password its password.",
                    e);
        }
        throw new IllegalArgumentException(key + " " + file + " " + lack + ". Put one into it.");
    }

    boolean tls() {
        return keyStore != null;
    }

    @Override
    public String toString() {
        return "MllpSettings[" + host + (tls() ? ", TLS" : ", plain text") + "]";
    }
}
