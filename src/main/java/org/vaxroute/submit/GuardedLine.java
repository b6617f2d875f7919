package org.vaxroute.submit;

import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.SocketFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** The plain way to an SFTP server, in the place where JSch takes a proxy, so that its writes are guarded by {@link StallGuard}. */
final class GuardedLine implements Proxy {
    private final Duration timeOut;
    private volatile Socket socket;
    private InputStream in;
    private OutputStream out;

    GuardedLine(Duration timeOut) {
        this.timeOut = timeOut;
    }

    @Override
    public void connect(SocketFactory sockets, String host, int port, int milliseconds) throws IOException {
        if (sockets == null) {
            socket = new Socket();
            socket.connect(new InetSocketAddress(host, port), milliseconds);
        } else {
            socket = sockets.createSocket(host, port);
        }
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
        out = new StallGuard(socket, timeOut);
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() {
        return out;
    }

    @Override
    public Socket getSocket() {
        return socket;
    }

    @Override
    public void close() {
        if (socket == null) {
            return;
        }
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
