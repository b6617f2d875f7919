package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vaxroute.hl7.Message;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Verdict;

/**
 * Random lives of a few patients: doses are added, changed, voided and given back, records are held, released, dropped and rechecked, files are
 * taken or refused. A registry that only reads messages in their order ends with what the EHR said last. So it does when a second source tells
 * of the same doses under numbers of its own; and it hears of each dose by one number only.
 */
class CorrectionsPropertyTest extends LedgerCase {
    private static final int STEPS = Integer.getInteger("vaxroute.corrections.steps", 60);

    private Random random;
    private ResendRules rules;
    private final Map<String, Patient> ehr = new TreeMap<>();
    private final Map<String, Patient> registry = new TreeMap<>();
    private boolean school;
    private int lot;
    private int order;
    private int answers;
    private int controlIds;

    /** Where the content stands that changes: not in the lot, by which doses are told apart. */
    private static final String CONTENT = "RXA-11.4";

    /** A patient's name, and the lot of each dose by its order number; "void" for one that was given in error. */
    private static final class Patient {
        private String name = "";
        private final Map<String, String> doses = new TreeMap<>();
        private final Map<String, String> numbers = new TreeMap<>();

        private Map<String, String> given() {
            Map<String, String> given = new TreeMap<>(doses);
            given.values().removeIf("void"::equals);
            return given;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "32, true, UPDATE, false",
        "33, false, DELETE_ADD, false",
        "41, false, UPDATE, true",
        "44, true, DELETE_ADD, true"
    })
    void twoSourcesWithNumbersOfTheirOwnTellOfOneDose(
            long seed, boolean changedDosesOnly, ResendRules.Correction correction, boolean refusals) {
        school = true;
        theRegistryEndsWithWhatTheEhrSaidLast(seed, changedDosesOnly, correction, refusals);
    }

    @ParameterizedTest
    @CsvSource({
        "11, false, UPDATE, false", "12, true, UPDATE, false", "13, false, DELETE_ADD, false",
                "14, true, DELETE_ADD, false",
        "21, false, UPDATE, true", "22, true, UPDATE, true", "23, false, DELETE_ADD, true", "24, true, DELETE_ADD, true"
    })
    void theRegistryEndsWithWhatTheEhrSaidLast(
            long seed, boolean changedDosesOnly, ResendRules.Correction correction, boolean refusals) {
        System.out.println(getClass().getSimpleName() + " seed " + seed + " on " + kind);
        random = new Random(seed);
        rules = new ResendRules(changedDosesOnly, correction);
        ledger.close();
        ledger = Ledger.open(settings, connection -> rules, clock);
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> say(anyPatient(), anySource(), true);
                case 3 -> say(anyPatient(), anySource(), false);
                case 4 -> release();
                case 5 -> recheck(random.nextBoolean());
                default -> send(refusals);
            }
            if (step % 20 == 0) {
                balanced();
            }
        }
        if (school) {
            // Where one of two sources took a dose back and the other did not speak since, a person is asked.
            ehr.forEach((id, patient) -> {
                say("ehr", record(id, "ehr", patient, patient.doses.keySet()));
                say("school", record(id, "school", patient, patient.doses.keySet()));
            });
        }
        for (int round = 0; round < 5 && !ledger.records().heldCounts().isEmpty(); round++) {
            recheck(true);
        }
        assertThat(ledger.records().heldCounts()).isEmpty();
        send(false);
        if (refusals) {
            ehr.forEach((id, patient) -> store(record(id, "ehr", patient, patient.doses.keySet())));
            send(false);
        }
        ehr.forEach((id, patient) -> {
            Patient there = registry.getOrDefault(id, new Patient());
            assertThat(there.doses).as("doses of " + id).isEqualTo(patient.given());
            if (!there.doses.isEmpty()) {
                assertThat(there.name).as("name of " + id).isEqualTo(patient.name);
            }
        });
        for (String source : school ? List.of("ehr", "school") : List.of("ehr")) {
            sentOnce(source);
        }
        balanced();
    }

    private void sentOnce(String source) {
        for (Map.Entry<String, Patient> patient : ehr.entrySet()) {
            if (patient.getValue().given().isEmpty()) {
                // A record without a dose would say the patient alone, and of him the registry may have refused to
                // hear.
                continue;
            }
            Stored again = say(
                    source,
                    record(
                            patient.getKey(),
                            source,
                            patient.getValue(),
                            patient.getValue().given().keySet()));
            assertThat(again.ready()).as("nothing is sent twice").isZero();
            assertThat(again.held()).as("and nothing is in doubt").isZero();
        }
    }

    private String anySource() {
        return school && random.nextInt(3) == 0 ? "school" : "ehr";
    }

    private Stored say(String source, TakenRecord record) {
        return ledger.store(
                new Chunk(CONNECTION, source, Feed.ONGOING, List.of(record), new PositionMove.None(), true));
    }

    private String anyPatient() {
        return "P" + random.nextInt(3);
    }

    /** The EHR changes something and says it, in a record of the whole patient or of what changed. */
    private void say(String id, String source, boolean change) {
        Patient patient = ehr.computeIfAbsent(id, key -> new Patient());
        Set<String> said = new LinkedHashSet<>();
        if (patient.name.isEmpty() || change && random.nextInt(6) == 0) {
            patient.name = "NAME" + (++lot);
        }
        if (change || patient.doses.isEmpty()) {
            List<String> known = new ArrayList<>(patient.doses.keySet());
            if (known.isEmpty() || known.size() < 4 && random.nextInt(3) == 0) {
                String fresh = "O" + (++order);
                patient.doses.put(fresh, "L" + (++lot));
                said.add(fresh);
            } else {
                String dose = known.get(random.nextInt(known.size()));
                boolean voids = !patient.doses.get(dose).equals("void") && random.nextInt(3) == 0;
                patient.doses.put(dose, voids ? "void" : "L" + (++lot));
                said.add(dose);
            }
        }
        if (said.isEmpty() || random.nextBoolean()) {
            said.addAll(patient.doses.keySet());
        }
        TakenRecord record = record(id, source, patient, said);
        int doses = record.message().doses();
        switch (random.nextInt(4)) {
            case 0 -> held(record, "CONSENT");
            case 1 -> heldDose(record, "CVX-KNOWN", 1 + random.nextInt(doses));
            default -> {}
        }
        say(source, record);
    }

    /** The doses of one source share a day unless another source tells of them, too. */
    private TakenRecord record(String id, String source, Patient patient, Set<String> doses) {
        List<String> numbers = List.copyOf(doses);
        Message text = Message.parse(vxu(
                "C" + (++controlIds),
                id,
                patient.name,
                numbers.stream()
                        .map(number -> (school
                                        ? java.time.LocalDate.of(2024, 1, 1)
                                                .plusDays(Long.parseLong(number.substring(1)))
                                                .toString()
                                        : "2024-05-01")
                                + " 03 LOT "
                                + (source.equals("school") ? number.replace('O', 'S') : number)
                                + (patient.doses.get(number).equals("void") ? " D" : ""))
                        .toArray(String[]::new)));
        var edit = text.edit();
        for (int dose = 1; dose <= numbers.size(); dose++) {
            edit.set("ORDER[" + dose + "]/" + CONTENT, patient.doses.get(numbers.get(dose - 1)));
        }
        byte[] bytes = edit.apply().bytes();
        TakenRecord record = TakenRecord.of(
                SourceRef.of(source, "row" + controlIds, new byte[] {1}), controlIds, bytes, Message.parse(bytes));
        record.judgement(deliverable(numbers.size()));
        return record;
    }

    private void release() {
        List<HeldRecord> held = ledger.records().held(null, null, null, 0, 100);
        if (!held.isEmpty()) {
            ledger.records().release(held.get(random.nextInt(held.size())).recordId(), "ann", "looked at it");
        }
    }

    /** As the recheck does, with rules that have been mended, or that let some pass. */
    private void recheck(boolean mended) {
        List<Long> ids = ledger.records().held(null, null, null, 0, 1000).stream()
                .map(HeldRecord::recordId)
                .toList();
        List<Settled> settled = new ArrayList<>();
        for (HeldText held : ledger.records().heldTexts(ids)) {
            Message received = Message.parse(held.received());
            if (held.doses() != null) {
                received = received.keepDoses(dose -> held.doses().contains(dose));
            }
            TakenRecord record = TakenRecord.of(SourceRef.ofFile(1, 1), 1, held.received(), received);
            if (held.newest() != null) {
                record.message(MadeTexts.withPatientOf(Message.parse(held.newest()), received), List.of());
            }
            record.judgement(
                    mended || random.nextBoolean()
                            ? deliverable(received.doses())
                            : new Judgement(
                                    Verdict.HELD, Collections.nCopies(received.doses(), Verdict.HELD), List.of()));
            if (!mended && received.doses() > 1 && random.nextBoolean()) {
                heldDose(record, "CVX-KNOWN", 1);
            }
            settled.add(new Settled(held, record, false));
        }
        Settlement first = ledger.records().recheck(settled, "recheck", "mapping mended");
        if (mended && !school) {
            assertThat(first.stillHeld()).isZero();
        }
        assertThat(ledger.records().recheck(settled, "recheck", "again").ready())
                .as("a second time does nothing")
                .isZero();
    }

    private void send(boolean refusals) {
        while (true) {
            var file = ledger.submissionFiles().assemble(order(1 + random.nextInt(5)));
            if (file.isEmpty()) {
                return;
            }
            sent(file.get());
            byte[] sha256 = new byte[32];
            sha256[0] = (byte) ++answers;
            sha256[1] = (byte) (answers >> 8);
            AnswerFile answer = ledger.answers().keep(CONNECTION, "A.hl7", sha256, 1, "a" + answers);
            List<Answer> all = new ArrayList<>();
            try {
                ledger.submissionFiles().read(file.get(), record -> all.add(read(all.size() + 1, record, refusals)));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            ledger.answers()
                    .begin(answer.id(), "ack", all.size(), true, 0, file.get().id());
            ledger.answers().apply(answer.id(), all, java.time.Duration.ZERO, java.time.ZoneOffset.UTC);
            ledger.answers().finished(answer.id());
        }
    }

    /** The registry: messages in their order, nothing else. */
    private Answer read(int position, OutgoingRecord record, boolean refusals) {
        Message message = Message.parse(record.text());
        assertThat(message.doses()).isEqualTo(record.doses());
        if (refusals && random.nextInt(6) == 0) {
            return new Answer(
                    position, record.controlId(), Answer.Outcome.REJECTED, List.of(item(Answer.Scope.PATIENT, 0)));
        }
        Patient patient = registry.computeIfAbsent(message.get("PID-3.1"), key -> new Patient());
        patient.name = message.get("PID-5.1");
        List<Answer.Item> items = new ArrayList<>();
        for (int dose = 1; dose <= message.doses(); dose++) {
            if (refusals && random.nextInt(6) == 0) {
                items.add(item(Answer.Scope.DOSE, dose));
                continue;
            }
            String place = "ORDER[" + dose + "]/";
            String number = message.get(place + "ORC-3.1");
            String order = number.replace('S', 'O');
            String action = message.get(place + "RXA-21");
            if (action.equals("D")) {
                String was = patient.doses.remove(order);
                if (!refusals) {
                    assertThat(message.get(place + CONTENT))
                            .as("a delete says what was sent last")
                            .isEqualTo(was);
                }
            } else {
                if (!refusals && rules.correction() == ResendRules.Correction.DELETE_ADD) {
                    String before = patient.doses.get(order);
                    assertThat(before == null || before.equals(message.get(place + CONTENT)))
                            .as("a change is never told without the delete before it")
                            .isTrue();
                }
                patient.doses.put(order, message.get(place + CONTENT));
            }
            String known = patient.numbers.put(order, number);
            assertThat(known == null || known.equals(number))
                    .as("a dose has one number at the registry")
                    .isTrue();
        }
        return new Answer(
                position,
                record.controlId(),
                items.isEmpty() ? Answer.Outcome.ACCEPTED : Answer.Outcome.REJECTED,
                items);
    }

    private static Answer.Item item(Answer.Scope scope, int dose) {
        return new Answer.Item(
                "IMR-100", Answer.Severity.ERROR, scope, "RXA", dose, "words", "", "", Answer.Settling.MEND, true);
    }

    private void balanced() {
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }
}
