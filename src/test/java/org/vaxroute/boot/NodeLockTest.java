package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lock of a node against its own process and against others. */
class NodeLockTest {
    @TempDir
    Path folder;

    @Test
    void aSecondOneInThisProcessIsRefusedAndFreesNothingForOtherProcesses() throws Exception {
        try (NodeLock first = NodeLock.take(folder, "n1")) {
            assertThat(first.ended()).isZero();
            assertThatThrownBy(() -> NodeLock.take(folder, "n1"))
                    .isInstanceOf(StartFailed.class)
                    .hasMessageContaining("A process of node n1 runs already")
                    .hasMessageContaining(folder.resolve("node").toString());

            assertThat(isFreeForAnotherProcess()).isFalse();
        }
        assertThat(isFreeForAnotherProcess()).isTrue();
    }

    @Test
    void oneThatEndedLeavesItsSessionToTheNext() {
        try (NodeLock first = NodeLock.take(folder, "n1")) {
            first.note(4711);
        }

        try (NodeLock second = NodeLock.take(folder, "n1")) {
            assertThat(second.ended()).isEqualTo(4711);
        }
    }

    private boolean isFreeForAnotherProcess() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName(),
                        folder.resolve("node").toString())
                .inheritIO()
                .start();
        return process.waitFor() == 0;
    }

    /** Another process: ends with 0 when it gets the lock. */
    static final class Other {
        private Other() {}

        public static void main(String[] file) throws IOException {
            try (FileChannel channel = FileChannel.open(Path.of(file[0]), StandardOpenOption.WRITE)) {
                System.exit(channel.tryLock() == null ? 1 : 0);
            }
        }
    }
}
