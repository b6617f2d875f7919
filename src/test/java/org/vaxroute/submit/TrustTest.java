package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Period;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody is trusted by default, and what is missing is said together with the command that creates it. */
class TrustTest {
    @TempDir
    Path folder;

    @Test
    void withoutKnownHostsTheStartSaysHowToCreateThem() {
        assertThatThrownBy(() -> TrustStore.require(sftp(null)))
                .isInstanceOf(TrustMissing.class)
                .hasMessageContaining("has no account.known-hosts")
                .hasMessageContaining("ssh-keyscan -p 2222 sftp.registry.example > config/known_hosts");
        assertThatThrownBy(() -> TrustStore.require(sftp(folder.resolve("absent"))))
                .hasMessageContaining("ssh-keyscan -p 2222 sftp.registry.example > " + folder.resolve("absent"));
    }

    @Test
    void anEmptyKnownHostsFileIsNoTrust() throws Exception {
        Path empty = Files.writeString(folder.resolve("known_hosts"), "# nothing yet\n\n");

        assertThatThrownBy(() -> TrustStore.require(sftp(empty)))
                .hasMessageContaining("holds no key for [sftp.registry.example]:2222");
    }

    @Test
    void withoutATrustStoreTheStartSaysHowToCreateIt() {
        assertThatThrownBy(() -> TrustStore.require(ftps(null)))
                .isInstanceOf(TrustMissing.class)
                .hasMessageContaining("openssl s_client -connect ftps.registry.example:990 -showcerts");
        assertThatThrownBy(() -> TrustStore.require(ftps(folder.resolve("absent.p12"))))
                .isInstanceOf(TrustMissing.class);
    }

    @Test
    void pemAndPkcs12AreBothRead() throws Exception {
        TestCertificates certificates = new TestCertificates("Authority");

        assertThat(TrustStore.context(ftps(certificates.trust(folder.resolve("ca.pem")))))
                .isNotNull();
        assertThat(TrustStore.context(ftps(certificates.server(folder.resolve("store.p12"), "host", Period.ofDays(1)))))
                .isNotNull();
        assertThatThrownBy(() -> TrustStore.context(ftps(Files.writeString(folder.resolve("noise"), "noise"))))
                .isInstanceOf(TrustMissing.class);
    }

    @Test
    void olderJavaNeedsTheFlagAndStaysWithTls12() {
        assertThat(SessionReuseFtpsClient.platformFault(17, null)).hasValueSatisfying(says -> assertThat(says)
                .contains("-Djdk.tls.client.enableSessionTicketExtension=false"));
        assertThat(SessionReuseFtpsClient.platformFault(17, "true")).isPresent();
        assertThat(SessionReuseFtpsClient.platformFault(17, "false")).isEmpty();
        assertThat(SessionReuseFtpsClient.platformFault(25, null)).isEmpty();
        assertThat(SessionReuseFtpsClient.protocols(Account.TlsFloor.TLS_1_2, 17))
                .containsExactly("TLSv1.2");
        assertThat(SessionReuseFtpsClient.protocols(Account.TlsFloor.TLS_1_2, 25))
                .containsExactly("TLSv1.2", "TLSv1.3");
        assertThat(SessionReuseFtpsClient.protocols(Account.TlsFloor.TLS_1_3, 17))
                .containsExactly("TLSv1.3");
    }

    private static Account sftp(Path knownHosts) {
        return Account.builder("main", Account.Kind.SFTP)
                .host("sftp.registry.example")
                .port(2222)
                .user("clinic")
                .secret(() -> "secret")
                .knownHosts(knownHosts)
                .build();
    }

    private static Account ftps(Path store) {
        return Account.builder("main", Account.Kind.FTPS)
                .host("ftps.registry.example")
                .user("clinic")
                .secret(() -> "secret")
                .trustStore(store, () -> TestCertificates.STORE_PASSWORD)
                .build();
    }
}
