package org.vaxroute.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerUnavailable;
import org.vaxroute.ledger.TestDatabase;

class EachConnectionTest {
    private static final List<String> CONNECTIONS = List.of("a", "b", "c");

    @TempDir
    Path folder;

    private Ledger ledger;
    private final List<String> looked = new ArrayList<>();
    private final List<String> troubled = new ArrayList<>();

    @BeforeEach
    void open() {
        ledger = Ledger.open(TestDatabase.H2.fresh(folder), Clock.systemUTC());
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void oneInTroubleKeepsTheOthersFromNothing() {
        look(new IllegalStateException("of b"));

        assertThat(looked).containsExactly("a", "b", "c");
        assertThat(troubled).containsExactly("b");
    }

    @Test
    void aLedgerThatIsAwayForOneAloneIsItsOwnTrouble() {
        look(new LedgerUnavailable("a row of b is locked", null));

        assertThat(looked).containsExactly("a", "b", "c");
        assertThat(troubled).containsExactly("b");
    }

    @Test
    void aLedgerThatIsAwayIsNotAskedForEachOfThem() {
        ledger.close();

        assertThatThrownBy(() -> look(new LedgerUnavailable("away", null))).isInstanceOf(LedgerUnavailable.class);

        assertThat(looked).containsExactly("a", "b");
        assertThat(troubled).isEmpty();
    }

    private void look(RuntimeException ofB) {
        EachConnection.look(
                ledger,
                CONNECTIONS,
                connection -> {
                    looked.add(connection);
                    if (connection.equals("b")) {
                        throw ofB;
                    }
                },
                (connection, e) -> troubled.add(connection));
    }
}
