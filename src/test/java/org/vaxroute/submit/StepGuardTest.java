package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.LedgerException;

class StepGuardTest {
    @TempDir
    Path folder;

    /** JSch throws a NullPointerException over a garbled key exchange; without a fault of ours nobody would wait before the next attempt. */
    @Test
    void whatMakesALibraryStumbleIsAFaultOfTheLine() throws Exception {
        try (RegistryServer server = new FaultySftpServer(folder)) {
            StepGuard guard = new StepGuard(server.account("main").build(), () -> {});

            assertThatThrownBy(() -> guard.step(() -> {
                        throw new NullPointerException("\"cipher\" is null");
                    }))
                    .isInstanceOf(ServerAway.class)
                    .hasMessageContaining("main")
                    .hasMessageContaining("cipher");
            LedgerException ledger = new LedgerException("the ledger", null);
            assertThatThrownBy(() -> guard.step(() -> {
                        throw ledger;
                    }))
                    .isSameAs(ledger);
            LoginRefused refused = new LoginRefused("no", null);
            assertThatThrownBy(() -> guard.step(() -> {
                        throw refused;
                    }))
                    .isSameAs(refused);
        }
    }
}
