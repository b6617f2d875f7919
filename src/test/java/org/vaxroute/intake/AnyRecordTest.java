package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.hl7.Hl7FormatException;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.RuleSet;
import org.vaxroute.rules.Severity;
import org.vaxroute.rules.Transforms;
import org.vaxroute.rules.Verdict;
import org.vaxroute.vxu.Referee;

/**
 * Whatever happens to a record on its way to us, it ends as a verdict, with every dose in one of two places; and what goes
 * out is read by HAPI and stands before our own rules.
 */
class AnyRecordTest {
    private static final long SEED = 20261125L;
    private static final ZoneId TEXAS = ZoneId.of("America/Chicago");
    private static final int ROUNDS = Integer.getInteger("vaxroute.any-record.rounds", 800);

    private static final Referee REFEREE = new Referee();
    private static Transform transforms;
    private static Check rules;
    private static byte[] clean;

    @BeforeAll
    static void load() throws IOException {
        CodeTables codes = CodeTables.load(Path.of("config/codes")).withFile(Path.of("config/prescribers.csv"));
        Path national = Path.of("config/registries/national");
        Path texas = Path.of("config/registries/immtrac2");
        transforms = new Transform(
                Map.of(
                        "main",
                        Transforms.load(
                                List.of(national.resolve("transform.yaml"), texas.resolve("transform.yaml")),
                                codes,
                                TEXAS)),
                Map.of());
        rules = new Check(
                Map.of(
                        "main",
                        RuleSet.load(List.of(national.resolve("rules.yaml"), texas.resolve("rules.yaml")), codes)),
                Map.of(),
                REFEREE,
                new IntakeSettings(Path.of("in"), Duration.ZERO, false, 10, 2, 4, 1 << 20, Duration.ZERO, 1, 1, 1),
                Map.of("main", TEXAS),
                Clock.fixed(Instant.parse("2026-11-22T18:00:00Z"), TEXAS));
        clean = Files.readAllBytes(Path.of("src/test/resources/golden/pid-7-present/keeps.hl7"));
    }

    @AfterAll
    static void close() {
        REFEREE.close();
    }

    @Test
    void whatHapiDoesNotReadInOneDoseHoldsThatDoseAndNoOther() {
        String text = new String(clean, StandardCharsets.UTF_8);
        for (String broken : List.of(
                text.replace("|20270930|", "|someday|"),
                text.replace("|0.5|mL", "|half|mL"),
                text.replace("|NM|", "|XX|"))) {
            Judgement judgement =
                    judged(broken.getBytes(StandardCharsets.UTF_8)).judgement();

            assertThat(judgement.doses().get(0)).isEqualTo(Verdict.HELD);
            assertThat(judgement.doses().get(1)).isEqualTo(Verdict.DELIVERABLE);
            assertThat(judgement.findings())
                    .filteredOn(finding -> finding.severity() == Severity.ERROR)
                    .allMatch(finding -> finding.location().startsWith("ORDER[1]/RXA-")
                            || finding.location().startsWith("ORDER[1]/OBX"));
        }
        Judgement birthOrder = judged(text.replace("|Y|2|", "|Y|second|").getBytes(StandardCharsets.UTF_8))
                .judgement();
        assertThat(birthOrder.verdict()).isEqualTo(Verdict.HELD);
        assertThat(birthOrder.findings()).anyMatch(finding -> finding.location().equals("PID-25"));
    }

    @Test
    void everyMutationEndsAsAVerdictAndWhatGoesOutIsClean() {
        SplittableRandom random = new SplittableRandom(SEED);
        int unreadable = 0;
        int held = 0;
        int cut = 0;
        int going = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String which = "seed " + SEED + ", round " + round;
            byte[] text = mutated(random);
            TakenRecord record = judged(text);
            Judgement judgement = record.judgement();
            assertThat(judgement).as(which).isNotNull();
            assertThat(judgement.findings())
                    .as(which)
                    .noneMatch(finding -> finding.rule().equals(Check.FAILED)
                            || finding.rule().equals(Transform.FAILED));
            if (!record.readable()) {
                assertThat(judgement.verdict()).as(which).isEqualTo(Verdict.UNREADABLE);
                unreadable++;
                continue;
            }
            assertThat(record.message().doses())
                    .as(which)
                    .isEqualTo(Message.parse(text).doses());
            assertThat(judgement.doses()).as(which).hasSize(record.message().doses());
            if (judgement.verdict() == Verdict.HELD) {
                assertThat(judgement.doses()).as(which).containsOnly(Verdict.HELD);
                held++;
                continue;
            }
            cut += judgement.doses().contains(Verdict.HELD) ? 1 : 0;
            going++;
            assertClean(which, record.message(), judgement);
        }
        assertThat(List.of(unreadable, held, cut, going))
                .as("mutations that end in each of the ways")
                .allMatch(count -> count > ROUNDS / 60);
    }

    private static void assertClean(String which, Message message, Judgement judgement) {
        List<Verdict> doses = judgement.doses();
        Message out;
        Message rest;
        try {
            out = message.keepDoses(dose -> doses.get(dose - 1) != Verdict.HELD);
            rest = message.keepDoses(dose -> doses.get(dose - 1) == Verdict.HELD);
        } catch (Hl7FormatException inseparable) {
            // The ledger holds such a record whole.
            return;
        }
        assertThat(out.doses() + rest.doses()).as(which).isEqualTo(message.doses());
        assertThat(REFEREE.refusal(out.bytes())).as(which).isEmpty();

        TakenRecord again = judged(out.bytes());
        assertThat(again.judgement().findings()).as(which).noneMatch(finding -> finding.severity() == Severity.ERROR);
        assertThat(again.message().bytes())
                .as(which + ": transforms change nothing more")
                .isEqualTo(out.bytes());
        assertThat(rules(again.judgement()))
                .as(which + ": sending it says nothing new")
                .isSubsetOf(rules(judgement));
    }

    private static List<String> rules(Judgement judgement) {
        return judgement.findings().stream().map(Finding::rule).distinct().toList();
    }

    private static TakenRecord judged(byte[] text) {
        TakenRecord record = Hl7Records.record(SourceRef.ofFile(1, 1), 1, text);
        var chunk = new Chunk("main", "clinic", Feed.ONGOING, List.of(record), new PositionMove.None(), false);
        transforms.apply(chunk);
        rules.check(chunk);
        return record;
    }

    /** Drops, doubles, swaps, cuts and fills segments and fields, and writes the whole in other separators, ends and encodings. */
    private static byte[] mutated(SplittableRandom random) {
        List<String> segments = new ArrayList<>(List.of(new String(clean, StandardCharsets.UTF_8).split("[\r\n]+")));
        for (int n = random.nextInt(1, 3); n > 0; n--) {
            int s = random.nextInt(1, segments.size());
            switch (random.nextInt(8)) {
                case 0 -> segments.remove(s);
                case 1 -> segments.add(s, segments.get(s));
                case 2 -> Collections.swap(segments, s, random.nextInt(1, segments.size()));
                case 3 ->
                    segments.set(
                            s,
                            segments.get(s)
                                    .substring(0, random.nextInt(segments.get(s).length() + 1)));
                case 4, 5 -> segments.set(s, field(segments.get(s), random));
                case 6 -> segments.set(s, segments.get(s) + "|".repeat(random.nextInt(40)) + "x~^&y");
                default -> segments.add(s, "ZZZ|site's own|\u00e9");
            }
        }
        String text = String.join(end(random), segments);
        if (random.nextInt(12) == 0) {
            text = text.replace('|', '#').replace('^', '@');
        } else if (random.nextInt(20) == 0) {
            text = text.replace(
                    "^~\\&", List.of("^~\\", "~^\\&", "^^\\&", "", "^~\\&%").get(random.nextInt(5)));
        }
        byte[] bytes = encoded(text, random);
        if (random.nextInt(10) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static String field(String segment, SplittableRandom random) {
        String[] fields = segment.split("\\|", -1);
        int f = random.nextInt(fields.length);
        List<String> values = List.of(
                "",
                "\"\"",
                "99999999",
                "20261301",
                "Pe\u00f1a^Jos\u00e9",
                "x".repeat(300),
                "~~^^&&",
                "0",
                "00",
                "RE",
                "D",
                "\\T\\\\X0D\\",
                "998^x^CVX");
        fields[f] = random.nextBoolean()
                ? values.get(random.nextInt(values.size()))
                : fields[random.nextInt(fields.length)];
        return String.join("|", fields);
    }

    private static String end(SplittableRandom random) {
        return List.of("\r", "\r", "\r", "\n", "\r\n", "\r\r", " \r").get(random.nextInt(7));
    }

    private static byte[] encoded(String text, SplittableRandom random) {
        return switch (random.nextInt(12)) {
            case 0 -> text.getBytes(StandardCharsets.ISO_8859_1);
            case 1 -> ("\uFEFF" + text).getBytes(StandardCharsets.UTF_8);
            case 2 -> text.getBytes(StandardCharsets.UTF_16LE);
            default -> text.getBytes(StandardCharsets.UTF_8);
        };
    }
}
