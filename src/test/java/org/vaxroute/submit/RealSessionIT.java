package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Random;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single sessions with OpenSSH's sftp server and with vsftpd: what works, and how each refusal reads. */
@ExtendWith(RealServers.Alone.class)
@Tag("slower")
class RealSessionIT {
    private RealServers servers;
    private final CamelContext camel = new DefaultCamelContext();

    @TempDir
    Path folder;

    @BeforeEach
    void find() throws Exception {
        assumeTrue(RealServers.find().isPresent(), "started by .ci/servers start");
        servers = RealServers.find().get();
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sftp.plain", "ftps.reuse", "ftps.noreuse"})
    void oneSessionDoesEverything(String server) throws Exception {
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);

        try (RemoteFolder remote = open(servers.account(server).build())) {
            for (int round = 0; round < 3; round++) {
                assertThat(remote.size("session.hl7")).isEmpty();
                remote.upload("session.part", new ByteArrayInputStream(bytes), bytes.length);
                assertThat(remote.size("session.part")).hasValue(bytes.length);
                remote.rename("session.part", "session.hl7");
                assertThat(remote.size("session.part")).isEmpty();
                assertThat(remote.sha256("session.hl7"))
                        .isEqualTo(MessageDigest.getInstance("SHA-256").digest(bytes));
                remote.delete("session.hl7");
                remote.delete("session.hl7");
            }
        }
    }

    @Test
    void activeDataConnectionsWorkToo() {
        try (RemoteFolder remote =
                open(servers.account("ftps.reuse").passive(false).build())) {
            remote.upload("active.part", new ByteArrayInputStream(new byte[1000]), 1000);
            assertThat(remote.size("active.part")).hasValue(1000);
            remote.delete("active.part");
        }
    }

    @Test
    void aWrongHostKeyStopsBeforeThePassword() {
        assertThatThrownBy(() -> open(servers.account("sftp.plain")
                        .knownHosts(servers.file("known_hosts.otherkey"))
                        .build()))
                .isInstanceOf(ServerNotTrusted.class)
                .hasMessageContaining("another host key");
    }

    @Test
    void aWrongAuthorityStopsBeforeThePassword() {
        assertThatThrownBy(() -> open(servers.account("ftps.reuse")
                        .trustStore(servers.file("other-ca.pem"), () -> "")
                        .build()))
                .isInstanceOf(ServerNotTrusted.class)
                .hasMessageContaining("does not come from an authority in");
    }

    @Test
    void aCertificateForAnotherNameIsRefusedUnlessThatNameIsExpected() {
        assertThatThrownBy(() -> open(servers.account("ftps.wrongname").build()))
                .isInstanceOf(ServerNotTrusted.class)
                .hasMessageContaining("not made out to 127.0.0.1");

        try (RemoteFolder remote = open(servers.account("ftps.wrongname")
                .expectedName("registry.example")
                .build())) {
            assertThat(remote.size("nothing.hl7")).isEmpty();
        }
    }

    @Test
    void anExpiredCertificateIsRefused() {
        assertThatThrownBy(() -> open(servers.account("ftps.expired").build()))
                .isInstanceOf(ServerNotTrusted.class)
                .hasMessageContaining("expired");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sftp.plain", "ftps.reuse"})
    void aWrongPasswordIsARefusedLogin(String server) {
        assertThatThrownBy(
                        () -> open(servers.account(server).secret(() -> "wrong").build()))
                .isInstanceOf(LoginRefused.class)
                .hasMessageContaining("account.password")
                .hasMessageNotContaining("wrong");
    }

    @Test
    void aPrivateKeyOpensTheSessionToo() {
        try (RemoteFolder remote = open(servers.account("sftp.plain")
                .privateKey(servers.file("loginkey"))
                .secret(() -> "")
                .build())) {
            assertThat(remote.size("nothing.hl7")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sftp.plain", "ftps.reuse"})
    void aMissingFolderIsSaid(String server) {
        assertThatThrownBy(() ->
                        open(servers.account(server).dropOff("no-such-folder").build()))
                .isInstanceOf(FolderRefused.class)
                .hasMessageContaining("no-such-folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sftp.norename", "ftps.norename"})
    void aForbiddenRenameIsSaid(String server) {
        try (RemoteFolder remote = open(servers.account(server).build())) {
            remote.upload("stay.part", new ByteArrayInputStream(new byte[10]), 10);
            assertThatThrownBy(() -> remote.rename("stay.part", "stay.hl7"))
                    .isInstanceOf(TransferRefused.class)
                    .hasMessageContaining("account.rename=false");
            remote.delete("stay.part");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sftp.plain", "ftps.reuse"})
    void aFullDiskIsSaid(String server) {
        assumeTrue(servers.hasSmallDisk());
        try (RemoteFolder remote =
                open(servers.account(server).dropOff("hl7-small").build())) {
            assertThatThrownBy(
                            () -> remote.upload("big.part", new ByteArrayInputStream(new byte[1_000_000]), 1_000_000))
                    .isInstanceOf(TransferRefused.class)
                    .hasMessageContaining("quota");
            remote.delete("big.part");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sftp.plain", "ftps.reuse"})
    void aServerThatIsNotThereIsAway(String server) {
        assertThatThrownBy(() -> open(servers.account(server).port(1).build()))
                .isInstanceOf(ServerAway.class)
                .hasMessageContaining("cannot be reached");
    }

    private RemoteFolder open(Account account) {
        return new AccountEndpoint(camel).open(AccountEndpoint.plainUri(account), account);
    }
}
