package org.vaxroute.submit;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a connection whose other side takes no more bytes. A socket's own time-out is for reading only: where a server's machine still
 * answers but the server does not read, a write waits for ever, and with it the account and every file behind this one.
 */
final class StallGuard extends FilterOutputStream {
    private static final Logger LOG = LoggerFactory.getLogger(StallGuard.class);

    private final Socket socket;
    private final Duration longest;
    private volatile Future<?> looking;

    /** When the write that is under way began, by the machine's own counter; 0 while none is. */
    private volatile long since;

    private volatile boolean stalled;

    /**
     * @param socket closed when it stalls
     * @param longest how long one write may take
     */
    StallGuard(Socket socket, Duration longest) throws IOException {
        super(socket.getOutputStream());
        this.socket = socket;
        this.longest = longest;
        looking = LineWatch.begin(this::look, longest);
    }

    private void look() {
        long begun = since;
        if (socket.isClosed()) {
            stopLooking();
        } else if (begun != 0 && System.nanoTime() - begun > longest.toNanos()) {
            stalled = true;
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("A stalled connection did not close: {}", e.getMessage());
            }
        }
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        since = Math.max(1, System.nanoTime());
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            if (stalled) {
                throw new IOException("the server took no bytes for " + longest.toSeconds() + " s", e);
            }
            throw e;
        } finally {
            since = 0;
        }
    }

    // Before the constructor has kept it there is nothing to stop; the next look does it then.
    private void stopLooking() {
        Future<?> kept = looking;
        if (kept != null) {
            kept.cancel(false);
        }
    }

    @Override
    public void close() throws IOException {
        stopLooking();
        super.close();
    }
}
