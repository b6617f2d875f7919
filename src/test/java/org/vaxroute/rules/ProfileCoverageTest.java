package org.vaxroute.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Holds the national rules against the profile that the guide's test tool validates by. */
class ProfileCoverageTest {
    /** Elements that no rule asks for, each with its reason. */
    private static final Map<String, String> NOT_COVERED = new TreeMap<>(Map.ofEntries(
            Map.entry("MSH-23", "RE: the receiver knows who it is"),
            Map.entry("PID-24", "RE: an empty field means no multiple birth was recorded"),
            Map.entry("PID-30", "RE: an empty field means no death was recorded"),
            Map.entry("PD1-11", "RE: reminders by the registry's own default"),
            Map.entry("PD1-12", "RE: a registry decides what protection or consent it wants"),
            Map.entry("PD1-16", "RE: the registry keeps its own status"),
            Map.entry("IN1-29", "RE: insurance is not what is reported"),
            Map.entry("ORC-2", "RE: an EHR without orders has no placer number"),
            Map.entry("ORC-10", "RE: who typed the record says nothing of the dose"),
            Map.entry("ORC-17", "RE: the sender is named by MSH-4"),
            Map.entry("IN3-1", "R of an optional segment that says nothing of vaccinations"),
            Map.entry("PV2-1", "C of an optional segment that says nothing of vaccinations"),
            Map.entry("PV2-47", "C of an optional segment that says nothing of vaccinations"),
            Map.entry("TQ1-12", "C of an optional segment that says nothing of vaccinations"),
            Map.entry("TQ2-3", "C of an optional segment that says nothing of vaccinations"),
            Map.entry("TQ2-4", "C of an optional segment that says nothing of vaccinations"),
            Map.entry("TQ2-5", "C of an optional segment that says nothing of vaccinations"),
            Map.entry("TQ2-6", "C of an optional segment that says nothing of vaccinations"),
            Map.entry("TQ2-7", "C of an optional segment that says nothing of vaccinations"),
            Map.entry("TQ2-10", "C of an optional segment that says nothing of vaccinations"),
            Map.entry("MSH-1", "a text without it is no message, which the reader says"),
            Map.entry("MSH-2", "a text without it is no message, which the reader says")));

    /** Conformance statements that no rule asks for, each with its reason. */
    private static final Map<String, String> STATEMENTS_NOT_COVERED = Map.of(
            "IZ-1", "CQ is used by no field that a vaccination has",
            "IZ-2", "CQ is used by no field that a vaccination has",
            "IZ-69", "a second insurance is numbered 2 by many senders; IN1-1 is only required");

    @Test
    void everyRequiredConditionalAndUnusedFieldIsAskedFor() throws Exception {
        Element profile = read("VXU-Z22_Profile.xml");
        Map<String, Set<String>> asked = askedFor();
        Set<String> missing = new TreeSet<>();
        Set<String> needless = new TreeSet<>();
        for (Element segment : elements(profile.getElementsByTagName("Segment"))) {
            if (segment.getAttribute("ID").isEmpty()) {
                continue;
            }
            int number = 0;
            for (Element field : elements(segment.getElementsByTagName("Field"))) {
                number++;
                String place = segment.getAttribute("Name") + "-" + number;
                String usage = field.getAttribute("Usage");
                Set<String> checks = asked.getOrDefault(place, Set.of());
                boolean covered =
                        switch (usage) {
                            case "R", "RE" -> checks.contains("required");
                            case "C" -> checks.contains("required") || checks.contains("empty");
                            case "X" -> checks.contains("empty");
                            default -> true;
                        };
                if (!covered && !NOT_COVERED.containsKey(place)) {
                    missing.add(place + " " + usage);
                }
                if (covered && NOT_COVERED.containsKey(place)) {
                    needless.add(place);
                }
            }
        }

        assertThat(missing).isEmpty();
        assertThat(needless).as("listed as not covered but covered").isEmpty();
    }

    @Test
    void everyConformanceStatementIsCitedByARule() throws Exception {
        Element constraints = read("VXU-Z22_Constraints.xml");
        Set<String> cited = Fixture.NATIONAL.rules().stream()
                .flatMap(rule -> Pattern.compile("IZ-[0-9A-Z_]+|NIST-[0-9]+")
                        .matcher(rule.guide())
                        .results()
                        .map(result -> result.group()))
                .collect(Collectors.toSet());
        Set<String> missing = new TreeSet<>();
        for (Element constraint : elements(constraints.getElementsByTagName("Constraint"))) {
            String id = constraint.getAttribute("ID");
            if (!cited.contains(id) && !STATEMENTS_NOT_COVERED.containsKey(id)) {
                missing.add(id);
            }
        }

        assertThat(missing).isEmpty();
    }

    private static Map<String, Set<String>> askedFor() {
        Map<String, Set<String>> asked = new HashMap<>();
        Matcher place = Pattern.compile("([A-Z0-9]{3}-[0-9]+).*").matcher("");
        for (Rule rule : Fixture.NATIONAL.rules()) {
            if (place.reset(rule.path()).matches()) {
                asked.computeIfAbsent(place.group(1), key -> new TreeSet<>())
                        .add(rule.path().contains(".") ? "component" : rule.check());
            }
        }
        return asked;
    }

    private static Element read(String name) throws IOException, ParserConfigurationException, SAXException {
        Optional<Path> shared = Fixture.shared();
        assumeTrue(shared.isPresent(), "the guide's profile is not here");
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(shared.get().resolve("data/profile").resolve(name).toFile())
                .getDocumentElement();
    }

    private static List<Element> elements(NodeList nodes) {
        return java.util.stream.IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }
}
