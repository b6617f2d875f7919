package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures that shipped routes take from settings, and with which they could not work. */
class PacesOfRoutesTest {
    @TempDir
    Path folder;

    @Test
    void whatIsShippedIsNoFault() {
        assertThat(faults("feed.builders", "1")).isEmpty();
    }

    @Test
    void permitsThatWouldFillTheMemoryAreRefused() {
        assertThat(faults("deliver.throttle-files", "3000000"))
                .singleElement()
                .asString()
                .contains("deliver.throttle-files is 3000000; for 1 accounts use 1 to 2000000")
                .contains("account.pace-files");
    }

    @Test
    void nobodyWhoBuildsIsRefused() {
        assertThat(faults("feed.builders", "0"))
                .singleElement()
                .asString()
                .contains("feed.builders is 0; use 1 or more");
    }

    @Test
    void buildersThatWouldTakeEveryConnectionToTheLedgerAreRefused() {
        assertThat(faults("feed.builders", "10"))
                .singleElement()
                .asString()
                .contains("feed.builders is 10, and ledger.connections is 10")
                .contains("lower, such as 2");
    }

    @Test
    void whoNeverRestsFromLookingIsRefused() {
        assertThat(faults("routes.look", "0s"))
                .singleElement()
                .asString()
                .contains("routes.look is 0s; use a longer time, such as 5s");
    }

    private List<String> faults(String key, String value) {
        ShippedHome home = new ShippedHome(folder);
        home.set("config/vaxroute.properties", key, value);
        return new StandaloneHouse().check(home.folder);
    }
}
