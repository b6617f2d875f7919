package org.vaxroute.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.boot.ShippedHome;
import org.vaxroute.boot.StandaloneHouse;
import picocli.CommandLine;

/** What is told to somebody whose server does not start any more. */
class DoctorCommandTest {
    @TempDir
    Path folder;

    @Test
    void aLedgerThatCannotBeOpenedIsNotTakenForOneInUseByAServerThatWasKilled() throws Exception {
        ShippedHome home = new ShippedHome(folder);
        home.mkdir("work/run");
        Files.writeString(folder.resolve("work/ledger.mv.db"), "torn by a power failure".repeat(1_000));
        try (ServerSocket gone = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Files.writeString(folder.resolve("work/run/address"), "http://127.0.0.1:" + gone.getLocalPort());
        }
        Files.writeString(folder.resolve("work/run/token"), "of-the-server-that-was-killed");
        Files.write(folder.resolve("work/run/certificate"), new byte[0]);
        StringWriter printed = new StringWriter();
        CommandLine line = Main.commandLine(new StandaloneHouse());
        line.setOut(new PrintWriter(printed, true));
        line.setErr(new PrintWriter(printed, true));

        int code = line.execute("doctor", "--home", folder.toString());

        assertThat(printed.toString())
                .contains("ok    settings and routes")
                .contains("MEND  ledger: The ledger at")
                .contains("cannot be opened")
                .doesNotContain("running server");
        assertThat(code).isEqualTo(ExitCodes.NOT_WELL);
    }
}
