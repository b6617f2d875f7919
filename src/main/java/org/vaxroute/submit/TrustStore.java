package org.vaxroute.submit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;

/**
 * What an account trusts, checked before the first connection: a known hosts file for SFTP, a store of certificates for FTPS. Both
 * are mandatory, and there is no default that would trust anybody.
 */
final class TrustStore {
    private TrustStore() {}

    /**
     * Says what is missing before an account may be used.
     *
     * @throws TrustMissing with the command to type
     */
    static void require(Account account) {
        switch (account.kind()) {
            case SFTP -> requireKnownHosts(account);
            case FTPS -> context(account);
            case FOLDER -> {}
        }
    }

    private static void requireKnownHosts(Account account) {
        Path file = account.trust().knownHosts();
        String target = account.port() == 22 ? account.host() : "[" + account.host() + "]:" + account.port();
        String remedy = "Create it with: ssh-keyscan -p " + account.port() + " " + account.host() + " > "
                + (file == null ? "config/known_hosts" : file)
                + "   then compare the fingerprint (ssh-keygen -lf) with the one that the registry tells you by telephone or letter.";
        if (file == null) {
            throw new TrustMissing(
                    "Account " + account.id() + " has no account.known-hosts, the file with the server's SSH host key. "
                            + remedy + " Then set account.known-hosts.");
        }
        if (!Files.isReadable(file)) {
            throw new TrustMissing("Account " + account.id() + ": the known hosts file " + file
                    + " is missing or cannot be read. " + remedy);
        }
        try (var lines = Files.lines(file, StandardCharsets.UTF_8)) {
            if (lines.allMatch(line -> line.isBlank() || line.startsWith("#"))) {
                throw new TrustMissing("Account " + account.id() + ": the known hosts file " + file
                        + " holds no key for " + target + ". " + remedy);
            }
        } catch (IOException e) {
            throw new TrustMissing(
                    "Account " + account.id() + ": the known hosts file " + file + " cannot be read. " + remedy, e);
        }
    }

    /**
     * The TLS context of an FTPS account; it trusts what is in the account's store and nothing else.
     *
     * @throws TrustMissing with the command to type
     */
    static SSLContext context(Account account) {
        Path file = account.trust().trustStore();
        String server = account.host() + ":" + account.port();
        String remedy =
                "Ask the registry which authority signs its server's certificate and save that authority's certificate as "
                        + (file == null ? "config/registry-ca.pem" : file)
                        + ". To see what the server shows: openssl s_client -connect " + server
                        + " -showcerts </dev/null";
        if (file == null) {
            throw new TrustMissing("Account " + account.id()
                    + " has no account.trust-store, the file with the certificates that we trust. " + remedy
                    + " Then set account.trust-store.");
        }
        try {
            KeyStore store = Certificates.read(file, account.trust().trustStorePassword());
            if (store.size() == 0) {
                throw new TrustMissing(
                        "Account " + account.id() + ": the trust store " + file + " holds no certificate. " + remedy);
            }
            return Certificates.context(store);
        } catch (IOException | GeneralSecurityException e) {
            throw new TrustMissing(
                    "Account " + account.id() + ": the trust store " + file
                            + " is missing, cannot be read, or its password is wrong. " + remedy,
                    e);
        }
    }
}
