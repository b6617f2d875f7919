package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
    @TempDir
    Path folder;

    private final Manifest manifest = new Manifest(
            "ABC26034.0.hl7",
            "main",
            "PRODUCTION",
            "ONGOING",
            "00ff",
            1234,
            List.of(
                    Manifest.Member.of(7, "BCDF-7", 2, bytes("MSH|one")),
                    Manifest.Member.of(8, "BCDF-8", 1, bytes("MSH|two"))));

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
