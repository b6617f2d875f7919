package org.vaxroute.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/** An SFTP server on loopback with an account and a folder for each connection, that keeps a book of who was logged in when. */
final class AccountsServer implements AutoCloseable {
    // A server hears of the end of a session a moment after the other side has closed it.
    private static final Duration LATE = Duration.ofSeconds(2);

    private final SshServer server;
    private final Path root;
    private final Path knownHosts;
    private final Map<Session, Login> open = new HashMap<>();
    private final List<String> together = new ArrayList<>();
    private final List<Halt> halts = new ArrayList<>();
    private int sessions;

    /** A time in which a node was halted: its sessions stand open, and nobody can close them. */
    private record Halt(long from, long until) {}

    /** A session that is open, and when another of the same account began beside it (0 for never). */
    private static final class Login {
        private final String user;
        private long besideSince;

        Login(String user) {
            this.user = user;
        }
    }

    AccountsServer(Path folder, Collection<String> users) throws IOException {
        root = folder.resolve("server");
        VirtualFileSystemFactory folders = new VirtualFileSystemFactory(Files.createDirectories(root));
        for (String user : users) {
            Files.createDirectories(dropOff(user));
            Files.createDirectories(root.resolve(user).resolve("results"));
            folders.setUserHomeDir(user, root.resolve(user));
        }
        SimpleGeneratorHostKeyProvider keys = new SimpleGeneratorHostKeyProvider(folder.resolve("host.key"));
        keys.setAlgorithm(KeyUtils.EC_ALGORITHM);
        keys.setKeySize(256);
        server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(keys);
        server.setPasswordAuthenticator(
                (user, password, session) -> users.contains(user) && BenchServer.PASSWORD.equals(password));
        server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
        server.setFileSystemFactory(folders);
        server.addSessionListener(new SessionListener() {
            @Override
            public void sessionEvent(Session session, Event event) {
                if (event == Event.Authenticated) {
                    opened(session);
                }
            }

            @Override
            public void sessionClosed(Session session) {
                closed(session);
            }
        });
        server.start();
        KeyPair pair = keys.loadKeys(null).iterator().next();
        knownHosts = folder.resolve("known_hosts");
        Files.writeString(
                knownHosts,
                "[127.0.0.1]:" + server.getPort() + " " + PublicKeyEntry.toString(pair.getPublic()) + "\n");
    }

    private synchronized void opened(Session session) {
        sessions++;
        String user = session.getUsername();
        open.values().stream()
                .filter(other -> other.user.equals(user) && other.besideSince == 0)
                .forEach(other -> other.besideSince = System.nanoTime());
        open.put(session, new Login(user));
    }

    private synchronized void closed(Session session) {
        Login login = open.remove(session);
        if (login != null) {
            judge(login);
        }
    }

    private void judge(Login login) {
        if (isBesideAnother(login)) {
            together.add(login.user);
        }
    }

    private boolean isBesideAnother(Login login) {
        return login.besideSince != 0
                && System.nanoTime() - login.besideSince > LATE.toNanos()
                && halts.stream()
                        .noneMatch(halt -> login.besideSince - halt.from >= 0 && login.besideSince - halt.until <= 0);
    }

    /** From now on, for as long, a node is halted or does not know yet that it was: what begins beside a session of its own is not charged. */
    synchronized void halts(Duration time) {
        halts.add(new Halt(System.nanoTime(), System.nanoTime() + time.toNanos()));
    }

    /** Logins so far. */
    synchronized int sessions() {
        return sessions;
    }

    /** Accounts that had two sessions at a time. */
    synchronized List<String> together() {
        List<String> all = new ArrayList<>(together);
        open.values().stream().filter(this::isBesideAnother).forEach(login -> all.add(login.user));
        return all;
    }

    int port() {
        return server.getPort();
    }

    Path knownHosts() {
        return knownHosts;
    }

    /** What an account has laid down. */
    Path dropOff(String user) {
        return root.resolve(user).resolve("drop-off");
    }

    @Override
    public void close() throws IOException {
        server.stop(true);
    }
}
