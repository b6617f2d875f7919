package org.vaxroute.submit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.AccessDeniedException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.sftp.server.DirectoryHandle;
import org.apache.sshd.sftp.server.FileHandle;
import org.apache.sshd.sftp.server.SftpEventListener;
import org.apache.sshd.sftp.server.SftpFileSystemAccessor;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.apache.sshd.sftp.server.SftpSubsystemProxy;

/** An SFTP server in this process. */
final class FaultySftpServer extends RegistryServer {
    private final SshServer server = SshServer.setUpDefaultServer();
    private final AtomicInteger logins = new AtomicInteger();
    private final AtomicInteger looks = new AtomicInteger();
    private final Path knownHosts;

    FaultySftpServer(Path folder) throws Exception {
        super(folder.resolve("sftp-home"));
        knownHosts = folder.resolve("known_hosts");
        server.setHost("127.0.0.1");
        server.setPort(0);
        var keys = new SimpleGeneratorHostKeyProvider(folder.resolve("hostkey"));
        keys.setAlgorithm("EC");
        keys.setKeySize(256);
        server.setKeyPairProvider(keys);
        server.setPasswordAuthenticator((user, password, session) -> {
            logins.incrementAndGet();
            atLogin.run();
            return fault != Fault.WRONG_PASSWORD && user.equals(USER) && password.equals(PASSWORD);
        });
        server.setFileSystemFactory(new VirtualFileSystemFactory(home));
        SftpSubsystemFactory sftp = new SftpSubsystemFactory.Builder().build();
        sftp.addSftpEventListener(new Faults());
        sftp.setFileSystemAccessor(new FaultyFiles());
        server.setSubsystemFactories(List.of(sftp));
        server.start();
        Files.writeString(
                knownHosts,
                "[127.0.0.1]:" + port() + " "
                        + PublicKeyEntry.toString(
                                keys.loadKeys(null).iterator().next().getPublic()) + "\n");
    }

    @Override
    int port() {
        return server.getPort();
    }

    @Override
    int logins() {
        return logins.get();
    }

    @Override
    int sessions() {
        return server.getActiveSessions().size();
    }

    /** Writes a key that is not the server's into the known hosts file. */
    void forgeKnownHosts() throws Exception {
        var other = KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256);
        Files.writeString(
                knownHosts, "[127.0.0.1]:" + port() + " " + PublicKeyEntry.toString(other.getPublic()) + "\n");
    }

    @Override
    Account.Builder account(String id) {
        return Account.builder(id, Account.Kind.SFTP)
                .host("127.0.0.1")
                .port(port())
                .user(USER)
                .secret(() -> PASSWORD)
                .knownHosts(knownHosts)
                .dropOff("hl7-dropoff")
                .timeOut(java.time.Duration.ofSeconds(10));
    }

    @Override
    public void close() throws IOException {
        super.close();
        server.stop(true);
    }

    private final class Faults implements SftpEventListener {
        @Override
        public void writing(
                ServerSession session,
                String remoteHandle,
                FileHandle localHandle,
                long offset,
                byte[] data,
                int dataOffset,
                int length)
                throws IOException {
            if (fault == Fault.CUT_AT_HALF && offset + length > cutAt) {
                session.close(true);
                throw new IOException("cut");
            }
            if (fault == Fault.QUOTA_FULL && offset + length > cutAt) {
                throw new IOException("Disk quota exceeded");
            }
        }

        @Override
        public void closed(
                ServerSession session,
                String remoteHandle,
                org.apache.sshd.sftp.server.Handle localHandle,
                Throwable thrown)
                throws IOException {
            if ((fault == Fault.SIZE_LIES || fault == Fault.SIZE_TOO_LARGE) && localHandle instanceof FileHandle) {
                try (RandomAccessFile file = new RandomAccessFile(real(localHandle), "rw")) {
                    file.setLength(Math.max(0, file.length() + (fault == Fault.SIZE_LIES ? -1 : 1)));
                }
            }
        }

        private String real(org.apache.sshd.sftp.server.Handle handle) {
            return home.resolve(handle.getFile().toString().replaceFirst("^/", ""))
                    .toString();
        }

        @Override
        public void moving(ServerSession session, Path source, Path target, Collection<CopyOption> options)
                throws IOException {
            if (fault == Fault.CUT_BEFORE_RENAME) {
                session.close(true);
                throw new IOException("cut");
            }
            if (fault == Fault.RENAME_REFUSED) {
                throw new AccessDeniedException(source.toString());
            }
        }

        @Override
        public void moved(
                ServerSession session, Path source, Path target, Collection<CopyOption> options, Throwable thrown)
                throws IOException {
            if (fault == Fault.CUT_AFTER_RENAME) {
                session.close(true);
            }
            if (fault == Fault.RENAME_DONE_AND_DENIED && thrown == null) {
                throw new AccessDeniedException(source.toString());
            }
        }
    }

    private final class FaultyFiles implements SftpFileSystemAccessor {
        @Override
        public void renameFile(SftpSubsystemProxy subsystem, Path from, Path to, Collection<CopyOption> options)
                throws IOException {
            if (fault == Fault.RENAME_COPIES) {
                Files.copy(from, to);
            } else if (fault != Fault.RENAME_ONLY_SAID) {
                SftpFileSystemAccessor.super.renameFile(subsystem, from, to, options);
            }
        }

        @Override
        public DirectoryStream<Path> openDirectory(
                SftpSubsystemProxy subsystem, DirectoryHandle handle, Path folder, String name, LinkOption... options)
                throws IOException {
            if (fault == Fault.NAMES_HIDDEN) {
                return Files.newDirectoryStream(folder, path -> Files.isDirectory(path));
            }
            DirectoryStream<Path> all =
                    SftpFileSystemAccessor.super.openDirectory(subsystem, handle, folder, name, options);
            return fault == Fault.PICKED_WHILE_LISTED && looks.getAndIncrement() % 2 == 0
                    ? new Beside(folder.resolve("picked-up-meanwhile.hl7"), all)
                    : all;
        }
    }

    /** A listing with a file before all others that is no longer there. */
    private record Beside(Path gone, DirectoryStream<Path> all) implements DirectoryStream<Path> {
        @Override
        public Iterator<Path> iterator() {
            return Stream.concat(Stream.of(gone), StreamSupport.stream(all.spliterator(), false))
                    .iterator();
        }

        @Override
        public void close() throws IOException {
            all.close();
        }
    }
}
