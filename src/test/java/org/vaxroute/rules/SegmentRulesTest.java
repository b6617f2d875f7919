package org.vaxroute.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.vaxroute.hl7.Message;

/** Looking at one value of a segment first changes which rules are asked, never what is found. */
class SegmentRulesTest {
    private static final List<String> VALUES = List.of(
            "",
            "\"\"",
            "no such code",
            "64994-7",
            "30956-7",
            "29768-9",
            "29769-7",
            "69764-9",
            "59785-6",
            "30963-3",
            "30945-0",
            "31044-1",
            "59784-9",
            "64994-7 ",
            "64994-7~30956-7",
            "\\S\\",
            "CP",
            "RE",
            "NA",
            "PA",
            "CP^x",
            "TXY",
            "TXD",
            "Y",
            "N");

    /** The field that decides in each segment, and the name of the segment. */
    private static final Map<String, Integer> DECIDING = Map.of("OBX", 3, "RXA", 20, "PD1", 12);

    @Test
    void findsWhatAskingEveryRuleFinds() throws IOException {
        Map<String, List<CompiledRule>> rules = rules();
        Map<String, SegmentRules> chosen = rules.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> new SegmentRules(entry.getValue())));
        int found = 0;
        for (String message : messages()) {
            for (boolean production : new boolean[] {true, false}) {
                Message read = Fixture.message(message);
                Place place = new Place(read, new CheckContext(Fixture.TODAY, production));
                Place other = new Place(read, new CheckContext(Fixture.TODAY, production));
                for (int s = 0; s < read.segments(); s++) {
                    String name = place.name(s);
                    List<Finding> expected = asked(rules.getOrDefault(name, List.of()), place, s);
                    List<Finding> actual = asked(left(chosen.get(name), read, s), other, s);
                    assertThat(actual).as(message).containsExactlyInAnyOrderElementsOf(expected);
                    found += expected.size();
                }
            }
        }
        assertThat(found).isGreaterThan(1_000);
    }

    @Test
    void anObservationIsNotAskedWhatConcernsOthers() throws IOException {
        SegmentRules observations = new SegmentRules(rules().get("OBX"));
        Message message = Fixture.message("MSH|^~\\&|A\rORC|RE\rRXA|0\rOBX|1|CE|64994-7^x^LN|1|V01\r");

        assertThat(RuleCompiler.ids(left(observations, message, 3)))
                .contains("obx-5-eligibility", "obx-17-present")
                .doesNotContain("obx-5-vis-date", "obx-5-funding");
    }

    private static Map<String, List<CompiledRule>> rules() {
        Path registries = Path.of("config/registries");
        RuleFiles files = new RuleFiles(
                List.of(registries.resolve("national/rules.yaml"), registries.resolve("immtrac2/rules.yaml")));
        RuleCompiler compiler = new RuleCompiler(Fixture.CODES.with(registries.resolve("immtrac2")));
        return StreamSupport.stream(files.drafts().spliterator(), false)
                .map(compiler::compile)
                .filter(CompiledRule::perSegment)
                .collect(Collectors.groupingBy(rule -> rule.segmentName));
    }

    private static List<CompiledRule> left(SegmentRules rules, Message message, int segment) {
        List<CompiledRule> all = new ArrayList<>();
        if (rules != null) {
            for (FieldRules field : rules.of(message, segment)) {
                all.addAll(List.of(field.onFilled()));
            }
        }
        return all;
    }

    private static List<Finding> asked(List<CompiledRule> rules, Place place, int segment) {
        List<Finding> findings = new ArrayList<>();
        place.segment = segment;
        place.dose = place.message().segmentDose(segment);
        for (CompiledRule rule : rules) {
            rule.checkSegment(place, findings);
        }
        return findings;
    }

    /** The golden messages that break rules of these segments, as they are and with other values in the deciding field. */
    private static List<String> messages() throws IOException {
        List<String> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/resources/golden"))) {
            for (Path file : files.filter(file -> file.toString().matches(".*/(obx|rxa|pd1|tx)-[^/]*/breaks.hl7"))
                    .sorted()
                    .toList()) {
                String text = Files.readString(file, StandardCharsets.UTF_8)
                        .replace("\r\n", "\r")
                        .replace('\n', '\r');
                all.add(text);
                String value = VALUES.get(all.size() % VALUES.size());
                for (Map.Entry<String, Integer> deciding : DECIDING.entrySet()) {
                    all.add(with(text, deciding.getKey(), deciding.getValue(), value));
                }
            }
        }
        for (String value : VALUES) {
            for (Map.Entry<String, Integer> deciding : DECIDING.entrySet()) {
                all.add(with(all.get(0), deciding.getKey(), deciding.getValue(), value));
            }
        }
        return all;
    }

    private static String with(String message, String segment, int field, String value) {
        return message.lines()
                .map(line -> {
                    if (!line.startsWith(segment + "|")) {
                        return line;
                    }
                    List<String> fields = new ArrayList<>(List.of(line.split("\\|", -1)));
                    while (fields.size() <= field) {
                        fields.add("");
                    }
                    fields.set(field, value);
                    return String.join("|", fields);
                })
                .collect(Collectors.joining("\r", "", "\r"));
    }
}
