package org.vaxroute.submit;

import java.io.IOException;
import java.io.Reader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The servers that <code>.ci/servers start</code> made ready on loopback. */
final class RealServers {
    static final String SETTING = "vaxroute.servers";

    private final Properties facts = new Properties();
    private final Path folder;

    private RealServers(Path file) throws IOException {
        folder = file.getParent();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            facts.load(reader);
        }
    }

    /** Empty when they were not started; the tests that need them are then skipped. */
    static Optional<RealServers> find() throws IOException {
        Path file = Path.of(System.getProperty(SETTING, "target/servers/servers.properties"))
                .toAbsolutePath();
        return Files.isReadable(file) ? Optional.of(new RealServers(file)) : Optional.empty();
    }

    /** Makes the tests of the servers wait for each other over the JVMs that run tests side by side: they share the folders there. */
    static final class Alone implements BeforeEachCallback, AfterEachCallback {
        private FileChannel lock;

        @Override
        public void beforeEach(ExtensionContext test) throws IOException {
            if (find().isPresent()) {
                lock = FileChannel.open(find().get().file("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                lock.lock();
            }
        }

        @Override
        public void afterEach(ExtensionContext test) throws IOException {
            if (lock != null) {
                lock.close();
            }
        }
    }

    Path home() {
        return Path.of(facts.getProperty("home"));
    }

    boolean hasSmallDisk() {
        return facts.getProperty("small").equals("yes");
    }

    int port(String server) {
        return Integer.parseInt(facts.getProperty(server + ".port"));
    }

    int passive(String server) {
        return Integer.parseInt(facts.getProperty(server + ".passive"));
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** @param server for example <code>sftp.plain</code> or <code>ftps.reuse</code> */
    Account.Builder account(String server) {
        Account.Kind kind = server.startsWith("sftp") ? Account.Kind.SFTP : Account.Kind.FTPS;
        return Account.builder("real", kind)
                .host("127.0.0.1")
                .port(port(server))
                .user(facts.getProperty("user"))
                .secret(() -> facts.getProperty("password"))
                .knownHosts(file("known_hosts.hostkey"))
                .trustStore(file("ca.pem"), () -> "")
                .dropOff("hl7-dropoff")
                .timeOut(Duration.ofSeconds(10));
    }
}
