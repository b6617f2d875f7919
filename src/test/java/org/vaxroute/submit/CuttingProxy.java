package org.vaxroute.submit;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between us and a server and spoils the line at a chosen moment, in a chosen {@link Manner}: after so many bytes towards the
 * server, before one of our next requests on the control connection, or before the answer to it. The same ports at 127.0.0.2, or another address of
 * this machine, lead to those at 127.0.0.1.
 */
public final class CuttingProxy implements Closeable {
    private static final String THERE = "127.0.0.1";

    /** What becomes of the line when its moment has come. */
    public enum Manner {
        /** Both sides are told by RST. */
        RESET,
        /** Both sides are told by FIN. */
        END,
        /** Nobody is told: the sockets stay open, and nothing is read from them any more. */
        SILENCE,
        /** A byte a second goes on. */
        TRICKLE,
        /** A byte a second comes back; what we send goes on. */
        DRIP,
        /** Everything goes on, with bits turned over. */
        GARBLE
    }

    private final String here;
    private final int control;
    private final int[] data;
    private final Map<Integer, ServerSocket> doors = new ConcurrentHashMap<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytesLeft = new AtomicLong(Long.MAX_VALUE);
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger turns = new AtomicInteger();
    private final AtomicBoolean answered = new AtomicBoolean(true);
    private volatile Manner manner = Manner.RESET;
    private volatile Duration latency = Duration.ZERO;
    private volatile boolean struck;
    private volatile boolean deaf;
    private volatile boolean dataDeaf;
    private int requestsUntilCut = -1;
    private boolean cutBeforeAnswer;
    private volatile boolean swallowAnswers;

    /** Lines begun before this many were forgotten are silent for ever. */
    private volatile int forgotten;

    private boolean closed;

    /** @param control the port of the requests; the others are data ports */
    CuttingProxy(int control, int... data) throws IOException {
        this("127.0.0.2", control, data);
    }

    /** @param here an address of this machine of our own */
    public CuttingProxy(String here, int control, int... data) throws IOException {
        this.here = here;
        this.control = control;
        this.data = data.clone();
        openDoors();
    }

    public String host() {
        return here;
    }

    /** How often somebody has begun to talk to the server. */
    int connections() {
        return connections.get();
    }

    /** How often our side has spoken after the server did; with one line at a time, its ways there and back. */
    public int turns() {
        return turns.get();
    }

    /** How the line is to be spoiled; {@link Manner#RESET} until something else is said. */
    public CuttingProxy manner(Manner value) {
        manner = value;
        return this;
    }

    /** Every piece on its way waits as long. */
    public void latency(Duration each) {
        latency = each;
    }

    public void cutAfterBytes(long bytes) {
        bytesLeft.set(bytes);
    }

    /** Lets so many more requests pass; the one after them never reaches the server. */
    synchronized void cutInPlaceOfRequest(int passing) {
        cutBeforeAnswer = false;
        requestsUntilCut = passing;
    }

    /** Lets so many more requests pass; the answer to the last of them never reaches us. */
    public synchronized void cutInPlaceOfAnswer(int passing) {
        cutBeforeAnswer = true;
        requestsUntilCut = passing;
    }

    /** Now. */
    public void strike() {
        struck = true;
    }

    /** Whether the moment for which a cut was ordered has come. */
    boolean struck() {
        return struck;
    }

    /** The server is gone: whoever is connected hears RST, and nobody is let in. */
    void shut() throws IOException {
        closeDoors(control);
        closeDoors(data);
        cut(Manner.RESET);
    }

    boolean isShut() {
        return !doors.containsKey(control);
    }

    /** Lets everybody in and says nothing. */
    void fallSilentAtTheDoor() {
        deaf = true;
    }

    /** A firewall in front of the data ports that answers with RST. */
    void shutDataPorts() throws IOException {
        closeDoors(data);
    }

    /** A firewall in front of the data ports that swallows everything. */
    void fallSilentAtDataPorts() {
        dataDeaf = true;
    }

    /** New lines pass from now on; those that fell silent are silent for ever, as behind a firewall that has forgotten them. */
    public synchronized void forget() {
        forgotten++;
        struck = false;
    }

    /** Behaves from now on; what was spoiled stays spoiled. */
    public synchronized void mend() {
        bytesLeft.set(Long.MAX_VALUE);
        requestsUntilCut = -1;
        boolean wasSilent = struck && manner != Manner.GARBLE || deaf || dataDeaf;
        swallowAnswers = false;
        struck = false;
        deaf = false;
        dataDeaf = false;
        latency = Duration.ZERO;
        if (wasSilent) {
            cut(Manner.RESET);
        }
        try {
            openDoors();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        notifyAll();
    }

    private void openDoors() throws IOException {
        open(control, true);
        for (int port : data) {
            open(port, false);
        }
    }

    private void closeDoors(int... ports) throws IOException {
        for (int port : ports) {
            ServerSocket door = doors.remove(port);
            if (door != null) {
                door.close();
            }
        }
    }

    private void open(int port, boolean isControl) throws IOException {
        if (doors.containsKey(port)) {
            return;
        }
        ServerSocket door = new ServerSocket();
        door.setReuseAddress(true);
        // Small, so that a side that reads no more is felt at once by the one that writes.
        door.setReceiveBufferSize(1 << 14);
        door.bind(new InetSocketAddress(InetAddress.getByName(here), port));
        doors.put(port, door);
        thread(() -> {
            while (!door.isClosed()) {
                Socket near = door.accept();
                int since = forgotten;
                sockets.add(near);
                if (isControl) {
                    connections.incrementAndGet();
                }
                if (deaf || dataDeaf && !isControl) {
                    continue;
                }
                Socket far = new Socket();
                sockets.add(far);
                try {
                    far.connect(new InetSocketAddress(THERE, port));
                    // Else the kernel holds small pieces back for 40 ms.
                    near.setTcpNoDelay(true);
                    far.setTcpNoDelay(true);
                } catch (IOException e) {
                    near.close();
                    continue;
                }
                thread(() -> requests(near, far, isControl, since));
                thread(() -> answers(far, near, isControl, since));
            }
        });
    }

    private void requests(Socket from, Socket to, boolean isControl, int since) throws IOException {
        byte[] buffer = new byte[8192];
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        try {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                delay();
                if (answered.getAndSet(false)) {
                    turns.incrementAndGet();
                }
                boolean now = bytesLeft.addAndGet(-read) < 0 || isControl && isRequestToCut();
                if (!forward(buffer, read, out, now, false, since)) {
                    return;
                }
            }
        } finally {
            to.shutdownOutput();
        }
    }

    private void answers(Socket from, Socket to, boolean isControl, int since) throws IOException {
        byte[] buffer = new byte[8192];
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        try {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                delay();
                answered.set(true);
                if (!forward(buffer, read, out, isControl && swallowAnswers, true, since)) {
                    return;
                }
            }
        } finally {
            to.shutdownOutput();
        }
    }

    /** Says whether the line is still there afterwards. */
    private boolean forward(byte[] buffer, int length, OutputStream out, boolean spoil, boolean answer, int since)
            throws IOException {
        if (spoil) {
            struck = true;
        }
        if (spoil && (manner == Manner.RESET || manner == Manner.END)) {
            cut(manner);
            return false;
        }
        if (since < forgotten || struck && manner == Manner.SILENCE) {
            awaitMending(since);
            return false;
        }
        if (struck && (manner == Manner.TRICKLE || manner == Manner.DRIP && answer)) {
            for (int i = 0; i < length && pauseASecond(); i++) {
                out.write(buffer, i, 1);
            }
            return true;
        }
        if (spoil && manner == Manner.GARBLE) {
            for (int i = 0; i < length; i++) {
                buffer[i] ^= 0x55;
            }
        }
        out.write(buffer, 0, length);
        return true;
    }

    private void delay() {
        long nanos = latency.toNanos();
        if (nanos > 0) {
            LockSupport.parkNanos(nanos);
        }
    }

    private synchronized void awaitMending(int since) {
        boolean interrupted = false;
        while ((struck || since < forgotten) && !closed && !interrupted) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
                Thread.currentThread().interrupt();
            }
        }
    }

    /** False when the line was mended meanwhile. */
    private synchronized boolean pauseASecond() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        while (struck) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return true;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    private synchronized boolean isRequestToCut() {
        if (requestsUntilCut < 0) {
            return false;
        }
        if (requestsUntilCut == 0 && !cutBeforeAnswer) {
            requestsUntilCut = -1;
            return true;
        }
        if (--requestsUntilCut == 0 && cutBeforeAnswer) {
            swallowAnswers = true;
            requestsUntilCut = -1;
        }
        return false;
    }

    private void cut(Manner how) {
        for (Socket socket : sockets) {
            try {
                if (how == Manner.RESET) {
                    socket.setSoLinger(true, 0);
                }
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
        closeDoors(control);
        closeDoors(data);
        cut(Manner.RESET);
        synchronized (this) {
            closed = true;
            struck = false;
            notifyAll();
        }
    }

    @Override
    public String toString() {
        return here + ":" + control + " and " + Arrays.toString(data);
    }
}
