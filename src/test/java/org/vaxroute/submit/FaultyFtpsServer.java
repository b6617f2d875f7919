package org.vaxroute.submit;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ftpserver.ConnectionConfigFactory;
import org.apache.ftpserver.DataConnectionConfigurationFactory;
import org.apache.ftpserver.FtpServer;
import org.apache.ftpserver.FtpServerFactory;
import org.apache.ftpserver.filesystem.nativefs.NativeFileSystemFactory;
import org.apache.ftpserver.ftplet.Authentication;
import org.apache.ftpserver.ftplet.AuthenticationFailedException;
import org.apache.ftpserver.ftplet.DefaultFtpReply;
import org.apache.ftpserver.ftplet.DefaultFtplet;
import org.apache.ftpserver.ftplet.FileSystemFactory;
import org.apache.ftpserver.ftplet.FileSystemView;
import org.apache.ftpserver.ftplet.FtpException;
import org.apache.ftpserver.ftplet.FtpFile;
import org.apache.ftpserver.ftplet.FtpRequest;
import org.apache.ftpserver.ftplet.FtpSession;
import org.apache.ftpserver.ftplet.FtpletResult;
import org.apache.ftpserver.ftplet.User;
import org.apache.ftpserver.listener.Listener;
import org.apache.ftpserver.listener.ListenerFactory;
import org.apache.ftpserver.ssl.SslConfigurationFactory;
import org.apache.ftpserver.usermanager.UsernamePasswordAuthentication;
import org.apache.ftpserver.usermanager.impl.AbstractUserManager;
import org.apache.ftpserver.usermanager.impl.BaseUser;
import org.apache.ftpserver.usermanager.impl.ConcurrentLoginPermission;
import org.apache.ftpserver.usermanager.impl.WritePermission;

/** An implicit FTPS server in this process. */
final class FaultyFtpsServer extends RegistryServer {
    private final FtpServer server;
    private final Listener listener;
    private final AtomicInteger logins = new AtomicInteger();
    private final Path trust;
    private final Instant certificateEnds;

    FaultyFtpsServer(Path folder) throws Exception {
        super(folder.resolve("ftps-home"));
        TestCertificates certificates = new TestCertificates("Test Authority");
        trust = certificates.trust(folder.resolve("ca.pem"));
        Path keyStore = certificates.server(folder.resolve("server.p12"), "127.0.0.1", Period.ofDays(30));
        KeyStore store = KeyStore.getInstance(keyStore.toFile(), TestCertificates.STORE_PASSWORD.toCharArray());
        certificateEnds =
                ((X509Certificate) store.getCertificate("server")).getNotAfter().toInstant();

        SslConfigurationFactory ssl = new SslConfigurationFactory();
        ssl.setKeystoreFile(keyStore.toFile());
        ssl.setKeystorePassword(TestCertificates.STORE_PASSWORD);
        ssl.setKeystoreType("PKCS12");
        ssl.setSslProtocol("TLSv1.2");
        DataConnectionConfigurationFactory data = new DataConnectionConfigurationFactory();
        data.setImplicitSsl(true);
        ListenerFactory listeners = new ListenerFactory();
        listeners.setServerAddress("127.0.0.1");
        listeners.setPort(0);
        listeners.setImplicitSsl(true);
        listeners.setSslConfiguration(ssl.createSslConfiguration());
        listeners.setDataConnectionConfiguration(data.createDataConnectionConfiguration());
        listener = listeners.createListener();

        FtpServerFactory factory = new FtpServerFactory();
        factory.addListener("default", listener);
        factory.setUserManager(new OneUser());
        factory.setFileSystem(new FaultyFiles());
        factory.getFtplets().put("faults", new Faults());
        ConnectionConfigFactory connections = new ConnectionConfigFactory();
        connections.setMaxLoginFailures(10);
        connections.setLoginFailureDelay(0);
        factory.setConnectionConfig(connections.createConnectionConfig());
        server = factory.createServer();
        server.start();
    }

    /** Until when the certificate is good that it shows. */
    Instant certificateEnds() {
        return certificateEnds;
    }

    @Override
    int port() {
        return listener.getPort();
    }

    @Override
    int logins() {
        return logins.get();
    }

    @Override
    int sessions() {
        return listener.getActiveSessions().size();
    }

    @Override
    Account.Builder account(String id) {
        return Account.builder(id, Account.Kind.FTPS)
                .host("127.0.0.1")
                .port(port())
                .user(USER)
                .secret(() -> PASSWORD)
                .trustStore(trust, () -> "")
                .dropOff("hl7-dropoff")
                .timeOut(Duration.ofSeconds(10));
    }

    @Override
    public void close() throws IOException {
        super.close();
        server.stop();
    }

    private void cut() {
        listener.getActiveSessions().forEach(session -> session.closeNow());
    }

    private final class Faults extends DefaultFtplet {
        @Override
        public FtpletResult beforeCommand(FtpSession session, FtpRequest request) throws FtpException, IOException {
            if (fault == Fault.SIZES_HIDDEN && List.of("SIZE", "LIST").contains(request.getCommand())) {
                session.write(new DefaultFtpReply(502, "Not implemented."));
                return FtpletResult.SKIP;
            }
            return super.beforeCommand(session, request);
        }

        @Override
        public FtpletResult onRenameStart(FtpSession session, FtpRequest request) throws FtpException, IOException {
            if (fault == Fault.CUT_BEFORE_RENAME) {
                cut();
                return FtpletResult.DISCONNECT;
            }
            if (fault == Fault.RENAME_REFUSED) {
                session.write(new DefaultFtpReply(550, "Permission denied."));
                return FtpletResult.SKIP;
            }
            return FtpletResult.DEFAULT;
        }
    }

    private final class OneUser extends AbstractUserManager {
        @Override
        public User authenticate(Authentication authentication) throws AuthenticationFailedException {
            logins.incrementAndGet();
            atLogin.run();
            if (fault != Fault.WRONG_PASSWORD
                    && authentication instanceof UsernamePasswordAuthentication login
                    && USER.equals(login.getUsername())
                    && PASSWORD.equals(login.getPassword())) {
                return getUserByName(USER);
            }
            throw new AuthenticationFailedException("no");
        }

        @Override
        public User getUserByName(String name) {
            BaseUser user = new BaseUser();
            user.setName(USER);
            user.setHomeDirectory(home.toString());
            user.setAuthorities(List.of(new WritePermission(), new ConcurrentLoginPermission(20, 20)));
            return user;
        }

        @Override
        public String[] getAllUserNames() {
            return new String[] {USER};
        }

        @Override
        public void delete(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void save(User user) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean doesExist(String name) {
            return USER.equals(name);
        }
    }

    private final class FaultyFiles implements FileSystemFactory {
        private final NativeFileSystemFactory real = new NativeFileSystemFactory();

        @Override
        public FileSystemView createFileSystemView(User user) throws FtpException {
            FileSystemView view = real.createFileSystemView(user);
            return (FileSystemView) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {FileSystemView.class}, (proxy, method, arguments) -> {
                        Object answer = call(view, method, arguments);
                        return answer instanceof FtpFile file ? faulty(file) : answer;
                    });
        }

        private FtpFile faulty(FtpFile file) {
            return (FtpFile) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {FtpFile.class}, new FaultyFile(file));
        }
    }

    private final class FaultyFile implements InvocationHandler {
        private final FtpFile file;

        FaultyFile(FtpFile file) {
            this.file = file;
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            if (method.getName().equals("createOutputStream")) {
                return new FaultyStream(file, (Long) arguments[0]);
            }
            if (method.getName().equals("move")) {
                return move(((FaultyFile) Proxy.getInvocationHandler(arguments[0])).file);
            }
            return call(file, method, arguments);
        }

        private boolean move(FtpFile target) throws IOException {
            if (fault == Fault.RENAME_ONLY_SAID) {
                return true;
            }
            if (fault == Fault.RENAME_COPIES) {
                Files.copy(real(file), real(target));
                return true;
            }
            boolean moved = file.move(target);
            if (fault == Fault.CUT_AFTER_RENAME) {
                cut();
            }
            return moved && fault != Fault.RENAME_DONE_AND_DENIED;
        }
    }

    private Path real(FtpFile file) {
        return home.resolve(file.getAbsolutePath().substring(1));
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private final class FaultyStream extends FilterOutputStream {
        private final FtpFile file;
        private long written;
        private boolean closed;

        FaultyStream(FtpFile file, long offset) throws IOException {
            super(file.createOutputStream(offset));
            this.file = file;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            written += length;
            if (fault == Fault.CUT_AT_HALF && written > cutAt) {
                cut();
                throw new IOException("cut");
            }
            if (fault == Fault.QUOTA_FULL && written > cutAt) {
                throw new IOException("Disk quota exceeded");
            }
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            super.close();
            if ((fault == Fault.SIZE_LIES || fault == Fault.SIZE_TOO_LARGE) && !closed) {
                closed = true;
                try (RandomAccessFile on = new RandomAccessFile(real(file).toFile(), "rw")) {
                    on.setLength(Math.max(0, on.length() + (fault == Fault.SIZE_LIES ? -1 : 1)));
                }
            }
        }
    }
}
