package org.vaxroute.boot.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.boot.settings.Settings;

class RouteCheckTest {
    private static final String GOOD =
            """
            - route:
                id: intake-file
                group: intake
                description: Reads EHR files from the drop folders, a chunk at a time.
                routeConfigurationId: on-source-failure
                from:
                  uri: file
                  parameters:
                    directory: "{{intake.file.directory}}"
                    recursive: true
                    readLock: changed
                  steps:
                    - split:
                        id: chunks
                        streaming: true
                        expression: { method: { ref: fileReader, method: chunks } }
                        steps:
                          - bean: { id: store, ref: ledger, method: store }
                    - to:
                        id: hand-over
                        uri: sftp
                        parameters:
                          host: "{{registry.host}}"
                          strictHostKeyChecking: "yes"
                          useUserKnownHostsFile: false
                          knownHostsFile: "{{registry.known-hosts}}"
            """;

    private static final String FAILURE =
            """
            - routeConfiguration:
                id: on-source-failure
                description: Says why a source could not be read.
                onException:
                  - onException:
                      exception: [ "java.lang.Exception" ]
                      steps:
                        - log: { id: report, message: "${exception.message}" }
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void goodHome() throws IOException {
        Files.createDirectories(folder.resolve("config"));
        write("routes/intake/intake-file.yaml", GOOD);
        write("routes/failures/on-source-failure.yaml", FAILURE);
    }

    @Test
    void aRouteThatKeepsTheRulesIsLeftInPeace() {
        assertThat(check()).isEmpty();
    }

    @Test
    void everyShippedRouteKeepsTheRules() {
        Home home = Home.of(Path.of(""));

        assertThat(RouteCheck.of(home, Settings.load(home).forRoutes().keySet()))
                .isEmpty();
    }

    /** A step of the clock back makes {@code java.util.Timer}, and with it Camel's timer, wait as long (decision 0290). */
    @Test
    void noShippedRouteTicksByTheTimeOfDay() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of("routes"))) {
            assertThat(all.filter(Files::isRegularFile))
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(file).content().doesNotContainPattern("uri: (timer|quartz)"));
        }
    }

    @Test
    void twoRoutesOfOneEntranceAreToldBeforeTheServerStopsAtThem() throws IOException {
        for (String name : List.of("one", "two")) {
            write(
                    "routes/own/" + name + ".yaml",
                    """
                    - route:
                        id: %1$s
                        group: own
                        description: Says that it was called.
                        routeConfigurationId: on-source-failure
                        from:
                          uri: direct:called
                          steps:
                            - log: { id: say-%1$s, message: called }
                    """
                            .formatted(name));
        }

        assertThat(check()).extracting(RouteFault::toString).singleElement().satisfies(fault -> assertThat(fault)
                .startsWith("routes/own/two.yaml:7:")
                .contains("begins with direct:called as routes/own/one.yaml does"));
    }

    @Test
    void aRouteOutsideOfTheFoldersIsToldWhereItBelongs() throws IOException {
        write(
                "routes/own.yaml",
                GOOD.replace("id: intake-file", "id: own").replaceAll("id: (chunks|store|hand-over)", "id: own-$1"));

        assertThat(check())
                .extracting(RouteFault::remedy)
                .containsExactly("Move the file into a folder of that name below routes/");
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            id: intake-file           | id: intakeFile                   | 2  | route id is "intakeFile"
            group: intake             | group: submit                    | 3  | group is "submit"
            Reads EHR files           | The EHR files                    | 4  | not one sentence that begins with a verb
            a chunk at a time.        | a chunk at a time. And stores.   | 4  | not one sentence that begins with a verb
            on-source-failure         | on-sauce-failure                 | 5  | failure configuration on-sauce-failure does not exist
            routeConfigurationId: on-source-failure | autoStartup: true  | 1 | names no failure configuration
            uri: file                 | uri: file:/data/in               | 7  | holds the literal place "/data/in"
            "{{intake.file.directory}}" | /data/in                       | 9  | directory is the literal place /data/in
            {{intake.file.directory}} | {{intake.file.folder}}           | 9  | placeholder {{intake.file.folder}} is no known setting
            recursive: true           | delay: 5000                      | 10 | delay is the literal 5000
            recursive: true           | delay: 5s                        | 10 | delay is the literal 5s
            readLock: changed         | recursive: false                 | 11 | the key recursive stands twice in one block
            id: chunks                | delimiter: x                     | 13 | step split has no id
            id: store                 | id: chunks                       | 18 | step id chunks stands twice
            host: "{{registry.host}}" | host: sftp.registry.example      | 23 | host is the literal place sftp.registry.example
            host: "{{registry.host}}" | password: "{{site.word}}"        | 23 | password stands in a route
            strictHostKeyChecking: "yes" | strictHostKeyChecking: "no"   | 21 | would take any server for the registry: no check of the host key
            uri: sftp                 | uri: ftps                        | 21 | would take any server for the registry: no check of certificate and host name
            uri: sftp                 | uri: ftp                         | 21 | delivers in clear text
            uri: sftp                 | uri: "sftp:{{registry.host}}?x=y" | 21 | options stand in the uri
            streaming: true           | straeming: true                  | 15 | Camel's schema refuses
            """)
    void aSlipIsFoundWhereItStands(String good, String slip, int line, String problem) throws IOException {
        write("routes/intake/intake-file.yaml", replaceOnce(GOOD, good, slip));

        assertThat(check()).anySatisfy(fault -> {
            assertThat(fault.problem()).contains(problem);
            assertThat(fault.file()).isEqualTo("routes/intake/intake-file.yaml");
            assertThat(fault.line()).isEqualTo(line);
            assertThat(fault.remedy()).isNotBlank();
        });
    }

    @Test
    void oneMisspelledOptionIsReportedOnceNotThirtyTimes() throws IOException {
        write("routes/intake/intake-file.yaml", GOOD.replace("streaming: true", "straeming: true"));

        assertThat(check()).hasSize(1);
    }

    @Test
    void aBareFilterBetweenReadingAndStoringIsRefused() throws IOException {
        write(
                "routes/intake/intake-file.yaml",
                GOOD.replace(
                        "              - bean: { id: store, ref: ledger, method: store }",
                        "              - filter: { id: leave-out, expression: { simple: { expression: \"${body}\" } }, steps: [ { bean: { id: store, ref: ledger } } ] }"));

        assertThat(check()).extracting(RouteFault::problem).anySatisfy(problem -> assertThat(problem)
                .contains("bare filter"));
    }

    @Test
    void aScriptOfSeveralLinesBelongsIntoABean() throws IOException {
        write(
                "routes/intake/intake-file.yaml",
                GOOD.replace(
                        "        - to:\n",
                        """
                        - setBody:
                            id: compute
                            expression:
                              simple:
                                expression: |-
                                  ${body}
                                  ${body}
                        - to:
                """
                                .indent(0)));

        assertThat(check()).extracting(RouteFault::problem).anySatisfy(problem -> assertThat(problem)
                .contains("script of several lines"));
    }

    @Test
    void twoRoutesWithOneIdAreRefused() throws IOException {
        write("routes/submit/intake-file.yaml", GOOD.replace("group: intake", "group: submit"));

        assertThat(check())
                .extracting(RouteFault::problem)
                .contains("id intake-file is taken by routes/intake/intake-file.yaml");
    }

    @Test
    void anXmlRouteWithTheIdOfAnotherIsRefused() throws IOException {
        write("routes/intake/own.xml", xml("intake-file", "direct:own", "say"));
        write("routes/submit/first.xml", xml("from-here", "direct:here", "say-here"));
        write("routes/submit/second.xml", "<!-- two in a file -->\n" + xml("from-here", "direct:there", "say-there"));

        assertThat(check())
                .extracting(RouteFault::toString)
                .containsExactlyInAnyOrder(
                        "routes/intake/own.xml:1:1: id intake-file is taken by routes/intake/intake-file.yaml. Give one of the two another name",
                        "routes/submit/second.xml:2:1: id from-here is taken by routes/submit/first.xml. Give one of the two another name");
    }

    @Test
    void stepsAndBeginningsOfXmlRoutesHaveTheirNamesAloneToo() throws IOException {
        write("routes/submit/first.xml", xml("first", "direct:here", "store"));
        write("routes/submit/second.xml", xml("second", "direct:here", "say"));

        assertThat(check())
                .extracting(RouteFault::problem)
                .containsExactlyInAnyOrder(
                        "step id store stands twice, the first time in routes/intake/intake-file.yaml",
                        "begins with direct:here as routes/submit/first.xml does, and Camel would start neither");
    }

    @Test
    void aYamlRouteMayGoOnInAnXmlRoute() throws IOException {
        write("routes/submit/first.xml", xml("first", "direct:assembled", "say"));
        write("routes/intake/intake-file.yaml", GOOD + "        - to: { id: go-on, uri: direct:assembled }\n");

        assertThat(check()).isEmpty();
    }

    @Test
    void brokenXmlIsReportedWithItsLineAndLooksForNoOtherFile() throws IOException {
        write("routes/submit/broken.xml", "<routes>\n  <route id='a'>\n</routes>\n");
        write(
                "routes/submit/foreign.xml",
                "<!DOCTYPE r [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>\n<routes><route id='b'><description>&e;</description></route></routes>\n");

        assertThat(check())
                .hasSize(2)
                .allSatisfy(fault ->
                        assertThat(fault.problem()).startsWith("is no XML (").doesNotContain("root:"))
                .extracting(RouteFault::line)
                .containsExactly(3, 2);
    }

    private static String xml(String id, String from, String step) {
        return "<routes xmlns='urn:x'><route id='" + id + "'><from uri='" + from + "'/><log id='" + step
                + "' message='here'/></route></routes>\n";
    }

    @Test
    void aRouteOfManyStepsIsAskedToBeSplit() throws IOException {
        StringBuilder steps = new StringBuilder(GOOD);
        for (int i = 0; i < 20; i++) {
            steps.append("        - log: { id: say-").append(i).append(", message: here }\n");
        }
        write("routes/intake/intake-file.yaml", steps.toString());

        assertThat(check()).extracting(RouteFault::problem).contains("has 23 steps");
    }

    @Test
    void brokenYamlIsReportedWithItsLine() throws IOException {
        write("routes/intake/intake-file.yaml", GOOD.replace("    from:", "   from:"));

        assertThat(check()).singleElement().satisfies(fault -> {
            assertThat(fault.problem()).startsWith("is no YAML");
            assertThat(fault.line()).isEqualTo(6);
        });
    }

    private List<RouteFault> check() {
        return RouteCheck.of(
                Home.of(folder), Set.of("intake.file.directory", "registry.host", "registry.known-hosts", "site.word"));
    }

    private static String replaceOnce(String text, String old, String with) {
        int at = text.indexOf(old);
        assertThat(at).as("the good route holds " + old).isNotNegative();
        return text.substring(0, at) + with + text.substring(at + old.length());
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
