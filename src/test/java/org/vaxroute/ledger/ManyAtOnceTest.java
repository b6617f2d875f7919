package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** More patients and doses than a database is asked for at a time. */
class ManyAtOnceTest extends LedgerCase {
    private static final int PATIENTS = 75;

    @Test
    void eachRecordOfAFileHasItsDosesInTheirOrder() throws Exception {
        store(all("2024-05-01 03", "2024-06-01 21", "2024-07-01 20"));
        List<RecordTrace> traces = new ArrayList<>();
        SubmissionFile file = ledger.submissionFiles().assemble(order(1_000)).orElseThrow();

        ledger.submissionFiles().read(file, record -> traces.add(record.trace()));

        assertThat(traces).hasSize(PATIENTS).allSatisfy(trace -> assertThat(trace.doses())
                .extracting(RecordTrace.Dose::cvx)
                .containsExactly("03", "21", "20"));
        assertThat(traces.stream()
                        .flatMap(trace -> trace.doses().stream())
                        .map(RecordTrace.Dose::key)
                        .distinct())
                .hasSize(3 * PATIENTS);
    }

    @Test
    void whatIsKnownOfEachIsFound() {
        store(all("2024-05-01 03", "2024-06-01 21"));

        assertThat(store(all("2024-05-01 03", "2024-06-01 21")).duplicates()).isEqualTo(PATIENTS);
        assertThat(store(all("2024-05-01 03", "2024-06-01 21 LOT2")).ready()).isEqualTo(PATIENTS);
        assertThat(ledger.knownDoses().of(chunk(Feed.HISTORICAL, all("2024-05-01 03", "2024-08-01 20")), false))
                .hasSize(PATIENTS)
                .allSatisfy(known ->
                        assertThat(known.doses()).containsExactly(KnownDoses.By.ONGOING, KnownDoses.By.NOBODY));
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    private TakenRecord[] all(String... doses) {
        return IntStream.range(0, PATIENTS)
                .mapToObj(i -> record("P" + i, "Doe" + i, doses))
                .toArray(TakenRecord[]::new);
    }
}
