package org.vaxroute.submit;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One open session in one folder of the registry's server. Names are plain file names. Not for use by several threads.
 *
 * <p>Every method throws {@link ServerAway} when the connection is lost: then nobody knows whether the server carried out the last
 * request, and only a new session can tell.
 */
interface RemoteFolder extends Closeable {
    /** When the certificate ends that the server showed; empty for one that shows none, as over SFTP. */
    default Optional<Instant> certificateEnds() {
        return Optional.empty();
    }

    /**
     * The size of a file in bytes, empty when no file of that name is there.
     *
     * @throws FolderRefused when the server does not let us find out
     */
    OptionalLong size(String name);

    /**
     * Writes a file, replacing what has the name.
     *
     * @throws TransferRefused with the server's words (no space, no right)
     */
    void upload(String name, InputStream bytes, long size);

    /**
     * Gives a file another name. Some servers replace a file that has it: look first.
     *
     * @throws TransferRefused with the server's words
     */
    void rename(String from, String to);

    /** Removes a file; one that is not there is no fault. */
    void delete(String name);

    /** When a file was last changed by the server's clock; empty where the server does not say, or says it without a time zone. */
    Optional<Instant> changed(String name);

    /**
     * Reads a file and gives its SHA-256.
     *
     * @throws TransferRefused when the server does not let us read
     */
    byte[] sha256(String name);

    /**
     * What the folder holds. Names are as the server gave them and may be anything.
     *
     * @throws FolderRefused when the server does not let us look
     */
    List<ResultsEndpoint.Entry> list();

    /**
     * Copies a file to a stream.
     *
     * @throws TransferRefused when the server does not let us read
     * @throws IOException when what is written to fails
     */
    void fetch(String name, OutputStream to) throws IOException;

    /**
     * Closes the session's sockets, from whatever thread: whoever waits for the server is told, and every further step throws
     * {@link ServerAway}. {@link #close} is still owed.
     */
    void cut();

    /** Ends the session at once; never throws. */
    @Override
    void close();
}
