package org.vaxroute.vxu;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.model.Message;
import ca.uhn.hl7v2.parser.PipeParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RefereeTest {
    private static final Referee REFEREE = new Referee();
    private static final String GOOD = "MSH|^~\\&|EHR|0123456789|||20261122090000-0600||VXU^V04^VXU_V04|A1|P|2.5.1\r"
            + "PID|1||4711^^^CLINIC^MR||Ruiz^Ana^^^^^L||20190309|F\r"
            + "ORC|RE||9001^CLINIC\rRXA|0|1|20261101||03^MMR^CVX|999|||01^Historical information^NIP001\r";

    @AfterAll
    static void close() {
        REFEREE.close();
    }

    private static Optional<Refusal> judge(String text) {
        return REFEREE.refusal(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void letsAVxuPass() {
        assertThat(judge(GOOD)).isEmpty();
    }

    @Test
    void namesThePlaceOfABadValueButNotTheValue() {
        Refusal refusal = judge(GOOD.replace("|20261101|", "|soon|")).orElseThrow();

        assertThat(refusal.location()).startsWith("RXA-3");
        assertThat(refusal.reason()).doesNotContain("soon");
    }

    @Test
    void namesTheObservationWhoseValueIsNotOfItsType() {
        Refusal refusal = judge(GOOD + "OBX|1|CE|64994-7^Eligibility^LN|1|V02^Medicaid^HL70064||||||F\r"
                        + "ORC|RE||9002^CLINIC\rRXA|0|1|20261101||08^Hep B^CVX|999|||01^Historical information^NIP001\r"
                        + "OBX|2|ST|48767-8^Annotation^LN|1|words||||||F\r"
                        + "OBX|3|NM|30973-2^Dose number^LN|2|first||||||F\r")
                .orElseThrow();

        assertThat(refusal.location()).isEqualTo("ORDER[2]/OBX[2]-5");
        assertThat(judge(GOOD + "OBX|1|NM|30973-2^Dose number^LN|1|first||||||F\r"
                        + "OBX|2|NM|30973-2^Dose number^LN|1|1||||||F\r"))
                .map(Refusal::location)
                .contains("ORDER[1]/OBX[1]-5");
        assertThat(refusal.reason()).contains("not written as its place asks").doesNotContain("first");
    }

    @Test
    void refusesWhatIsNoHl7AndWhatIsNoVxu() {
        assertThat(judge("hello")).map(Refusal::location).contains("MSH");
        assertThat(judge(GOOD.replace("VXU^V04^VXU_V04", "ADT^A08^ADT_A01"))).isPresent();
        assertThat(judge("")).isPresent();
    }

    @Test
    void servesSeveralThreadsAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Boolean>> work = IntStream.range(0, 400)
                    .<Callable<Boolean>>mapToObj(i -> () -> judge(i % 4 == 0 ? GOOD.replace("|20261101|", "|x|") : GOOD)
                            .isEmpty())
                    .toList();
            var results = threads.invokeAll(work);
            for (int i = 0; i < results.size(); i++) {
                assertThat(results.get(i).get()).as("message %d", i).isEqualTo(i % 4 != 0);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void neverLetsTwoThreadsUseOneParserAtOnce() throws Exception {
        CyclicBarrier bothAreReading = new CyclicBarrier(2);
        Set<PipeParser> inUse = ConcurrentHashMap.newKeySet();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (Referee referee = new Referee(context -> new PipeParser(context) {
            @Override
            public Message parse(String text) throws HL7Exception {
                inUse.add(this);
                await(bothAreReading);
                return super.parse(text);
            }
        })) {
            Callable<Boolean> one =
                    () -> referee.refusal(GOOD.getBytes(StandardCharsets.UTF_8)).isEmpty();
            for (int round = 0; round < 2; round++) {
                for (var result : threads.invokeAll(List.of(one, one))) {
                    assertThat(result.get()).isTrue();
                }
            }
            assertThat(inUse).hasSize(2);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
