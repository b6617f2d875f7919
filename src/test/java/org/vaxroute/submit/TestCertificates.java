package org.vaxroute.submit;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.Period;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A small certificate authority for test servers. */
public final class TestCertificates {
    public static final String STORE_PASSWORD = "changeit";

    private final KeyPair authorityKeys = keys();
    final X509Certificate authority;

    public TestCertificates(String name) throws Exception {
        authority = sign("CN=" + name, authorityKeys, "CN=" + name, authorityKeys, null, Period.ofDays(365));
    }

    /** A key store with a server certificate for one DNS name or IP address, valid from ten days ago. */
    public Path server(Path file, String subject, Period validFromNow) throws Exception {
        KeyPair keys = keys();
        X509Certificate certificate = sign(
                "CN=" + subject,
                keys,
                authority.getSubjectX500Principal().getName(),
                authorityKeys,
                subject,
                validFromNow);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "server", keys.getPrivate(), STORE_PASSWORD.toCharArray(), new java.security.cert.Certificate[] {
                    certificate, authority
                });
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, STORE_PASSWORD.toCharArray());
        }
        Path pem = file.resolveSibling(file.getFileName() + ".pem");
        Files.writeString(
                pem,
                pem("CERTIFICATE", certificate.getEncoded())
                        + pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        return file;
    }

    /** A PKCS#12 file with the authority's certificate, to be trusted. */
    public Path trustStore(Path file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", authority);
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, STORE_PASSWORD.toCharArray());
        }
        return file;
    }

    /** The authority's certificate as PEM, to be trusted. */
    public Path trust(Path file) throws IOException {
        try {
            return Files.writeString(file, pem("CERTIFICATE", authority.getEncoded()));
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new IOException(e);
        }
    }

    private static X509Certificate sign(
            String subject, KeyPair keys, String issuer, KeyPair issuerKeys, String name, Period validFromNow)
            throws Exception {
        Instant now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                new X500Name(issuer),
                new BigInteger(64, new java.util.Random()),
                Date.from(now.minus(10, ChronoUnit.DAYS)),
                Date.from(now.plus(validFromNow)),
                new X500Name(subject),
                keys.getPublic());
        if (name == null) {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        } else {
            int kind = name.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName;
            builder.addExtension(
                    Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName(kind, name)));
        }
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(issuerKeys.getPrivate())));
    }

    private static KeyPair keys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    private static String pem(String kind, byte[] bytes) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(bytes) + "\n-----END " + kind
                + "-----\n";
    }
}
