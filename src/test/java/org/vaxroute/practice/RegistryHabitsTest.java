package org.vaxroute.practice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.submit.MovableClock;

@Timeout(60)
class RegistryHabitsTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 3, 2);

    @TempDir
    Path folder;

    private final MovableClock clock = new MovableClock("2026-03-02T15:00:00Z");
    private PracticeRegistry registry;

    @AfterEach
    void stop() {
        if (registry != null) {
            registry.close();
        }
    }

    private void start(Map<String, String> habits) {
        start(RegistryOptions.of(clock).habits(RegistryHabits.plain().with(habits)));
    }

    private void start(RegistryOptions options) {
        registry = PracticeRegistry.start(folder, options.stableFor(Duration.ofMillis(40)));
    }

    private static String message(String id, String mrn, String consent, String... doses) {
        return "MSH|^~\\&|EHR|0042170005|TXImmTrac|TxDSHS|20260302090000-0600||VXU^V04^VXU_V04|" + id + "|P|2.5.1\r"
                + "PID|1||" + mrn
                + "^^^CLINIC^MR||Ruiz^Ana^^^^^L||19800309|F|||12 Elm St^^Austin^TX^78701^^H||^PRN^PH^^^512^4781234\r"
                + "PD1||||||||||||" + consent + "\r" + String.join("", doses);
    }

    private static String dose(String order, String day, String cvx, String mvx, String action) {
        return "ORC|RE||" + order + "^CLINIC\rRXA|0|1|" + day + "||" + cvx + "^x^CVX|999|||01^Historical^NIP001||||||||"
                + mvx + "|||CP|" + action + "\r";
    }

    private TakenFile send(String name, String... messages) throws IOException {
        Path part = registry.dropOff().resolve(name + ".part");
        Files.writeString(
                part,
                "FHS|^~\\&|EHR||||||||F1-ID\rBHS|^~\\&\r" + String.join("", messages) + "BTS|" + messages.length
                        + "\rFTS|1\r");
        Files.move(part, registry.dropOff().resolve(name), StandardCopyOption.ATOMIC_MOVE);
        await().pollInterval(Duration.ofMillis(20)).until(() -> registry.taken().stream()
                .anyMatch(file -> file.name().equals(name)));
        return registry.taken().stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private String result(String name) {
        Path file = registry.results().resolve(name);
        await(name).pollInterval(Duration.ofMillis(20)).until(() -> Files.exists(file));
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<String> results() throws IOException {
        try (Stream<Path> files = Files.list(registry.results())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void believesWhatItAcceptedAndWhatWasUpdatedAndDeleted() throws IOException {
        start(Map.of("odd", "two-codes"));

        send(
                "a.hl7",
                message(
                        "M1",
                        "1",
                        "TXA|20240101",
                        dose("O1", "20200315", "94", "", "A"),
                        dose("O2", "20200315", "03", "", "A")));
        send("b.hl7", message("M2", "1", "TXA|20240101", dose("O9", "20200315", "94", "", "A")));
        send("c.hl7", message("M3", "1", "TXA|20240101", dose("O2", "20200316", "03", "", "U")));
        send(
                "d.hl7",
                message(
                        "M4",
                        "1",
                        "TXA|20240101",
                        dose("O1", "20200316", "94", "", "D"),
                        dose("O1", "20200315", "94", "", "D")));

        assertThat(registry.believed()).containsExactly(new BelievedDose("1^CLINIC", "O2", "20200316", "03"));
        assertThat(result("b.hl7.ack.hl7")).contains("IMR-109::").contains("IEE-513::");
        assertThat(result("d.hl7.ack.hl7"))
                .containsOnlyOnce("ERR|")
                .contains("RXA^1|207")
                .contains("IEE-594::");
        registry.close();
        start(Map.of());
        assertThat(registry.believed()).containsExactly(new BelievedDose("1^CLINIC", "O2", "20200316", "03"));
    }

    @Test
    void aWrongDoseThatIsAddedAgainInsteadOfDeletedStandsThereTwice() throws IOException {
        start(Map.of());
        send("a.hl7", message("M1", "1", "TXA|20240101", dose("O1", "20200315", "94", "", "A")));
        send("b.hl7", message("M2", "1", "TXA|20240101", dose("O1", "20200315", "03", "", "A")));

        assertThat(registry.believed()).extracting(BelievedDose::order).containsExactly("O1", "O1");
    }

    @Test
    void theTestAccountJudgesAndKeepsNothingUntilTheReviewOpensProduction() throws IOException {
        start(RegistryOptions.of(clock).testing());
        send("1.hl7", message("M1", "1", "TXA|20240101", dose("O1", "20200315", "94", "", "A")));
        TakenFile faulty = send("2.hl7", message("M2", "1", "TXA|20240101", dose("O2", "20200315", "94", "SKB", "A")));

        assertThat(faulty.isTest()).isTrue();
        assertThat(faulty.isClean()).isFalse();
        assertThat(result("2.hl7.ack.hl7")).contains("|E||||IMR-111::");
        assertThat(registry.patients()).isZero();
        RegistryMail notYet = registry.review("Please review 1.hl7, 2.hl7 and 3.hl7.", 2);
        assertThat(notYet.isProduction()).isFalse();
        assertThat(notYet.text()).contains("1 of 2");
        assertThat(registry.isProduction()).isFalse();

        send("3.hl7", message("M1", "1", "TXA|20240101", dose("O1", "20200315", "94", "", "A")));
        RegistryMail mail = registry.review("Please review 1.hl7, 2.hl7 and 3.hl7.", 2);

        assertThat(mail.isProduction()).isTrue();
        assertThat(mail.date()).isEqualTo(TODAY);
        assertThat(folder.resolve("mail"))
                .isDirectoryContaining(file -> file.toString().endsWith("production.eml"));
        assertThat(send("4.hl7", message("M1", "1", "TXA|20240101", dose("O1", "20200315", "94", "", "A")))
                        .isTest())
                .isFalse();
        assertThat(registry.doses()).isEqualTo(1);
    }

    @Test
    void repeatsEveryDayWhatIsNotCorrected() throws IOException {
        start(Map.of("answers", "dqa"));
        registry.withdrawConsent("2^CLINIC", LocalDate.of(2026, 2, 1));
        String wrong = message(
                "M1",
                "1",
                "TXA|20240101",
                dose("O1", "20200315", "94", "SKB", "A"),
                dose("O2", "20200315", "03", "", "A"));
        String noConsent = message(
                "M2",
                "2",
                "TXA|20240101",
                dose("O3", "20200315", "94", "", "A"),
                dose("O4", "20200315", "03", "", "A"));
        send("a.hl7", wrong, noConsent);
        assertThat(results()).isEmpty();

        clock.advance(Duration.ofDays(1));
        String first = result("DQA_20260303.csv");
        assertThat(first.lines().toList().get(0))
                .startsWith("Patient Name,DOB,Account No.,Sent On,Facility,Message Text,");
        assertThat(first.lines().skip(1))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line)
                                .startsWith("\"Ruiz, Ana\",1980-03-09,1,2026-03-02,")
                                .contains("IMR-111::"),
                        line -> assertThat(line)
                                .startsWith("\"Ruiz, Ana\",1980-03-09,2,2026-03-02,")
                                .contains("CLR-100::"),
                        line -> assertThat(line).startsWith("\"\",,,,,CLR-100::"));
        clock.advance(Duration.ofDays(1));
        assertThat(result("DQA_20260304.csv")).isEqualTo(first);

        send(
                "b.hl7",
                message("M3", "1", "TXA|20240101", dose("O1", "20200315", "94", "MSD", "A")),
                message(
                        "M4",
                        "2",
                        "TXA|20260301",
                        dose("O3", "20200315", "94", "", "A"),
                        dose("O4", "20200315", "03", "", "A")));
        clock.advance(Duration.ofDays(1));
        await().until(() -> registry.complaints() == 0);
        assertThat(registry.doses()).isEqualTo(4);
        assertThat(results()).containsExactly("DQA_20260303.csv", "DQA_20260304.csv");
    }

    @Test
    void delaysAnswersLosesOneAndGivesItWhenAsked() throws IOException {
        start(Map.of("answer-after", "PT4H", "answers", "ack,wir"));
        send("a.hl7", message("M1", "1", "TXA|20240101", dose("O1", "20200315", "94", "", "A")));
        assertThat(registry.isTrayEmpty()).isFalse();
        assertThat(registry.isCaughtUp()).isTrue();
        assertThat(registry.answersToCome()).containsExactly("a.hl7");
        assertThat(results()).isEmpty();
        clock.advance(Duration.ofHours(4));
        assertThat(registry.answersToCome()).isEmpty();
        assertThat(result("a.hl7.ack.hl7")).contains("MSA|AA|M1");
        assertThat(result("a.hl7.rsp.txt"))
                .contains("Clients accepted:       1")
                .contains("Job Name:               a.hl7");
        registry.close();

        start(Map.of("loses-one-in", "1", "odd", "legacy-files"));
        send("b.hl7", message("M2", "1", "TXA|20240101", dose("O2", "20200315", "03", "", "A")));
        assertThat(registry.unanswered()).containsExactly("b.hl7");
        assertThat(registry.doses()).isEqualTo(2);
        registry.answerAfterAll("b.hl7");
        assertThat(result("b.hl7.ack.hl7")).contains("MSA|AA|M2");
        assertThat(registry.unanswered()).isEmpty();
    }

    @Test
    void refusesAWholeFileNowAndThenAndLoadsNothingOfIt() throws IOException {
        start(Map.of("refuses-one-in", "1", "answers", "ack,wir"));

        send("a.hl7", message("M1", "1", "TXA|20240101", dose("O1", "20200315", "94", "", "A")));

        assertThat(result("a.hl7.ack.hl7")).contains("MSA|AR|F1-ID").contains("FIR-104::");
        assertThat(result("a.hl7.rsp.txt")).contains("ERROR").contains("FIR-104::");
        assertThat(registry.patients()).isZero();
    }

    @Test
    void answersAsOddlyAsItIsTold() throws IOException {
        start(Map.of("odd", "all"));
        String child = message("M1", "1", "TXY|20240101", dose("O1", "20200315", "94", "", "A"))
                .replace("19800309", "20190309");
        for (int i = 0; i < 12; i++) {
            send(
                    i + ".hl7",
                    child.replace("|M1|", "|M" + i + "|"),
                    message("N" + i, "2", "TXA|20240101", dose("P" + i, "202001" + (10 + i), "94", "", "A")));
        }

        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            all.append(result(i + ".hl7.ack.hl7"));
            assertThat(result(i + ".hl7.log.txt")).contains("2 messages");
        }
        assertThat(all.toString())
                .contains("MSA|AE|M0")
                .contains("ERR||NK1^^0|")
                .contains("|Message was processed")
                .contains("BTS|1\r")
                .contains("\r\n")
                .containsPattern("ERR[^\r]*IEE-519[^\r]*\r\n?MSA")
                .containsPattern("HL70357\\|E\\|\\|\\|\\|IEE-519")
                .containsPattern("HL70357\\|\\|\\|\\|\\|IEE-519");
    }

    @Test
    void tellsWhatAnOptionMayBe() {
        RegistryHabits plain = RegistryHabits.plain();
        assertThat(plain.with(Map.of("odd", "none", "answers", "ack,dqa")).odd())
                .isEmpty();
        assertThatThrownBy(() -> plain.with(Map.of("answers", "fax")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("answers=fax: fax is none of ack, dqa, wir.");
        assertThatThrownBy(() -> plain.with(Map.of("moods", "many"))).hasMessageContaining("no habit moods");
        assertThatThrownBy(() -> plain.with(Map.of("answer-after", "4 hours"))).hasMessageContaining("PT4H");
        assertThatThrownBy(() -> plain.with(Map.of("seed", "x"))).hasMessage("seed=x is no whole number.");
        assertThat(Arrays.stream(Oddity.values()).map(Oddity::word)).contains("ae-for-warnings");
    }
}
