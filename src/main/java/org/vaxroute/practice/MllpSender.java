package org.vaxroute.practice;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages over MLLP one after the other and waits for each acknowledgment, as EHRs do. A message is sent again after
 * AE, after a broken connection and after a time without an answer; AR is final. How many were acknowledged is kept in a
 * file, so that a sender started again goes on behind the last acknowledged message.
 */
public final class MllpSender {
    /**
     * Where and how to send.
     *
     * @param timeout how long to wait for a connection and for an acknowledgment
     * @param pause how long to wait before sending again
     * @param attempts how often a message is sent at most before the sender gives up with an exception
     * @param perSecond messages a second; 0 for as fast as it goes
     */
    public record Target(String host, int port, Duration timeout, Duration pause, int attempts, double perSecond) {
        /** Loopback, half a minute to answer, a second before sending again, a hundred attempts. */
        public static Target loopback(int port, double perSecond) {
            return new Target("127.0.0.1", port, Duration.ofSeconds(30), Duration.ofSeconds(1), 100, perSecond);
        }
    }

    /** What became of the messages sent by one call. */
    public record Sent(long accepted, long refused, long repeated) {}

    private static final Logger LOG = LoggerFactory.getLogger(MllpSender.class);
    private static final int VT = 0x0b;
    private static final int FS = 0x1c;
    private static final int CR = '\r';
    private static final int MOST = 1 << 20;

    private final Target target;
    private final Path journal;
    private final Supplier<Stream<String>> messages;
    private Socket socket;
    private InputStream in;

    private volatile long done;
    private long accepted;
    private long refused;
    private long repeated;

    MllpSender(Target target, Path journal, Supplier<Stream<String>> messages) {
        this.target = target;
        this.journal = journal;
        this.messages = messages;
    }

    /** How many messages have a final acknowledgment, over all runs. */
    public long acknowledged() {
        return done;
    }

    /**
     * Sends everything that was not yet acknowledged.
     *
     * @return counts of this call
     * @throws PracticeException when a message was not taken in as many attempts as allowed
     * @throws InterruptedException when the thread is told to stop; a later call goes on
     */
    public Sent send() throws InterruptedException {
        done = Journal.number(journal);
        accepted = 0;
        refused = 0;
        repeated = 0;
        Pace pace = new Pace(target.perSecond());
        try (Stream<String> all = messages.get()) {
            Iterator<String> rest = all.skip(done).iterator();
            while (rest.hasNext()) {
                pace.await();
                deliver(rest.next());
                done++;
                Journal.number(journal, done);
            }
        } finally {
            disconnect();
        }
        return new Sent(accepted, refused, repeated);
    }

    private void deliver(String message) throws InterruptedException {
        String controlId = message.split("\\|", 11)[9];
        for (int attempt = 1; attempt <= target.attempts(); attempt++) {
            try {
                String code = exchange(message, controlId);
                if (code.endsWith("A")) {
                    accepted++;
                    return;
                }
                if (code.endsWith("R")) {
                    refused++;
                    LOG.warn("Message {} was refused", controlId);
                    return;
                }
            } catch (IOException e) {
                LOG.debug(
                        "Message {} got no acknowledgment: {}",
                        controlId,
                        e.getClass().getSimpleName());
                disconnect();
            }
            repeated++;
            Thread.sleep(target.pause().toMillis());
        }
        throw new PracticeException("message " + controlId + " was not accepted in " + target.attempts()
                + " attempts by " + target.host() + ":" + target.port());
    }

    private String exchange(String message, String controlId) throws IOException {
        if (socket == null) {
            connect();
        }
        ByteArrayOutputStream frame = new ByteArrayOutputStream(message.length() + 3);
        frame.write(VT);
        frame.writeBytes(message.getBytes(StandardCharsets.UTF_8));
        frame.write(FS);
        frame.write(CR);
        OutputStream out = socket.getOutputStream();
        out.write(frame.toByteArray());
        out.flush();
        String[] answer = readFrame().split("\r");
        for (String segment : answer) {
            String[] fields = segment.split("\\|", -1);
            if (fields[0].equals("MSA") && fields.length > 2 && fields[2].equals(controlId)) {
                return fields[1];
            }
        }
        throw new IOException("an acknowledgment of another message");
    }

    private String readFrame() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream(512);
        int b = in.read();
        while (b != VT) {
            if (b < 0) {
                throw new IOException("connection closed");
            }
            b = in.read();
        }
        for (b = in.read(); b != FS; b = in.read()) {
            if (b < 0 || text.size() > MOST) {
                throw new IOException("acknowledgment cut short");
            }
            text.write(b);
        }
        in.read();
        return text.toString(StandardCharsets.UTF_8);
    }

    private void connect() throws IOException {
        socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) target.timeout().toMillis());
        socket.connect(new InetSocketAddress(target.host(), target.port()), (int)
                target.timeout().toMillis());
        in = new BufferedInputStream(socket.getInputStream());
    }

    private void disconnect() {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("Closing the connection failed: {}", e.getClass().getSimpleName());
            }
            socket = null;
        }
    }
}
