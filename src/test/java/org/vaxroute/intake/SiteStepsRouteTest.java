package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.HeldRecord;

/** An integration engineer puts a step for each record into the shipped route. */
class SiteStepsRouteTest {
    private static final String STEPS =
            """
                          - split:
                              id: each-record
                              aggregationStrategy: "#sameChunk"
                              expression:
                                simple: "${body.records}"
                              steps:
                                - setHeader:
                                    id: name
                                    name: name
                                    expression:
                                      hl7terser: "/.PID-5-1"
                                - choice:
                                    id: what-to-do
                                    when:
                                      - simple: "${header.name} == 'Rehearsal'"
                                        steps:
                                          - bean:
                                              id: leave-out
                                              ref: exclude
                                              method: "because('rehearsal patient')"
                                      - simple: "${header.name} == 'Broken'"
                                        steps:
                                          - throwException:
                                              id: fail
                                              exceptionType: java.lang.IllegalArgumentException
                                              message: no
                                      - simple: "${header.name} == 'Rename'"
                                        steps:
                                          - transform:
                                              id: rename
                                              expression:
                                                simple: "${bodyAs(String).replace('Rename', 'Renamed')}"
            """;

    @TempDir
    Path home;

    @Test
    void aStepForEachRecordMayChangeLeaveOutOrFailWithoutTouchingTheOthers() throws Exception {
        String shipped = Files.readString(Path.of("routes/intake/intake-file.yaml"));
        String place = "              - bean:\n                  id: check-file\n";
        assertThat(shipped).contains(place);
        Path own = home.resolve("intake-file.yaml");
        Files.writeString(own, shipped.replace(place, STEPS + place));

        try (IntakeHouse house = new IntakeHouse(home)) {
            house.fileSource("clinic");
            Files.writeString(
                    house.in.resolve("clinic/a.hl7"),
                    IntakeHouse.vxu("1", "Adams")
                            + IntakeHouse.vxu("2", "Rehearsal")
                            + IntakeHouse.vxu("3", "Broken")
                            + IntakeHouse.vxu("4", "Rename"));
            house.start(Map.of(), own);

            await().until(() -> Files.exists(house.in.resolve("clinic/.done/a.hl7")));
            assertThat(house.ledger.records().waiting("main", Feed.ONGOING)).isEqualTo(2);
            List<HeldRecord> held = house.ledger.records().held(null, null, null, 0, 10);
            assertThat(held).hasSize(1);
            assertThat(house.ledger
                            .conservation()
                            .balance()
                            .lines()
                            .get(0)
                            .dropped()
                            .records())
                    .isEqualTo(1);
            assertThat(new String(house.ledger.records().text(4).outgoing(), StandardCharsets.UTF_8))
                    .contains("|Renamed^Ana|");
            assertThat(house.ledger.alarms().open()).isEmpty();
            house.assertBalanced();
        }
    }
}
