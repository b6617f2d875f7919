package org.vaxroute.submit;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchChangedHostKeyException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchHostKeyException;
import com.jcraft.jsch.SftpException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.component.file.remote.RemoteFileOperations;
import org.apache.camel.component.file.remote.SftpEndpoint;
import org.apache.camel.component.file.remote.SftpRemoteFile;
import org.apache.camel.support.DefaultExchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session over SFTP, driven through the file operations of a camel-ftp endpoint. */
final class SftpFolderEndpoint implements RemoteFolder {
    private static final Logger LOG = LoggerFactory.getLogger(SftpFolderEndpoint.class);
    private static final int LOOKS = 5;

    static {
        // JSch sends a refused password up to six times in one login. Servers count, and lock.
        JSch.setConfig("MaxAuthTries", "1");
        // JSch tries out every key exchange that it knows at every login. One that it does not offer took a fifth of a
        // second.
        JSch.setConfig("CheckKexes", both(JSch.getConfig("CheckKexes"), JSch.getConfig("kex")));
    }

    private final SftpEndpoint endpoint;
    private final Account account;
    private final RemoteFileOperations<SftpRemoteFile> operations;
    private final StepGuard guard;

    private static String both(String some, String others) {
        List<String> offered = List.of(others.split(","));
        return Arrays.stream(some.split(",")).filter(offered::contains).collect(Collectors.joining(","));
    }

    private SftpFolderEndpoint(SftpEndpoint endpoint, Account account) {
        this.endpoint = endpoint;
        this.account = account;
        this.operations = endpoint.createRemoteFileOperations();
        this.guard = new StepGuard(account, endpoint.getProxy()::close);
    }

    static RemoteFolder open(SftpEndpoint endpoint, Account account) {
        SftpFolderEndpoint folder = new SftpFolderEndpoint(endpoint, account);
        try {
            folder.connect();
            folder.enter(endpoint.getConfiguration().getDirectoryName());
            return folder;
        } catch (DeliveryFailure e) {
            folder.close();
            throw e;
        }
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
            throw connectFailure(e);
        }
    }

    private DeliveryFailure connectFailure(GenericFileOperationFailedException e) {
        Throwable cause = e.getCause();
        String said = DeliveryFailure.words(cause == null ? e.getMessage() : cause.getMessage());
        if (cause instanceof JSchHostKeyException) {
            String what = cause instanceof JSchChangedHostKeyException
                    ? "shows another host key than the one in "
                            + account.trust().knownHosts()
                            + ". Either the registry has changed its key or somebody stands in between"
                    : "shows a host key that is not in " + account.trust().knownHosts();
            return new ServerNotTrusted(
                    "The server of " + account + " " + what
                            + ". Ask the registry for the fingerprint before you replace the key; nothing was sent.",
                    e);
        }
        if (cause instanceof JSchException && (said.startsWith("Auth fail") || said.startsWith("Auth cancel"))) {
            return new LoginRefused(
                    "The server refused the login of " + account + " (" + said
                            + "). Check account.user and account.password. The account rests until its next attempt (vaxroute status); a changed password is tried at once.",
                    e);
        }
        return new ServerAway("The server of " + account + " cannot be reached: " + said, e);
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
        for (int look = 1; look <= LOOKS; look++) {
            OptionalLong listed = listedSize(name);
            if (listed.isPresent() || !isThere(name)) {
                return listed;
            }
        }
        throw new FolderRefused(
                "The server of " + account + " has a file " + name
                        + " but does not list it. Let account.temporary-name give names that it lists, or, if its drop-off folder may not be read at all, set account.verify=false.",
                null);
    }

    private OptionalLong listedSize(String name) {
        return guarded(() -> {
            try {
                return Arrays.stream(operations.listFiles(name))
                        .filter(file -> file.getFilename().equals(name))
                        .mapToLong(SftpRemoteFile::getFileLength)
                        .findFirst();
            } catch (GenericFileOperationFailedException e) {
                if (status(e) == ChannelSftp.SSH_FX_NO_SUCH_FILE) {
                    return OptionalLong.empty();
                }
                lostThrow(e);
                throw notReadable(name, e);
            }
        });
    }

    // A listing misses names when a file beside them is picked up while it is made. Asking for the way into the name
    // asks the
    // server for nothing but this name, and the operations offer no plainer question.
    private boolean isThere(String name) {
        return guarded(() -> {
            try {
                operations.changeCurrentDirectory(name);
            } catch (GenericFileOperationFailedException e) {
                lostThrow(e);
                return status(e) != ChannelSftp.SSH_FX_NO_SUCH_FILE;
            }
            throw new FolderRefused(
                    "The server of " + account + " has a folder where the file " + name
                            + " should be. Ask the registry to remove it.",
                    null);
        });
    }

    private FolderRefused notReadable(String name, GenericFileOperationFailedException e) {
        return new FolderRefused(
                "The server of " + account + " does not let us look for " + name + " (" + said(e)
                        + "). If the drop-off folder may not be read at all, set account.verify=false.",
                e);
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
                    lostThrow(e);
                    throw new TransferRefused(
                            "The server of " + account + " refused the upload of " + name + " (" + said(e)
                                    + "). Most often the quota or the disk is full, or the login may not write there.",
                            e);
                }
            });
        } catch (TransferRefused refused) {
            beginSessionAnew(refused);
            throw refused;
        }
    }

    // Answers to the other requests that were under way would be taken for answers to what we ask next.
    private void beginSessionAnew(TransferRefused refused) {
        operations.forceDisconnect();
        try {
            connect();
            enter(endpoint.getConfiguration().getDirectoryName());
        } catch (DeliveryFailure e) {
            refused.addSuppressed(e);
        }
    }

    @Override
    public void rename(String from, String to) {
        guarded(() -> {
            try {
                operations.renameFile(from, to);
                return null;
            } catch (GenericFileOperationFailedException e) {
                lostThrow(e);
                throw new TransferRefused(
                        "The server of " + account + " refused to rename " + from + " to " + to + " (" + said(e)
                                + "). If it forbids renaming, set account.rename=false.",
                        e);
            }
        });
    }

    @Override
    public void delete(String name) {
        guarded(() -> {
            try {
                operations.deleteFile(name);
                return null;
            } catch (GenericFileOperationFailedException e) {
                if (status(e) == ChannelSftp.SSH_FX_NO_SUCH_FILE) {
                    return null;
                }
                lostThrow(e);
                throw new TransferRefused(
                        "The server of " + account + " refused to remove " + name + " (" + said(e) + ").", e);
            }
        });
    }

    @Override
    public Optional<Instant> changed(String name) {
        return guarded(() -> {
            try {
                return Arrays.stream(operations.listFiles(name))
                        .filter(file -> file.getFilename().equals(name))
                        .map(file -> Instant.ofEpochMilli(file.getLastModified()))
                        .findFirst();
            } catch (GenericFileOperationFailedException e) {
                lostThrow(e);
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
        for (int look = 1; look <= LOOKS; look++) {
            Optional<List<ResultsEndpoint.Entry>> listed = guarded(this::listed);
            if (listed.isPresent()) {
                return listed.get();
            }
        }
        throw new FolderRefused(
                "The server of " + account
                        + " breaks off the list of account.results again and again, as if a file in it were gone. Ask the registry to look into the folder.",
                null);
    }

    /** Empty when the list was broken off because a file was removed while it was made. */
    private Optional<List<ResultsEndpoint.Entry>> listed() {
        try {
            return Optional.of(Arrays.stream(operations.listFiles())
                    .map(file -> new ResultsEndpoint.Entry(
                            file.getFilename(),
                            file.getFileLength(),
                            Instant.ofEpochMilli(file.getLastModified()),
                            file.getRemoteFile() instanceof ChannelSftp.LsEntry entry
                                    && entry.getAttrs().isReg()))
                    .toList());
        } catch (GenericFileOperationFailedException e) {
            if (status(e) == ChannelSftp.SSH_FX_NO_SUCH_FILE) {
                return Optional.empty();
            }
            lostThrow(e);
            throw new FolderRefused(
                    "The server of " + account + " does not let us look into account.results (" + said(e) + ").", e);
        }
    }

    @Override
    public void fetch(String name, OutputStream to) throws IOException {
        try {
            guarded(() -> copy(name, to));
        } catch (UncheckedIOException e) {
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
        operations.forceDisconnect();
        LOG.debug("Session of account {} ended", account.id());
    }

    private <T> T guarded(Supplier<T> step) {
        return guard.step(() -> {
            requireSession();
            return step.get();
        });
    }

    // The operations would open a new session by themselves, in another folder. Only our own steps may do that.
    private void requireSession() {
        if (!operations.isConnected()) {
            throw new ServerAway("The server of " + account + " ended the session.", null);
        }
    }

    private void lostThrow(GenericFileOperationFailedException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException || cause instanceof JSchException) {
                throw new ServerAway(
                        "The connection to the server of " + account + " broke: "
                                + DeliveryFailure.words(cause.toString()),
                        e);
            }
        }
        if (!operations.isConnected()) {
            throw new ServerAway("The server of " + account + " ended the session.", e);
        }
    }

    private static int status(GenericFileOperationFailedException e) {
        return e.getCause() instanceof SftpException sftp ? sftp.id : -1;
    }

    private static String said(GenericFileOperationFailedException e) {
        return e.getCause() instanceof SftpException sftp
                ? "status " + sftp.id + ": " + DeliveryFailure.words(sftp.getMessage())
                : DeliveryFailure.words(e.getMessage());
    }
}
