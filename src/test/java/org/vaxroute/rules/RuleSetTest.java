package org.vaxroute.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.hl7.Hl7FormatException;
import org.vaxroute.hl7.Message;

class RuleSetTest {
    private static final long SEED = 20261122L;

    @TempDir
    Path folder;

    @Test
    void oneBadDoseIsHeldAloneAndTheRestGoes() {
        Message message = Fixture.clean()
                .edit()
                .clear(org.vaxroute.hl7.Path.of("ORDER[1]/RXA-15"))
                .apply();

        Judgement judgement = Fixture.TEXAS.check(message, Fixture.PRODUCTION);

        assertThat(judgement.doses()).containsExactly(Verdict.HELD, Verdict.DELIVERABLE);
        assertThat(judgement.verdict()).isEqualTo(Verdict.WARNED);
        assertThat(judgement.partlyHeld()).isTrue();
    }

    @Test
    void aRecordWhoseDosesAreAllBadIsHeldWhole() {
        Message message = Fixture.clean()
                .edit()
                .set("ORDER[1]/RXA-3", "20991231")
                .set("ORDER[2]/RXA-3", "20991231")
                .apply();

        assertThat(Fixture.TEXAS.check(message, Fixture.PRODUCTION).verdict()).isEqualTo(Verdict.HELD);
    }

    @Test
    void onlyItsTypeIsSpokenOfWhenAMessageIsNoVaccinationUpdate() {
        Judgement judgement = Fixture.TEXAS.check(
                Fixture.message("MSH|^~\\&|LAB||||2026||ORU^R01|1|P|2.3\rOBR|1\r"), Fixture.PRODUCTION);

        assertThat(judgement.verdict()).isEqualTo(Verdict.HELD);
        assertThat(judgement.findings()).extracting(Finding::rule).containsExactly("msh-9-type");
    }

    @Test
    void anErrorOfTheMessageHoldsEveryDose() {
        Message message =
                Fixture.clean().edit().clear(org.vaxroute.hl7.Path.of("PD1-12")).apply();

        Judgement judgement = Fixture.TEXAS.check(message, Fixture.PRODUCTION);

        assertThat(judgement.verdict()).isEqualTo(Verdict.HELD);
        assertThat(judgement.doses()).containsOnly(Verdict.HELD);
        assertThat(judgement.findings()).extracting(Finding::rule).containsExactly("tx-consent-missing");
    }

    @Test
    void aProfileMayHoldTheRecordForOneDose() throws IOException {
        Path strict = Files.writeString(folder.resolve("strict.yaml"), "hold: record\n");
        RuleSet rules = RuleSet.load(List.of(Path.of("config/registries/national/rules.yaml"), strict), Fixture.CODES);
        Message message = Fixture.clean()
                .edit()
                .clear(org.vaxroute.hl7.Path.of("ORDER[1]/RXA-15"))
                .apply();

        assertThat(rules.check(message, Fixture.PRODUCTION).doses()).containsOnly(Verdict.HELD);
    }

    @Test
    void testPatientsAreHeldInProductionAndWelcomeInTests() {
        Message message = Fixture.clean()
                .edit()
                .setRaw(org.vaxroute.hl7.Path.of("PID-5"), "Test^Rosa^^^^^L")
                .apply();

        assertThat(Fixture.TEXAS.check(message, Fixture.PRODUCTION).verdict()).isEqualTo(Verdict.HELD);
        assertThat(Fixture.TEXAS.check(message, Fixture.TEST).verdict()).isEqualTo(Verdict.DELIVERABLE);
    }

    @Test
    void findingsNameTheDoseTheSegmentAndTheRepetition() {
        Message message = Fixture.clean()
                .edit()
                .set("ORDER[1]/OBX[2]-11", "P")
                .set("PID-3[2].1", "12")
                .set("NK1[2]-3.1", "XXX")
                .apply();

        assertThat(Fixture.TEXAS.check(message, Fixture.PRODUCTION).findings())
                .extracting(Finding::location)
                .contains("ORDER[1]/OBX[2]-11", "PID-3[2].4", "NK1[2]-3.1");
    }

    @Test
    void anAmountIsNotBelowNothing() {
        assertThat(rulesOn("ORDER[1]/RXA-6", "-0.5")).contains("rxa-6-number");
        assertThat(rulesOn("ORDER[1]/RXA-6", "0")).doesNotContain("rxa-6-number");
    }

    @Test
    void aDoseThatSaysInWordsOnlyWhereItComesFromIsHeldAndAnEmptyFieldIsNamedOnce() {
        assertThat(rulesOn("ORDER[1]/RXA-9", "^Administered^NIP001")).contains("rxa-9-coded");
        assertThat(rulesOn("ORDER[1]/RXA-9", "")).containsExactly("rxa-9-present");
        assertThat(rulesOn("ORDER[1]/RXA-9", "~00^^NIP001")).contains("rxa-9-present");
    }

    private static List<String> rulesOn(String path, String er7) {
        Message message = Fixture.clean()
                .edit()
                .setRaw(org.vaxroute.hl7.Path.of(path), er7)
                .apply();
        return Fixture.TEXAS.check(message, Fixture.PRODUCTION).findings().stream()
                .map(Finding::rule)
                .toList();
    }

    @Test
    void whateverHappensToAMessageItEndsAsAVerdictAndNoDoseIsLost() {
        SplittableRandom random = new SplittableRandom(SEED);
        byte[] clean = Fixture.clean().bytes();
        int read = 0;
        for (int i = 0; i < 4000; i++) {
            byte[] text = mutated(clean, random);
            Message message;
            try {
                message = Message.parse(text);
            } catch (Hl7FormatException noMessage) {
                continue;
            }
            read++;
            Message changed =
                    Fixture.TRANSFORMS.apply(message, "main", "clinic").message();
            Judgement judgement = Fixture.TEXAS.check(changed, Fixture.PRODUCTION);
            long held = judgement.doses().stream()
                    .filter(verdict -> verdict == Verdict.HELD)
                    .count();
            long going = judgement.doses().size() - held;

            assertThat(changed.doses()).as("seed %d, round %d", SEED, i).isEqualTo(message.doses());
            assertThat(held + going).as("seed %d, round %d", SEED, i).isEqualTo(message.doses());
            assertThat(judgement.verdict() == Verdict.HELD)
                    .as("seed %d, round %d", SEED, i)
                    .isEqualTo(judgement.findings().stream()
                                    .anyMatch(f -> f.severity() == Severity.ERROR && f.effect() == Effect.MESSAGE)
                            || message.doses() > 0 && going == 0);
        }
        assertThat(read).isGreaterThan(2000);
    }

    /** Drops, doubles, swaps and cuts segments and bytes, and scatters separators and garbage. */
    private static byte[] mutated(byte[] clean, SplittableRandom random) {
        List<String> segments = new java.util.ArrayList<>(
                List.of(new String(clean, java.nio.charset.StandardCharsets.ISO_8859_1).split("\r")));
        for (int n = random.nextInt(1, 4); n > 0; n--) {
            int s = random.nextInt(1, segments.size());
            switch (random.nextInt(7)) {
                case 0 -> {
                    if (segments.size() > 2) {
                        segments.remove(s);
                    }
                }
                case 1 -> segments.add(s, segments.get(s));
                case 2 -> java.util.Collections.swap(segments, s, random.nextInt(1, segments.size()));
                case 3 -> {
                    String text = segments.get(s);
                    segments.set(s, text.substring(0, random.nextInt(3, text.length() + 1)));
                }
                case 4 -> segments.set(s, replaced(segments.get(s), random, "|^~&\\\"\""));
                case 5 -> segments.set(s, replaced(segments.get(s), random, "\u00e9\u00ff\u0080\t 09Az"));
                default -> segments.set(s, segments.get(s) + "|".repeat(random.nextInt(40)) + "x~^&y");
            }
        }
        return String.join("\r", segments).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private static String replaced(String text, SplittableRandom random, String by) {
        StringBuilder out = new StringBuilder(text);
        for (int n = random.nextInt(1, 6); n > 0; n--) {
            if (out.length() > 4) {
                out.setCharAt(random.nextInt(3, out.length()), by.charAt(random.nextInt(by.length())));
            }
        }
        return out.toString();
    }

    @Test
    void theCleanSamplesOfTheGuidesTestToolHaveNoNationalError() throws IOException {
        Optional<Path> shared = Fixture.shared();
        assumeTrue(shared.isPresent(), "the sample messages are not here");
        try (Stream<Path> files = Files.list(shared.get().resolve("data/samples/vxu/nist"))) {
            for (Path file : files.toList()) {
                Judgement judgement = Fixture.NATIONAL.check(Fixture.read(file), Fixture.PRODUCTION);

                assertThat(judgement.findings())
                        .as(file.toString())
                        .noneMatch(finding -> finding.severity() == Severity.ERROR);
            }
        }
    }
}
