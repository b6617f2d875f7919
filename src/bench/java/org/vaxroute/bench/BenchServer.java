package org.vaxroute.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/** An SFTP server on loopback that only stores: what both sides of the benchmark deliver to. */
final class BenchServer implements AutoCloseable {

    static final String USER = "bench";
    static final String PASSWORD = "bench-password";

    private final SshServer server;
    private final Path root;
    private final Path knownHosts;

    BenchServer(Path folder) throws IOException {
        root = Files.createDirectories(folder.resolve("server"));
        Files.createDirectories(root.resolve("drop-off"));
        Files.createDirectories(root.resolve("results"));
        SimpleGeneratorHostKeyProvider keys = new SimpleGeneratorHostKeyProvider(folder.resolve("host.key"));
        keys.setAlgorithm(KeyUtils.EC_ALGORITHM);
        keys.setKeySize(256);
        server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(keys);
        server.setPasswordAuthenticator((user, password, session) -> USER.equals(user) && PASSWORD.equals(password));
        server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
        server.setFileSystemFactory(new VirtualFileSystemFactory(root));
        server.start();
        KeyPair pair = keys.loadKeys(null).iterator().next();
        knownHosts = folder.resolve("known_hosts");
        Files.writeString(
                knownHosts,
                "[127.0.0.1]:" + server.getPort() + " " + PublicKeyEntry.toString(pair.getPublic()) + "\n");
    }

    int port() {
        return server.getPort();
    }

    Path knownHosts() {
        return knownHosts;
    }

    /** The files received so far under their final names. */
    List<Path> received() {
        try (Stream<Path> files = Files.list(root.resolve("drop-off"))) {
            return files.filter(f -> f.getFileName().toString().endsWith(".hl7")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many message headers the received files hold, counted by nobody's reader but this one. */
    long messages() throws IOException {
        long count = 0;
        for (Path file : received()) {
            byte[] bytes = Files.readAllBytes(file);
            for (int i = 0; i + 4 < bytes.length; i++) {
                boolean lineStart = i == 0 || bytes[i - 1] == '\r' || bytes[i - 1] == '\n';
                if (lineStart && bytes[i] == 'M' && bytes[i + 1] == 'S' && bytes[i + 2] == 'H' && bytes[i + 3] == '|') {
                    count++;
                }
            }
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        server.stop(true);
    }
}
