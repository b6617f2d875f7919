package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vaxroute.ledger.Feed;

/** All sources of kind mllp share one port, so each message has to tell whose it is. */
class MllpSourceTest {
    private static MllpSource source(String id, String connection, String application, String facility) {
        return new MllpSource(id, connection, Feed.ONGOING, IntakeHouse.TEXAS, application, facility);
    }

    @ParameterizedTest
    @CsvSource({"'', '', '', ''", "EHR, '', EHR, ''", "EHR, NORTH, EHR, NORTH", "EHR, '', '', NORTH"})
    void twoThatAMessageFitsEquallyWellAreRefused(
            String application, String facility, String other, String otherFacility) {
        assertThatThrownBy(() -> MllpSource.requireApart(List.of(
                        source("county-messages", "county", application, facility),
                        source("main-messages", "main", other, otherFacility))))
                .hasMessageContaining("source.county-messages of connection county")
                .hasMessageContaining("source.main-messages of connection main")
                .hasMessageContaining("MSH-3.1 and MSH-4.1");
    }

    @Test
    void oneForTheRestAndOthersThatAreNamedAreTakenAndSoIsAThirdThatTellsTwoApart() {
        assertThatCode(() -> MllpSource.requireApart(List.of(
                        source("rest", "main", "", ""),
                        source("a", "main", "EHR", ""),
                        source("b", "county", "", "NORTH"),
                        source("c", "county", "EHR", "NORTH"),
                        source("d", "county", "EHR", "SOUTH"))))
                .doesNotThrowAnyException();
    }

    @Test
    void historyDoesNotComeOverMllp() {
        assertThatThrownBy(() -> new MllpSource("ehr", "main", Feed.HISTORICAL, IntakeHouse.TEXAS, "", ""))
                .hasMessageContaining("source.ehr.feed = ongoing or test");
    }
}
