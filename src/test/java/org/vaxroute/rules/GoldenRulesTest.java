package org.vaxroute.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each rule has a folder {@code golden/<rule id>} with a message that breaks it, one that keeps it, and every finding on
 * the first. {@code -Dgolden.write=true} writes the findings of folders that have none; read them before you commit.
 */
class GoldenRulesTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @TestFactory
    Stream<DynamicTest> everyRuleFindsWhatItsGoldenMessageBreaksAndNothingElse() throws IOException {
        try (Stream<Path> folders = Files.list(GOLDEN)) {
            return folders.sorted().toList().stream()
                    .map(folder -> DynamicTest.dynamicTest(folder.getFileName().toString(), () -> judge(folder)));
        }
    }

    private static void judge(Path folder) throws IOException {
        String id = folder.getFileName().toString();
        RuleSet rules = Fixture.TEXAS.rule(id).isPresent() ? Fixture.TEXAS : Fixture.NATIONAL;
        assertThat(rules.rule(id)).as("a folder for a rule that is gone").isPresent();
        List<String> broken = findings(rules, folder.resolve("breaks.hl7"));
        Path expected = folder.resolve("findings.txt");
        if (Boolean.getBoolean("golden.write") && !Files.exists(expected)) {
            Files.write(expected, broken);
        }

        assertThat(broken).isEqualTo(Files.readAllLines(expected));
        assertThat(broken).anyMatch(line -> line.endsWith(" " + id));
        assertThat(findings(rules, folder.resolve("keeps.hl7"))).noneMatch(line -> line.endsWith(" " + id));
    }

    private static List<String> findings(RuleSet rules, Path message) {
        return rules.check(Fixture.read(message), Fixture.PRODUCTION).findings().stream()
                .map(finding -> finding.severity().name().toLowerCase(java.util.Locale.ROOT) + " "
                        + (finding.location().isEmpty() ? "message" : finding.location()) + " " + finding.rule())
                .toList();
    }

    @Test
    void whatWasJudgedBeforeMakesNoDifference() throws IOException {
        List<Path> messages = new ArrayList<>();
        try (Stream<Path> files = Files.walk(GOLDEN)) {
            files.filter(file -> file.toString().endsWith(".hl7")).sorted().forEach(messages::add);
        }
        Map<String, List<Finding>> inOrder = new HashMap<>();
        RuleSet first = Fixture.texas();
        for (boolean production : new boolean[] {true, false}) {
            for (Path message : messages) {
                inOrder.put(message + " " + production, judged(first, message, production));
            }
        }
        Collections.reverse(messages);
        RuleSet second = Fixture.texas();
        for (int round = 0; round < 2; round++) {
            for (Path message : messages) {
                for (boolean production : new boolean[] {false, true}) {
                    assertThat(judged(second, message, production))
                            .as(message + " " + production)
                            .isEqualTo(inOrder.get(message + " " + production));
                }
            }
        }
    }

    private static List<Finding> judged(RuleSet rules, Path message, boolean production) {
        return rules.check(Fixture.read(message), new CheckContext(Fixture.PRODUCTION.today(), production))
                .findings();
    }

    @Test
    void everyRuleHasItsGoldenMessages() throws IOException {
        List<Rule> all = new ArrayList<>(Fixture.NATIONAL.rules());
        all.addAll(Fixture.TEXAS.rules());
        TreeSet<String> without = new TreeSet<>();
        for (Rule rule : all) {
            if (!Files.exists(GOLDEN.resolve(rule.id()).resolve("breaks.hl7"))) {
                without.add(rule.id());
            }
        }

        assertThat(without).isEmpty();
    }

    @Test
    void noTextOfAFindingRepeatsWhatAFieldHolds() {
        List<Rule> all = new ArrayList<>(Fixture.NATIONAL.rules());
        all.addAll(Fixture.TEXAS.rules());

        assertThat(all).allSatisfy(rule -> {
            assertThat(rule.reason()).as(rule.id()).endsWith(".").doesNotContain("{");
            assertThat(rule.remedy()).as(rule.id()).endsWith(".").doesNotContain("{");
        });
    }
}
