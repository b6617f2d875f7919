package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.RecordTrace;

class ManifestTest {
    @TempDir
    Path folder;

    private final RecordTrace whole = new RecordTrace(
            7,
            11,
            "clinic",
            Feed.ONGOING,
            "north \\ south",
            null,
            null,
            null,
            -5,
            "0a",
            "0b",
            "0c",
            4,
            List.of(
                    new RecordTrace.Dose(1, -9, -12, "aa", LocalDate.of(2026, 1, 11), "03", "NEW", "A"),
                    new RecordTrace.Dose(3, 9, 9, "bb", null, "a ] \" odd", "REFUSED", "")));
    private final RecordTrace part =
            new RecordTrace(8, 12, "rows", Feed.HISTORICAL, "", 5L, 6L, 9L, 1, "0a", "0b", "", 0, List.of());
    private final Manifest manifest = new Manifest(
            "ABC26034.0.hl7",
            "main",
            "PRODUCTION",
            "ONGOING",
            "00ff",
            1234,
            new Manifest.Decision(
                    "BCDF",
                    3,
                    11,
                    12,
                    2,
                    1,
                    "main",
                    "in \"quoted\" [é]",
                    "abc26034.*.hl7",
                    0,
                    Instant.parse("2026-02-03T18:00:00Z"),
                    "fhs=true\nzone=America/Chicago"),
            List.of(
                    Manifest.Member.of(7, "BCDF-7", 2, bytes("MSH|one"), whole),
                    Manifest.Member.of(8, "BCDF-8", 1, bytes("MSH|two"), part)));

    @Test
    void what_was_written_is_read_again() throws IOException {
        assertThat(Manifest.read(written())).isEqualTo(manifest);
    }

    @Test
    void it_is_json_with_ids_counts_and_hashes_and_nothing_of_a_message() throws IOException {
        assertThat(Files.readString(written()))
                .startsWith("{\n  \"name\": \"ABC26034.0.hl7\",")
                .contains(
                        "\"messages\": 2,",
                        "\"doses\": 3,",
                        "{\"record\": 7, \"controlId\": \"BCDF-7\", \"doses\": 2, \"sha256\": \"")
                .doesNotContain("MSH");
    }

    @Test
    void one_that_was_cut_short_is_refused() throws IOException {
        Path file = written();
        String text = Files.readString(file);
        Files.writeString(file, text.substring(0, text.indexOf("\"record\": 8")));
        assertThatThrownBy(() -> Manifest.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cut short");
    }

    @Test
    void one_of_an_older_version_is_read_and_says_that_it_is_not_whole() throws IOException {
        Manifest older = new Manifest(
                manifest.name(),
                manifest.connection(),
                manifest.stage(),
                manifest.feed(),
                manifest.sha256(),
                manifest.bytes(),
                null,
                List.of(new Manifest.Member(7, "BCDF-7", 2, "00", null)));
        Path file = folder.resolve("older.manifest.json");
        try (OutputStream out = Files.newOutputStream(file)) {
            older.writeTo(out);
        }
        assertThat(Manifest.read(file)).isEqualTo(older);
        assertThat(Manifest.read(file).whole()).isFalse();
        assertThat(manifest.whole()).isTrue();
    }

    private Path written() throws IOException {
        Path file = folder.resolve("ABC26034.0.hl7.manifest.json");
        try (OutputStream out = Files.newOutputStream(file)) {
            manifest.writeTo(out);
        }
        return file;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
