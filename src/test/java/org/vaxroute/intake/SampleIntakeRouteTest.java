package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.SourceFile;
import org.vaxroute.ledger.SourceFileState;

/** Every sample message of other makers is taken and each of its messages is accounted for. */
class SampleIntakeRouteTest {
    @TempDir
    Path home;

    private static Path samples() {
        Optional<Path> found = Stream.iterate(Path.of("").toAbsolutePath(), p -> p != null, Path::getParent)
                .map(p -> Path.of(System.getProperty(
                        "vaxroute.shared", p.resolve("shared").toString())))
                .map(p -> p.resolve("data/samples/vxu"))
                .filter(Files::isDirectory)
                .findFirst();
        Assumptions.assumeTrue(found.isPresent(), "no sample data beside the project");
        return found.get();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(p -> p.toString().endsWith(".hl7")).sorted().toList();
        }
    }

    @Test
    void eachMessageOfEverySampleIsStoredOrItsFileSaysWhyNot() throws Exception {
        try (IntakeHouse house = new IntakeHouse(home)) {
            house.fileSource("clinic");
            List<Path> samples = files(samples());
            for (Path sample : samples) {
                Files.copy(sample, house.in.resolve("clinic/" + sample.getFileName()));
            }
            house.start(Map.of(), Path.of("routes/intake/intake-file.yaml"));

            await().untilAsserted(() -> assertThat(house.ledger.sourceFiles().recent(100))
                    .hasSize(samples.size())
                    .extracting(SourceFile::state)
                    .isSubsetOf(SourceFileState.DONE, SourceFileState.FAILED));
            List<SourceFile> rows = house.ledger.sourceFiles().recent(100);
            assertThat(rows.stream().filter(f -> f.state() == SourceFileState.DONE))
                    .allSatisfy(f -> assertThat((long) f.messagesStored()).isEqualTo(f.messages()));
            assertThat(rows.stream().filter(f -> f.state() == SourceFileState.FAILED))
                    .allSatisfy(f -> assertThat(f.failedWhy()).isNotBlank());
            assertThat(house.read("clinic")).isGreaterThanOrEqualTo(samples.size() - 2L);
            house.assertBalanced();
        }
    }
}
