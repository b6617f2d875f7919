package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.boot.check.RouteFault;

class RouteTrialTest {
    @TempDir
    Path folder;

    @Test
    void theShippedRoutesAreBuiltWithoutFaultAndNothingIsLeftBehind() throws IOException {
        ShippedHome home = new ShippedHome(folder);

        assertThat(trial(home)).isEmpty();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("routes", "config", "work");
        }
    }

    @Test
    void theLedgerIsNotAsked() {
        ShippedHome home = new ShippedHome(folder);
        home.set("config/vaxroute.properties", "ledger.url", "jdbc:postgresql://127.0.0.1:1/nobody-there");

        assertThat(trial(home)).isEmpty();
    }

    @Test
    void everySlipIsToldWithItsPlaceAndItsRemedyAtOnce() {
        ShippedHome home = new ShippedHome(folder);
        home.replace("routes/intake/intake-file.yaml", "recursive: true", "recursiv: true");
        home.replace("routes/intake/intake-file.yaml", "sortBy: file:modified;file:name", "maxMessagesPerPoll: many");
        home.replace("routes/intake/intake-file.yaml", "ref: newerData", "ref: newestData");
        home.replace("routes/intake/intake-file.yaml", "method: check", "method: examine");
        home.replace("routes/intake/intake-file.yaml", "id: store-file", "id: store-jdbc");
        home.replace("routes/intake/intake-jdbc.yaml", "#eachForItself", "#eachForItsself");
        home.replace("routes/intake/intake-mllp.yaml", "#mllpPeers,", "#mllpPears,");
        home.replace("routes/feeds/ongoing-feed.yaml", "uri: direct:assemble-files", "uri: direct:assemble-flies");
        home.replace("routes/watch/due-watch.yaml", "uri: scheduler", "uri: shceduler");
        home.replace(
                "routes/answers/process-answers.yaml",
                "{{answers.process}}\"\n        initialDelay",
                "{{answers.proces}}\"\n        initialDelay");
        home.replace(
                "routes/submit/assemble-files.yaml",
                "${body.connection}, ${body.feed}",
                "${body.connection, ${body.feed}");
        home.write(
                "routes/watch/own.xml",
                "<routes><route><from uri=\"timer:x\"/><to uri=\"nowhere:y\"/></route></routes>");

        List<String> faults = trial(home).stream().map(RouteFault::toString).toList();

        assertThat(faults).anySatisfy(is("routes/intake/intake-file.yaml:12:9: file has no option recursiv"));
        assertThat(faults).anySatisfy(is("routes/intake/intake-file.yaml:43:19: there is no bean newestData"));
        assertThat(faults).anySatisfy(is("routes/intake/intake-file.yaml:48:19: bean rules has no method examine"));
        assertThat(faults).anySatisfy(is("step id store-jdbc stands twice, the first time in"));
        assertThat(faults).anySatisfy(is("routes/intake/intake-jdbc.yaml:16:13: there is no bean eachForItsself"));
        assertThat(faults).anySatisfy(is("routes/intake/intake-mllp.yaml:13:9: Camel refuses decoders"));
        assertThat(faults).anySatisfy(is("no route begins with direct:assemble-flies"));
        assertThat(faults).anySatisfy(is("routes/watch/due-watch.yaml:8:7: there is no component shceduler"));
        assertThat(faults).anySatisfy(is("placeholder {{answers.proces}} is no known setting"));
        assertThat(faults).anySatisfy(is("routes/watch/own.xml:1:1: Camel cannot build this"));
        assertThat(faults).anySatisfy(is("Camel refuses maxMessagesPerPoll"));
        assertThat(faults).allSatisfy(fault -> assertThat(fault).startsWith("routes/"));
    }

    private static org.assertj.core.api.ThrowingConsumer<String> is(String part) {
        return fault -> assertThat(fault).contains(part);
    }

    private static List<RouteFault> trial(ShippedHome home) {
        return RouteTrial.faults(home.settings(), Clock.systemUTC());
    }
}
