package org.vaxroute.submit;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between us and a server and cuts the line at a chosen moment: after so many bytes towards the server, before one of our next
 * requests on the control connection, or before the answer to it. The same ports at 127.0.0.2 lead to those at 127.0.0.1.
 */
final class CuttingProxy implements Closeable {
    private static final String HERE = "127.0.0.2";
    private static final String THERE = "127.0.0.1";

    private final List<ServerSocket> doors = new ArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytesLeft = new AtomicLong(Long.MAX_VALUE);
    private volatile int requestsUntilCut = -1;
    private volatile boolean cutBeforeAnswer;
    private volatile boolean swallowAnswers;

    /** @param control the port of the requests; the others are data ports */
    CuttingProxy(int control, int... data) throws IOException {
        open(control, true);
        for (int port : data) {
            open(port, false);
        }
    }

    String host() {
        return HERE;
    }

    void cutAfterBytes(long bytes) {
        bytesLeft.set(bytes);
    }

    /** Lets so many more requests pass; the one after them never reaches the server. */
    void cutInPlaceOfRequest(int passing) {
        cutBeforeAnswer = false;
        requestsUntilCut = passing;
    }

    /** Lets so many more requests pass; the answer to the last of them never reaches us. */
    void cutInPlaceOfAnswer(int passing) {
        cutBeforeAnswer = true;
        requestsUntilCut = passing;
    }

    /** Behaves from now on. */
    void mend() {
        bytesLeft.set(Long.MAX_VALUE);
        requestsUntilCut = -1;
        swallowAnswers = false;
    }

    private void open(int port, boolean control) throws IOException {
        ServerSocket door = new ServerSocket();
        door.setReuseAddress(true);
        door.bind(new InetSocketAddress(InetAddress.getByName(HERE), port));
        doors.add(door);
        thread(() -> {
            while (!door.isClosed()) {
                Socket near = door.accept();
                Socket far = new Socket();
                sockets.add(near);
                sockets.add(far);
                try {
                    far.connect(new InetSocketAddress(THERE, port));
                } catch (IOException e) {
                    near.close();
                    continue;
                }
                thread(() -> requests(near, far, control));
                thread(() -> answers(far, near, control));
            }
        });
    }

    private void requests(Socket from, Socket to, boolean control) throws IOException {
        byte[] buffer = new byte[8192];
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        try {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (bytesLeft.addAndGet(-read) < 0) {
                    cut();
                    return;
                }
                if (control && requestsUntilCut >= 0 && !pass()) {
                    return;
                }
                out.write(buffer, 0, read);
            }
        } finally {
            to.shutdownOutput();
        }
    }

    private synchronized boolean pass() {
        if (requestsUntilCut == 0 && !cutBeforeAnswer) {
            cut();
            return false;
        }
        if (--requestsUntilCut == 0 && cutBeforeAnswer) {
            swallowAnswers = true;
            requestsUntilCut = -1;
        }
        return true;
    }

    private void answers(Socket from, Socket to, boolean control) throws IOException {
        byte[] buffer = new byte[8192];
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        try {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (control && swallowAnswers) {
                    cut();
                    return;
                }
                out.write(buffer, 0, read);
            }
        } finally {
            to.shutdownOutput();
        }
    }

    private void cut() {
        for (Socket socket : sockets) {
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException e) {
                sockets.remove(socket);
            }
        }
        sockets.clear();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void thread(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // A cut line ends its threads.
                        Thread.currentThread().interrupt();
                    }
                },
                "cutting-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        for (ServerSocket door : doors) {
            door.close();
        }
        cut();
    }
}
