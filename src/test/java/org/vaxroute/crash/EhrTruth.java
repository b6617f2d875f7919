package org.vaxroute.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.vaxroute.practice.Channel;
import org.vaxroute.practice.Expectation;
import org.vaxroute.practice.PracticeEhr;

/** What the practice EHR held and what had to become of it. */
final class EhrTruth {
    private static final long SEED = 42;

    /** One patient's doses on their way through one channel. */
    record Patient(Channel channel, Expectation expectation, Set<SentRecords.Dose> doses) {}

    private final Map<String, Patient> patients = new HashMap<>();

    /** Opens the EHR of a practice home in which no process runs. */
    static EhrTruth of(Path practice, int patients) {
        EhrTruth truth = new EhrTruth();
        try (PracticeEhr ehr = PracticeEhr.create(practice.resolve("ehr"), SEED, patients, Clock.systemDefaultZone())) {
            for (Channel channel : Channel.values()) {
                Iterator<Expectation> expectations =
                        ehr.expectedByControlId(channel).values().iterator();
                try (Stream<String> messages = ehr.messages(channel)) {
                    messages.forEach(text -> truth.add(channel, text, expectations.next()));
                }
                assertThat(expectations).isExhausted();
            }
        }
        assertThat(truth.patients).hasSize(patients);
        return truth;
    }

    private void add(Channel channel, String text, Expectation expectation) {
        SentRecords one = new SentRecords();
        one.message("ehr", text);
        assertThat(one.faults()).isEmpty();
        patients.put("" + patients.size(), new Patient(channel, expectation, one.doses()));
    }

    /** How many of the patients must be held, whole or one dose of theirs. */
    long held() {
        return patients.values().stream()
                .filter(p -> p.expectation == Expectation.RECORD_HELD || p.expectation == Expectation.DOSE_HELD)
                .count();
    }

    /** Fails unless each dose that had to arrive arrived, and no other. */
    void assertArrived(Set<SentRecords.Dose> arrived) {
        Set<SentRecords.Dose> unknown = new HashSet<>(arrived);
        patients.values().forEach(patient -> {
            Set<SentRecords.Dose> there = new HashSet<>(patient.doses);
            there.retainAll(arrived);
            unknown.removeAll(patient.doses);
            int expected =
                    switch (patient.expectation) {
                        case DELIVERED, WARNED -> patient.doses.size();
                        case DOSE_HELD -> patient.doses.size() - 1;
                        case RECORD_HELD -> 0;
                    };
            assertThat(there).as("%s, of %s", patient.expectation, patient).hasSize(expected);
        });
        assertThat(unknown).as("doses that no source held").isEmpty();
    }
}
