package org.vaxroute.practice;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Scanner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreePortTest {
    private static final Path EPHEMERAL = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    @TempDir
    Path folder;

    @Test
    void noOutgoingConnectionIsGivenItMeanwhile() throws Exception {
        int first = 32_768;
        if (Files.exists(EPHEMERAL)) {
            try (Scanner range = new Scanner(EPHEMERAL)) {
                first = range.nextInt();
            }
        }

        for (int n = 0; n < 200; n++) {
            assertThat(FreePort.find()).isGreaterThan(1024).isLessThan(first);
        }
    }

    @Test
    void aRegistryWhosePortSomebodyTookHasAnotherOne() throws Exception {
        RegistryFolder registry = new RegistryFolder(folder, "practice").create();
        int port = registry.port("ftps", 0);
        assertThat(registry.port("ftps", 0)).isEqualTo(port);

        try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(registry.port("ftps", 0)).isNotEqualTo(other.getLocalPort());
        }
    }
}
