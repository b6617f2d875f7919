package org.vaxroute.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

    /** What the received files hold, by nobody's reader but this one: it knows lines and bars, and nothing of VaxRoute. */
    Arrived arrived(int messages, long seed) throws IOException {
        BitSet patients = new BitSet(messages + 1);
        Set<String> controlIds = new HashSet<>();
        long headers = 0;
        String own = seed + "-";
        for (Path file : received()) {
            for (String line : Files.readString(file, StandardCharsets.ISO_8859_1).split("[\r\n]+")) {
                if (line.startsWith("MSH|")) {
                    headers++;
                    controlIds.add(line.split("\\|", 11)[9]);
                } else if (line.startsWith("PID|")) {
                    String id = line.split("\\|", 5)[3].split("\\^", 2)[0];
                    if (id.startsWith(own)) {
                        patients.set(Integer.parseInt(id.substring(own.length())));
                    }
                }
            }
        }
        return new Arrived(received().size(), headers, controlIds.size(), patients.cardinality());
    }

    /** The doses in the received files: ORC lines, and different ORC-3 among them. */
    Doses doses() throws IOException {
        Set<String> numbers = new HashSet<>();
        long lines = 0;
        for (Path file : received()) {
            for (String line : Files.readString(file, StandardCharsets.ISO_8859_1).split("[\r\n]+")) {
                if (line.startsWith("ORC|")) {
                    lines++;
                    numbers.add(line.split("\\|", 5)[3]);
                }
            }
        }
        return new Doses(lines, numbers.size());
    }

    /**
     * Doses that arrived.
     *
     * @param lines ORC lines
     * @param different different filler order numbers
     */
    record Doses(long lines, long different) {}

    /**
     * What arrived.
     *
     * @param headers MSH lines
     * @param controlIds different MSH-10
     * @param patients different patients of the input
     */
    record Arrived(int files, long headers, int controlIds, int patients) {
        /** Whether each message of the input is there exactly once. */
        boolean exactly(long messages) {
            return headers == messages && controlIds == messages && patients == messages;
        }
    }

    @Override
    public void close() throws IOException {
        server.stop(true);
    }
}
