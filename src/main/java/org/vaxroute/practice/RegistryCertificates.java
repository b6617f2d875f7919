package org.vaxroute.practice;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The practice registry's own authority and its server certificate, made once and kept in PKCS12 files. */
final class RegistryCertificates {
    /** Password of every PKCS12 file; what they protect is worth nothing outside this machine. */
    static final String PASSWORD = "practice";

    private static final String CA = "CN=VaxRoute practice authority";
    private static final Duration LIFE = Duration.ofDays(3650);
    private static final Duration RESERVE = Duration.ofDays(30);

    private final Path authority;
    private final Path server;
    private final Path trustStore;
    private final Instant now;

    RegistryCertificates(Path keys, Path trustStore, Instant now) {
        this.authority = keys.resolve("authority.p12");
        this.server = keys.resolve("server.p12");
        this.trustStore = trustStore;
        this.now = now;
    }

    /** Makes what is missing or about to expire; answers the server's key store. */
    Path ensure() {
        try {
            if (!isUsable(authority, "authority")) {
                KeyPair pair = newPair();
                X509Certificate root = sign(CA, pair, CA, pair.getPrivate(), true);
                save(authority, "authority", pair.getPrivate(), root);
                Files.deleteIfExists(server);
            }
            KeyStore ca = load(authority);
            X509Certificate root = (X509Certificate) ca.getCertificate("authority");
            if (!isUsable(server, "server")) {
                KeyPair pair = newPair();
                PrivateKey signer = (PrivateKey) ca.getKey("authority", PASSWORD.toCharArray());
                save(server, "server", pair.getPrivate(), sign("CN=localhost", pair, CA, signer, false), root);
            }
            KeyStore trust = empty();
            trust.setCertificateEntry("practice-authority", root);
            store(trust, trustStore);
            return server;
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new PracticeException(
                    "the practice registry's certificates cannot be made or read; delete " + authority.getParent(), e);
        }
    }

    private boolean isUsable(Path file, String alias) throws GeneralSecurityException, IOException {
        return Files.exists(file)
                && ((X509Certificate) load(file).getCertificate(alias))
                        .getNotAfter()
                        .toInstant()
                        .isAfter(now.plus(RESERVE));
    }

    private static KeyPair newPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private X509Certificate sign(String subject, KeyPair pair, String issuer, PrivateKey signer, boolean isAuthority)
            throws OperatorCreationException, GeneralSecurityException, CertIOException {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                new X500Name(issuer),
                new BigInteger(120, new SecureRandom()),
                Date.from(now.minus(Duration.ofDays(1))),
                Date.from(now.plus(LIFE)),
                new X500Name(subject),
                pair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
        builder.addExtension(
                Extension.keyUsage,
                true,
                new KeyUsage(isAuthority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature));
        if (!isAuthority) {
            GeneralName[] names = {
                new GeneralName(GeneralName.dNSName, "localhost"), new GeneralName(GeneralName.iPAddress, "127.0.0.1")
            };
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
        }
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static KeyStore load(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private static void save(Path file, String alias, PrivateKey key, Certificate... chain)
            throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        store.setKeyEntry(alias, key, PASSWORD.toCharArray(), chain);
        store(store, file);
    }

    private static void store(KeyStore store, Path file) throws GeneralSecurityException, IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (OutputStream out = Files.newOutputStream(part)) {
            store.store(out, PASSWORD.toCharArray());
        }
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
