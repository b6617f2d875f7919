package org.vaxroute.practice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.submit.MovableClock;

@Timeout(60)
class PracticeClinicTest {
    private static final int PATIENTS = 200;

    @TempDir
    Path folder;

    private final MovableClock clock = new MovableClock("2026-03-02T15:00:00Z");
    private final List<String> messages = Collections.synchronizedList(new ArrayList<>());

    private PracticeClinic open() {
        return PracticeClinic.open(folder.resolve("ehr"), 42, PATIENTS, clock);
    }

    /** Accepts every message, as a listener would. */
    private final class Listener implements AutoCloseable {
        private final ServerSocket door = new ServerSocket(0);

        Listener() throws IOException {
            Thread thread = new Thread(this::listen, "listener");
            thread.setDaemon(true);
            thread.start();
        }

        private void listen() {
            while (!door.isClosed()) {
                try (var socket = door.accept()) {
                    StringBuilder frame = new StringBuilder();
                    for (int b = socket.getInputStream().read();
                            b >= 0;
                            b = socket.getInputStream().read()) {
                        if (b == 0x1c) {
                            String text = frame.substring(1);
                            messages.add(text);
                            String id = text.split("\\|")[9];
                            socket.getOutputStream()
                                    .write(("\u000bMSH|^~\\&\rMSA|AA|" + id + "\r\u001c\r")
                                            .getBytes(StandardCharsets.UTF_8));
                            frame.setLength(0);
                        } else if (b != '\r' || !frame.isEmpty()) {
                            frame.append((char) b);
                        }
                    }
                } catch (IOException e) {
                    if (!door.isClosed()) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }
            }
        }

        int port() {
            return door.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            door.close();
        }
    }

    @Test
    void aDayThatIsDoneTwiceGivesTheSameAndTheTruthHoldsNothingTwice() throws Exception {
        Path drop = folder.resolve("drop");
        try (Listener listener = new Listener()) {
            try (PracticeClinic clinic = open()) {
                clinic.work(1, drop, listener.port());
            }
            List<String> first = List.copyOf(messages);
            try (PracticeClinic clinic = open()) {
                clinic.work(1, drop, listener.port());
                assertThat(messages).isEqualTo(first).hasSize(6);
                assertThat(drop).isDirectoryContaining(file -> file.endsWith("school-1.hl7"));
                List<BelievedDose> truth = clinic.truth(1);
                assertThat(new HashSet<>(truth)).hasSize(truth.size());
                assertThat(truth).extracting(BelievedDose::order).anyMatch(order -> order.endsWith("-V1"));
            }
        }
    }

    @Test
    void whatSomebodyShowsIsCorrectedAndWhatWasEnteredInErrorIsDeleted() throws Exception {
        Path drop = folder.resolve("drop");
        try (Listener listener = new Listener();
                PracticeClinic clinic = open()) {
            for (int day = 1; day <= 10; day++) {
                clinic.work(day, drop, listener.port());
                clock.advance(Duration.ofDays(1));
            }
            assertThat(clinic.withdrawals(5)).hasSize(1);
            assertThat(messages.stream().filter(text -> text.contains("|CP|D"))).hasSize(1);
            String wrong = Files.readString(drop.resolve("school-9.hl7"));
            String second = wrong.split("(?=MSH\\|)")[2];

            assertThat(clinic.mend(second, drop, listener.port())).isTrue();

            List<Path> corrected;
            try (var files = Files.list(drop)) {
                corrected = files.filter(file -> file.toString().contains("corrected"))
                        .toList();
            }
            assertThat(corrected).hasSize(1);
            String mended = Files.readString(corrected.get(0));
            assertThat(mended.lines().filter(line -> line.startsWith("RXA")).findFirst())
                    .isNotEqualTo(second.lines()
                            .filter(line -> line.startsWith("RXA"))
                            .findFirst());
        }
    }

    @Test
    void saysWhichClinicTheFolderHolds() {
        open().close();
        assertThatThrownBy(() -> PracticeClinic.open(folder.resolve("ehr"), 42, PATIENTS + 1, clock))
                .isInstanceOf(PracticeException.class)
                .hasMessageContaining("story, seed 42, 200 patients");
    }
}
