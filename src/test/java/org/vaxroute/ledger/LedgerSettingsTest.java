package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerSettingsTest {
    private static final String KEY = "0f1e2d3c4b5a";

    @TempDir
    Path folder;

    @Test
    void noFileBesideAnH2LedgerTellsOfFaultsInTheWordsOfTheDatabase() {
        try (Database database = Database.open(LedgerSettings.of("jdbc:h2:file:work/ledger", "vaxroute", "", folder))) {
            assertThatThrownBy(() -> database.call(sql -> sql.sql("select cast('Doe^Jane' as integer)")
                            .query(Integer.class)
                            .single()))
                    .isInstanceOf(LedgerException.class);
        }
        assertThat(folder.resolve("work")).isDirectoryNotContaining("glob:**.trace.db");
    }

    @Test
    void withAKeyTheFileTellsNothingAndOpensWithTheKeyAlone() throws IOException {
        LedgerSettings plain = LedgerSettings.of("jdbc:h2:file:work/ledger", "vaxroute", "", folder);
        try (Ledger ledger = Ledger.open(plain.encrypted(KEY), Clock.systemUTC())) {
            ledger.trail().append("somebody", "look", "marked-subject", "");
        }
        String bytes = Files.readString(folder.resolve("work/ledger.mv.db"), StandardCharsets.ISO_8859_1);
        assertThat(bytes).doesNotContain("marked-subject", "SUBMISSION_FILE", "submission_file");

        assertThatThrownBy(() -> Ledger.open(plain.encrypted("another"), Clock.systemUTC()))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("ledger.file-key")
                .hasMessageNotContaining("another");
        assertThatThrownBy(() -> Ledger.open(plain, Clock.systemUTC())).isInstanceOf(LedgerException.class);
        try (Ledger ledger = Ledger.open(plain.encrypted(KEY), Clock.systemUTC())) {
            assertThat(ledger.trail().recent(1)).hasSize(1);
        }
    }

    @Test
    void aKeyThatCannotBeOneIsRefused() {
        LedgerSettings file = LedgerSettings.of("jdbc:h2:file:work/ledger", "vaxroute", "", folder);
        LedgerSettings server =
                LedgerSettings.of("jdbc:postgresql://localhost/ledger?password=hidden", "v", "", folder);

        LedgerSettings memory = LedgerSettings.of("jdbc:h2:mem:ledger", "vaxroute", "", folder);

        assertThatThrownBy(() -> memory.encrypted(KEY)).hasMessageContaining("ledger.file-key");
        assertThatThrownBy(() -> file.encrypted("two words")).hasMessageContaining("space");
        assertThatThrownBy(() -> server.encrypted(KEY))
                .hasMessageContaining("ledger.file-key")
                .hasMessageNotContaining("hidden");
    }

    @Test
    void aServerElsewhereThatNobodyChecksIsRefused() {
        LedgerSettings here = LedgerSettings.of("jdbc:postgresql://localhost/ledger", "v", "", folder);
        LedgerSettings elsewhere = LedgerSettings.of("jdbc:postgresql://db.example/ledger", "v", "", folder);

        assertThatCode(here::requireTrustedServer).doesNotThrowAnyException();
        assertThatThrownBy(elsewhere::requireTrustedServer)
                .hasMessageContaining("ledger.url")
                .hasMessageContaining("ledger.plain-text = true");
    }
}
