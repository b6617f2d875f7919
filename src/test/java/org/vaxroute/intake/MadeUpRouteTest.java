package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.LedgerException;
import org.vaxroute.ledger.Position;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.RecordState;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Change;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Verdict;

/** Made-up records go to the test feed and nowhere else: by settings, by moved files, by changed routes, by direct calls. */
class MadeUpRouteTest {
    private static final Path ROUTE = Path.of("routes/intake/intake-made-up.yaml");
    private static final Path FILES = Path.of("routes/intake/intake-file.yaml");

    @TempDir
    Path home;

    private IntakeHouse house;

    @BeforeEach
    void build() throws Exception {
        house = new IntakeHouse(home);
        house.properties.setProperty("intake.jdbc.poll", "50");
    }

    @AfterEach
    void leave() {
        house.close();
    }

    @Test
    void eachRecordIsMadeUpOnceAlsoOverARestart() throws Exception {
        house.madeUp.add(samples(23));
        house.start(Map.of(), ROUTE);
        await().until(() -> given() == 23);
        house.stop();
        house.madeUp.clear();
        house.madeUp.add(samples(30));
        house.start(Map.of(), ROUTE);
        await().until(() -> given() == 30);

        assertThat(house.ledger.records().waiting("main", Feed.TEST)).isEqualTo(30);
        assertThat(house.ledger.records().waiting("main", Feed.ONGOING)).isZero();
        house.assertBalanced();
    }

    @Test
    void aMovedFileIsDroppedAlsoWhenATransformTakesTheMarkAway() throws Exception {
        house.fileSource("clinic");
        Path rename = home.resolve("transform.yaml");
        Files.writeString(
                rename,
                """
                operations:
                  - {id: our-name, do: set, path: MSH-3, value: CLINIC}
                  - {id: our-authority, do: set, path: "PID-3.4", value: CLINIC}
                """);
        house.transformFiles.add(rename);
        house.start(Map.of(), FILES);
        Path part = house.in.resolve("clinic/moved.part");
        Files.writeString(part, text(1) + text(2) + IntakeHouse.vxu("REAL", "Adams"));
        Files.move(part, house.in.resolve("clinic/moved.hl7"));
        await().until(() -> house.read("clinic") == 3);

        assertThat(house.ledger.records().waiting("main", Feed.ONGOING)).isOne();
        assertThat(house.ledger.records().find(1).orElseThrow().state()).isEqualTo(RecordState.DROPPED);
        house.assertBalanced();
    }

    @Test
    void aDirectCallFindsTheLedgersDoorClosed() throws Exception {
        house.madeUp.add(samples(2));
        house.start(Map.of(), ROUTE);
        await().until(() -> given() == 2);
        for (Feed feed : List.of(Feed.ONGOING, Feed.HISTORICAL)) {
            Chunk asTheSource = chunk("samples", feed, IntakeHouse.vxu("REAL", "Adams"));
            assertThatThrownBy(() -> house.ledger.store(asTheSource))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("samples", "another id");
            assertThat(house.ledger.store(chunk("elsewhere", feed, text(7))).dropped())
                    .isOne();
            assertThat(house.ledger.records().waiting("main", feed)).isZero();
        }
        Chunk disguised = chunk("elsewhere", Feed.ONGOING, text(8));
        TakenRecord record = disguised.records().get(0);
        record.message(
                record.message()
                        .edit()
                        .set("MSH-3.1", "CLINIC")
                        .set("PID-3.4", "CLINIC")
                        .apply(),
                List.of(new Change("route", "MSH-3")));
        assertThat(house.ledger.store(disguised).dropped()).isOne();
        assertThatThrownBy(() -> new MadeUpSource("samples", "main", Feed.ONGOING, MadeUpRouteTest::text, 5))
                .hasMessageContaining("source.samples.feed = test");
        house.assertBalanced();
    }

    @Test
    void aSourceOfRealRecordsNeverBecomesAMadeUpOne() {
        house.ledger.store(chunk("samples", Feed.TEST, IntakeHouse.vxu("REAL", "Adams")));
        house.madeUp.add(samples(2));
        assertThatThrownBy(() -> house.start(Map.of(), ROUTE)).hasMessageContaining("an id of its own");
    }

    private long given() {
        return house.ledger
                .positions()
                .get("main", "samples", Feed.TEST)
                .map(Position::recordsRead)
                .orElse(0L);
    }

    private static MadeUpSource samples(int most) {
        return new MadeUpSource("samples", "main", Feed.TEST, MadeUpRouteTest::text, most);
    }

    private static String text(int n) {
        return IntakeHouse.vxu("M" + n, "Adams")
                .replace("|EHR|", "|" + TakenRecord.MADE_UP + "|")
                .replace("^CLINIC^MR", "^" + TakenRecord.MADE_UP + "^MR");
    }

    private static Chunk chunk(String source, Feed feed, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        TakenRecord record = TakenRecord.of(
                SourceRef.of(source, text.substring(0, 90) + feed, bytes), 1, bytes, Message.parse(bytes));
        record.judgement(new Judgement(Verdict.DELIVERABLE, List.of(Verdict.DELIVERABLE), List.of()));
        return new Chunk("main", source, feed, List.of(record), new PositionMove.None(), true);
    }
}
