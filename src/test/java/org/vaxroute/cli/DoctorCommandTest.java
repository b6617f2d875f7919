package org.vaxroute.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.boot.ShippedHome;
import org.vaxroute.boot.StandaloneHouse;
import picocli.CommandLine;

/** What is told to somebody whose server does not start any more. */
class DoctorCommandTest {
    @TempDir
    Path folder;

    private final StringWriter printed = new StringWriter();

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

        int code = doctor();

        assertThat(printed.toString())
                .contains("ok    settings and routes")
                .contains("MEND  ledger: The ledger at")
                .contains("cannot be opened")
                .doesNotContain("running server");
        assertThat(code).isEqualTo(ExitCodes.NOT_WELL);
    }

    @Test
    void theDatabasesOfEhrsAreTried() throws Exception {
        ShippedHome home = new ShippedHome(folder);
        String main = "config/connections/main.properties";
        home.set(main, "source.clinic-database.kind", "jdbc");
        home.set(main, "source.clinic-database.ehr", "synthea");
        home.set(main, "source.clinic-database.cron", "0 0/15 * * * ?");
        home.set(main, "source.clinic-database.user", "reader");
        home.set(main, "source.clinic-database.password", "secret:file:config/secrets/ehr");
        home.secret("config/secrets/ehr", "s3cret");
        String url = "jdbc:h2:mem:doctor" + System.nanoTime();
        home.set(main, "source.clinic-database.url", url);
        try (Connection ehr = DriverManager.getConnection(url, "reader", "s3cret")) {
            doctor();
            assertThat(printed.toString()).contains("ok    source clinic-database, database: lets reader in");

            Files.writeString(folder.resolve("config/secrets/ehr"), "of-last-month");
            assertThat(doctor()).isEqualTo(ExitCodes.NOT_WELL);
            assertThat(printed.toString())
                    .contains("MEND  source clinic-database, database: ", "source.clinic-database.password")
                    .doesNotContain("of-last-month");
        }

        home.set(main, "source.clinic-database.url", "jdbc:nobody://127.0.0.1/ehr");
        home.set(main, "source.clinic-database.plain-text", "true");
        doctor();
        assertThat(printed.toString()).contains("no driver knows the address in source.clinic-database.url");
    }

    private int doctor() {
        CommandLine line = Main.commandLine(new StandaloneHouse());
        line.setOut(new PrintWriter(printed, true));
        line.setErr(new PrintWriter(printed, true));
        return line.execute("doctor", "--home", folder.toString());
    }
}
