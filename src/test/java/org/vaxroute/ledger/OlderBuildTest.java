package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** A roll back to a build that does not know the ledger's tables as they are now. */
class OlderBuildTest extends LedgerCase {
    @Test
    void itRefusesALedgerThatANewerOneHasChanged() throws Exception {
        ledger.close();
        try (Connection connection = connect();
                Statement sql = connection.createStatement()) {
            sql.execute(
                    "insert into \"flyway_schema_history\" (\"installed_rank\", \"version\", \"description\", \"type\","
                            + " \"script\", \"checksum\", \"installed_by\", \"installed_on\", \"execution_time\", \"success\")"
                            + " values (9999, '9999', 'tomorrow', 'SQL', 'V9999__tomorrow.sql', 1, 'x', current_timestamp, 1, true)");
        }

        assertThatThrownBy(() -> Ledger.open(settings, clock))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("start the version that wrote it");
    }
}
