package org.vaxroute.submit;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.security.cert.Certificate;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.component.file.remote.FtpsEndpoint;
import org.apache.camel.component.file.remote.RemoteFileOperations;
import org.apache.camel.support.DefaultExchange;
import org.apache.commons.net.ftp.FTPFile;
import org.apache.commons.net.ftp.FTPReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session over implicit FTPS, driven through the file operations of a camel-ftp endpoint. */
final class FtpsFolderEndpoint implements RemoteFolder {
    private static final Logger LOG = LoggerFactory.getLogger(FtpsFolderEndpoint.class);

    private final FtpsEndpoint endpoint;
    private final Account account;
    private final SessionReuseFtpsClient client;
    private final RemoteFileOperations<FTPFile> operations;
    private final StepGuard guard;
    private boolean lost;

    private FtpsFolderEndpoint(FtpsEndpoint endpoint, Account account) throws Exception {
        this.endpoint = endpoint;
        this.account = account;
        this.client = (SessionReuseFtpsClient) endpoint.getFtpsClient();
        this.operations = endpoint.createRemoteFileOperations();
        this.guard = new StepGuard(account, client::closeSockets);
    }

    static FtpsFolderEndpoint open(FtpsEndpoint endpoint, Account account) {
        FtpsFolderEndpoint folder;
        try {
            folder = new FtpsFolderEndpoint(endpoint, account);
        } catch (Exception e) {
            throw new IllegalStateException(
                    "The ftps endpoint of " + account + " cannot be made: " + e.getMessage(), e);
        }
        try {
            folder.connect();
            folder.enter(endpoint.getConfiguration().getDirectoryName());
            return folder;
        } catch (DeliveryFailure e) {
            folder.close();
            throw e;
        }
    }

    /** The server's certificate chain, its own first. */
    List<Certificate> certificates() {
        return client.certificates();
    }

    @Override
    public Optional<Instant> certificateEnds() {
        return certificates().stream()
                .findFirst()
                .filter(X509Certificate.class::isInstance)
                .map(shown -> ((X509Certificate) shown).getNotAfter().toInstant());
    }

    private void connect() {
        guard.step(() -> {
            reach();
            return null;
        });
    }

    private void reach() {
        try {
            operations.connect(endpoint.getConfiguration(), null);
        } catch (GenericFileOperationFailedException e) {
            lost = true;
            throw connectFailure(e);
        }
    }

    private DeliveryFailure connectFailure(GenericFileOperationFailedException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException tls && !brokeOff(tls)) {
                return new ServerNotTrusted(
                        "The server of " + account + " is not trusted: " + tlsFault(tls) + " Nothing was sent.", e);
            }
        }
        if (e.getCode() == FTPReply.NOT_LOGGED_IN) {
            return new LoginRefused(
                    "The server refused the login of " + account + " (" + said(e)
                            + "). Check account.user and account.password. The account rests until its next attempt (vaxroute status); a changed password is tried at once.",
                    e);
        }
        return new ServerAway("The server of " + account + " cannot be reached: " + said(e), e);
    }

    private static boolean brokeOff(SSLException tls) {
        for (Throwable cause = tls; cause != null; cause = cause.getCause()) {
            if (cause instanceof EOFException || cause instanceof SocketException) {
                return true;
            }
        }
        return false;
    }

    private String tlsFault(SSLException tls) {
        Throwable root = tls;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String said = DeliveryFailure.words(root.getMessage());
        String bears = account.trust().expectedName() == null
                ? account.host()
                : account.trust().expectedName();
        if (root instanceof CertificateExpiredException || root instanceof CertificateNotYetValidException) {
            return "its certificate has expired or is not valid yet (" + said
                    + "). Check this machine's clock, then ask the registry for a new certificate.";
        }
        if (said.contains("No name matching") || said.contains("No subject alternative")) {
            return "its certificate is not made out to " + bears + " (" + said
                    + "). If the registry says that its server bears another name, set account.expected-name to it.";
        }
        if (said.contains("valid certification path") || said.contains("trust anchor") || said.contains("signature")) {
            return "its certificate does not come from an authority in "
                    + account.trust().trustStore()
                    + ". Ask the registry which authority signs it, and save that authority's certificate there.";
        }
        return "the secure connection could not be made (" + said + "). The server must speak implicit TLS on port "
                + account.port() + ", " + account.trust().tlsFloor().protocol() + " or newer.";
    }

    private void enter(String folder) {
        guard.step(() -> {
            change(folder);
            return null;
        });
    }

    private void change(String folder) {
        try {
            operations.changeCurrentDirectory(folder);
        } catch (GenericFileOperationFailedException e) {
            lostThrow(e);
            throw new FolderRefused(
                    "The folder " + folder + " of " + account + " cannot be entered (" + said(e)
                            + "). Check account.drop-off and account.results, or ask the registry to create it.",
                    e);
        }
    }

    @Override
    public OptionalLong size(String name) {
        return guarded(() -> {
            try {
                String size = client.getSize(name);
                if (size != null) {
                    return OptionalLong.of(Long.parseLong(size.strip()));
                }
                if (!names().contains(name)) {
                    return OptionalLong.empty();
                }
                OptionalLong listed = Arrays.stream(operations.listFiles(name))
                        .filter(file -> file != null && file.getSize() >= 0)
                        .mapToLong(FTPFile::getSize)
                        .findFirst();
                if (listed.isEmpty() && names().contains(name)) {
                    throw new FolderRefused(
                            "The server of " + account + " has a file " + name
                                    + " but does not say how large it is, so nothing can be proved by looking. Set account.verify=false.",
                            null);
                }
                return listed;
            } catch (IOException | NumberFormatException e) {
                GenericFileOperationFailedException failed = new GenericFileOperationFailedException(
                        client.getReplyCode(), client.getReplyString(), e.getMessage(), e);
                lostThrow(failed);
                throw notReadable(name, failed);
            } catch (GenericFileOperationFailedException e) {
                lostThrow(e);
                throw notReadable(name, e);
            }
        });
    }

    private FolderRefused notReadable(String name, GenericFileOperationFailedException e) {
        return new FolderRefused(
                "The server of " + account + " does not let us look for " + name + " (" + said(e)
                        + "). If the drop-off folder may not be read at all, set account.verify=false.",
                e);
    }

    // Bare names, because the words of a long listing differ from server to server, and a line that cannot be read must
    // not look like
    // an absent file. A refused listing must not look like an empty folder either, which is what camel-ftp makes of it.
    private List<String> names() throws IOException {
        String[] names = client.listNames();
        if (names != null) {
            return Arrays.stream(names)
                    .map(line -> line.substring(line.lastIndexOf('/') + 1))
                    .toList();
        }
        String reply =
                client.getReplyString() == null ? "" : client.getReplyString().toLowerCase(Locale.ROOT);
        if (reply.contains("no files") || reply.contains("no such file")) {
            return List.of();
        }
        throw new GenericFileOperationFailedException(client.getReplyCode(), client.getReplyString());
    }

    @Override
    public void upload(String name, InputStream bytes, long size) {
        Exchange exchange = new DefaultExchange(endpoint.getCamelContext());
        exchange.getIn().setBody(guard.goingOn(bytes));
        try {
            guarded(() -> {
                try {
                    operations.storeFile(name, exchange, size);
                    return null;
                } catch (GenericFileOperationFailedException e) {
                    String reply = replyAfterCut(e);
                    throw new TransferRefused(
                            "The server of " + account + " refused the upload of " + name + " (" + reply
                                    + "). Check quota, disk and rights at the server.",
                            e);
                }
            });
        } catch (ServerAway away) {
            lost = true;
            throw away;
        }
    }

    // A server that gives up closes the data connection first and says why on the control connection afterwards.
    private String replyAfterCut(GenericFileOperationFailedException e) {
        if (!(e.getCause() instanceof IOException) || !FTPReply.isPositivePreliminary(client.getReplyCode())) {
            lostThrow(e);
            return said(e);
        }
        try {
            if (client.completePendingCommand()) {
                lost = true;
                throw new ServerAway("The data connection to the server of " + account + " broke in mid-upload.", e);
            }
            return DeliveryFailure.words(client.getReplyString());
        } catch (IOException gone) {
            lost = true;
            e.addSuppressed(gone);
            throw new ServerAway("The connection to the server of " + account + " broke in mid-upload: " + said(e), e);
        }
    }

    // Asked of the client itself: the operations' own rename and delete would log in anew after a cut and then work in
    // another folder.
    @Override
    public void rename(String from, String to) {
        command(
                "refused to rename " + from + " to " + to,
                ". If it forbids renaming, set account.rename=false.",
                () -> client.rename(from, to));
    }

    @Override
    public void delete(String name) {
        command(
                "refused to remove " + name,
                ".",
                () -> client.deleteFile(name) || client.getReplyCode() == FTPReply.FILE_UNAVAILABLE);
    }

    @FunctionalInterface
    private interface Command {
        boolean done() throws IOException;
    }

    private void command(String refusal, String remedy, Command command) {
        guarded(() -> {
            boolean done;
            try {
                done = command.done();
            } catch (IOException e) {
                throw broke(e, e);
            }
            if (!done) {
                GenericFileOperationFailedException reply =
                        new GenericFileOperationFailedException(client.getReplyCode(), client.getReplyString());
                lostThrow(reply);
                throw new TransferRefused(
                        "The server of " + account + " " + refusal + " (" + said(reply) + ")" + remedy, reply);
            }
            return null;
        });
    }

    @Override
    public Optional<Instant> changed(String name) {
        return guarded(() -> {
            try {
                return Optional.ofNullable(client.mdtmInstant(name));
            } catch (IOException e) {
                lostThrow(new GenericFileOperationFailedException(
                        client.getReplyCode(), client.getReplyString(), e.getMessage(), e));
                return Optional.empty();
            }
        });
    }

    @Override
    public byte[] sha256(String name) {
        return guarded(() -> {
            try {
                return RemoteBytesReader.sha256(operations, endpoint, name, guard::goesOn);
            } catch (GenericFileOperationFailedException e) {
                lostThrow(e);
                throw new TransferRefused(
                        "The server of " + account + " does not let us read " + name + " (" + said(e) + ").", e);
            }
        });
    }

    @Override
    public List<ResultsEndpoint.Entry> list() {
        return guarded(() -> {
            try {
                FTPFile[] files = operations.listFiles();
                if (!FTPReply.isPositiveCompletion(client.getReplyCode()) && !names().isEmpty()) {
                    throw new GenericFileOperationFailedException(client.getReplyCode(), client.getReplyString());
                }
                return Arrays.stream(files)
                        .filter(file -> file != null && file.getName() != null)
                        .map(file -> new ResultsEndpoint.Entry(
                                file.getName(), file.getSize(), file.getTimestampInstant(), file.isFile()))
                        .toList();
            } catch (IOException e) {
                lost = true;
                throw new ServerAway("The connection to the server of " + account + " broke.", e);
            } catch (GenericFileOperationFailedException e) {
                lostThrow(e);
                throw new FolderRefused(
                        "The server of " + account + " does not let us look into account.results (" + said(e) + ").",
                        e);
            }
        });
    }

    @Override
    public void fetch(String name, OutputStream to) throws IOException {
        try {
            guarded(() -> copy(name, to));
        } catch (UncheckedIOException e) {
            // The rest of the data is still on its way; only a new session is in a known state.
            lost = true;
            throw e.getCause();
        }
    }

    private Void copy(String name, OutputStream to) {
        try {
            RemoteBytesReader.copy(operations, endpoint, name, to, guard::goesOn);
            return null;
        } catch (GenericFileOperationFailedException e) {
            lostThrow(e);
            throw new TransferRefused(
                    "The server of " + account + " does not let us read an answer (" + said(e) + ").", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void cut() {
        guard.cut();
    }

    @Override
    public void close() {
        try {
            if (lost) {
                client.disconnect();
            } else {
                operations.forceDisconnect();
            }
        } catch (IOException | GenericFileOperationFailedException e) {
            LOG.debug("Session of account {} ended without a farewell: {}", account.id(), e.getMessage());
        }
    }

    private <T> T guarded(Supplier<T> step) {
        return guard.step(() -> {
            requireSession();
            return step.get();
        });
    }

    // The operations would open a new session by themselves, in another folder. Only our own steps may do that.
    private void requireSession() {
        if (lost || !operations.isConnected()) {
            throw new ServerAway("The server of " + account + " ended the session.", null);
        }
    }

    private void lostThrow(GenericFileOperationFailedException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                throw broke(cause, e);
            }
        }
        if (e.getCode() == FTPReply.SERVICE_NOT_AVAILABLE) {
            lost = true;
            throw new ServerAway("The server of " + account + " ended the session: " + said(e), e);
        }
    }

    private ServerAway broke(Throwable how, Throwable cause) {
        lost = true;
        return new ServerAway(
                "The connection to the server of " + account + " broke: " + DeliveryFailure.words(how.toString()),
                cause);
    }

    private static String said(GenericFileOperationFailedException e) {
        String reply = DeliveryFailure.words(e.getReason());
        if (!reply.isEmpty()) {
            return reply;
        }
        return DeliveryFailure.words(
                e.getCause() == null ? e.getMessage() : e.getCause().toString());
    }
}
