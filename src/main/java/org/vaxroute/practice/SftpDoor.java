package org.vaxroute.practice;

import java.io.IOException;
import java.nio.file.Files;
import java.security.KeyPair;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/** The practice registry's SFTP server: loopback, one account by password, a host key that it keeps. */
final class SftpDoor implements AutoCloseable {
    private final SshServer server;

    private SftpDoor(SshServer server) {
        this.server = server;
    }

    static SftpDoor open(RegistryFolder folder, RegistryOptions options, int port) {
        SimpleGeneratorHostKeyProvider hostKey =
                new SimpleGeneratorHostKeyProvider(folder.keys().resolve("host.key"));
        hostKey.setAlgorithm(KeyUtils.EC_ALGORITHM);
        hostKey.setKeySize(256);
        SshServer server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setPort(port);
        server.setKeyPairProvider(hostKey);
        server.setPasswordAuthenticator(
                (user, password, session) -> user.equals(options.user()) && password.equals(options.password()));
        server.setFileSystemFactory(
                new VirtualFileSystemFactory(folder.account().toAbsolutePath()));
        server.setSubsystemFactories(List.of(new SftpSubsystemFactory.Builder().build()));
        server.addSessionListener(new SessionBook(folder.sessions(), options.clock()));
        try {
            server.start();
            KeyPair key = hostKey.loadKeys(null).iterator().next();
            String host = port == 22 ? "127.0.0.1" : "[127.0.0.1]:" + port;
            String alias = port == 22 ? "localhost" : "[localhost]:" + port;
            Files.writeString(
                    folder.knownHosts(), host + "," + alias + " " + PublicKeyEntry.toString(key.getPublic()) + "\n");
        } catch (IOException e) {
            throw new PracticeException("the practice registry's SFTP server cannot start on port " + port, e);
        }
        return new SftpDoor(server);
    }

    @Override
    public void close() {
        try {
            server.stop(true);
        } catch (IOException e) {
            throw new PracticeException("the practice registry's SFTP server did not stop", e);
        }
    }
}
