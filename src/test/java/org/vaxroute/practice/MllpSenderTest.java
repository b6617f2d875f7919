package org.vaxroute.practice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class MllpSenderTest {
    @TempDir
    Path folder;

    private final List<String> received = new CopyOnWriteArrayList<>();
    private final List<IOException> broken = new CopyOnWriteArrayList<>();
    private ServerSocket listener;

    @AfterEach
    void close() throws IOException {
        if (listener != null) {
            listener.close();
        }
    }

    /** Answers the n-th frame (from 1) with the code given; null for closing the connection, "" for no answer at all. */
    private int listen(IntFunction<String> code) throws IOException {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> {
            while (!listener.isClosed()) {
                try (Socket socket = listener.accept()) {
                    answer(socket, code);
                } catch (IOException e) {
                    broken.add(e);
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
        return listener.getLocalPort();
    }

    private void answer(Socket socket, IntFunction<String> code) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder frame = new StringBuilder();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b != 0x1c) {
                frame.append((char) b);
                continue;
            }
            in.read();
            String controlId = frame.toString().split("\\|")[9];
            received.add(controlId);
            frame.setLength(0);
            String answer = code.apply(received.size());
            if (answer == null) {
                return;
            }
            if (!answer.isEmpty()) {
                String ack =
                        "\u000bMSH|^~\\&|R|||||ACK|" + controlId + "|1\rMSA|" + answer + "|" + controlId + "\r\u001c\r";
                socket.getOutputStream().write(ack.getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    private MllpSender sender(int port, int attempts, int messages) {
        MllpSender.Target target =
                new MllpSender.Target("127.0.0.1", port, Duration.ofMillis(400), Duration.ofMillis(5), attempts, 0);
        return new MllpSender(target, folder.resolve("sent"), () -> IntStream.rangeClosed(1, messages)
                .mapToObj(i -> "MSH|^~\\&|E||||20261122||VXU|M" + i + "|P\rPID|1\r"));
    }

    @Test
    void sendsAgainAfterAeSilenceAndABrokenConnectionAndNotAfterAr() throws Exception {
        int port = listen(n -> n == 2 ? "AE" : n == 4 ? "" : n == 6 ? null : n == 8 ? "AR" : "AA");

        MllpSender.Sent sent = sender(port, 10, 5).send();

        assertThat(received).containsExactly("M1", "M2", "M2", "M3", "M3", "M4", "M4", "M5");
        assertThat(sent).isEqualTo(new MllpSender.Sent(4, 1, 3));
    }

    @Test
    void goesOnBehindTheLastAcknowledgedMessage() throws Exception {
        int port = listen(n -> n > 3 && n < 6 ? "AE" : "AA");
        assertThatThrownBy(() -> sender(port, 2, 6).send())
                .isInstanceOf(PracticeException.class)
                .hasMessageContaining("message M4 was not accepted in 2 attempts");

        MllpSender again = sender(port, 2, 6);
        assertThat(again.send()).isEqualTo(new MllpSender.Sent(3, 0, 0));

        assertThat(again.acknowledged()).isEqualTo(6);
        assertThat(received).containsExactly("M1", "M2", "M3", "M4", "M4", "M4", "M5", "M6");
    }
}
