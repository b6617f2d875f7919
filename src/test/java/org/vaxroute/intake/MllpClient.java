package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.vaxroute.hl7.Message;

/** A sender of a test: one connection to the listener, one message after the other. */
final class MllpClient implements AutoCloseable {
    private static final int ANSWER_MILLIS = 15_000;

    private final Socket socket;

    MllpClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(ANSWER_MILLIS);
    }

    static MllpClient to(int port) throws IOException {
        return new MllpClient(new Socket("127.0.0.1", port));
    }

    /** Sends a message and waits for its answer. */
    Message say(String message) throws IOException {
        var frame = new ByteArrayOutputStream();
        frame.write(0x0b);
        frame.writeBytes(message.getBytes(StandardCharsets.UTF_8));
        frame.write(0x1c);
        frame.write(0x0d);
        socket.getOutputStream().write(frame.toByteArray());
        socket.getOutputStream().flush();
        return answer();
    }

    /** MSA-1 and MSA-2 of the answer. */
    String code(String message) throws IOException {
        Message ack = say(message);
        return ack.get("MSA-1") + " " + ack.get("MSA-2");
    }

    private Message answer() throws IOException {
        InputStream in = socket.getInputStream();
        if (in.read() != 0x0b) {
            throw new IOException("the connection was closed instead of an answer");
        }
        var out = new ByteArrayOutputStream();
        for (int b = in.read(); b != 0x1c; b = in.read()) {
            if (b < 0) {
                throw new IOException("the connection was closed in an answer");
            }
            out.write(b);
        }
        assertThat(in.read()).isEqualTo(0x0d);
        return Message.parse(out.toByteArray());
    }

    /** Whether the listener closes the connection, or has. */
    boolean isClosed() {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
