package org.vaxroute.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.operate.http.TokenFile;

/** Whether a server runs for a home, as a command finds out. */
class ServerDoorTest {
    private static final Duration PATIENCE = Duration.ofMillis(500);

    @TempDir
    Path run;

    private TokenFile served(int port) throws IOException {
        Files.writeString(run.resolve("token"), "word");
        Files.writeString(run.resolve("address"), "http://127.0.0.1:" + port);
        Files.write(run.resolve("certificate"), new byte[0]);
        return new TokenFile(run);
    }

    @Test
    void aServerThatTakesTheConnectionAndSaysNothingIsNotTakenForNone() throws IOException {
        try (ServerSocket hanging = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            TokenFile token = served(hanging.getLocalPort());
            assertThatThrownBy(() -> ServerDoor.find(token, PATIENCE))
                    .isInstanceOf(CommandFailed.class)
                    .hasMessageContaining("does not answer")
                    .hasMessageContaining("restart");
        }
    }

    @Test
    void aPortThatNobodyListensAtMeansThatThereIsNone() throws IOException {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        assertThat(ServerDoor.find(served(port), PATIENCE)).isEmpty();
        assertThat(ServerDoor.find(new TokenFile(run.resolve("nobody")), PATIENCE))
                .isEmpty();
    }
}
