package org.vaxroute.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A message in a person's editor: nobody else can read it there, and nothing of it stays behind. */
class TextEditorTest {
    private static final byte[] MESSAGE = "MSH|^~\\&|A\rPID|1||M\u00fcller\r".getBytes(StandardCharsets.ISO_8859_1);

    @TempDir
    Path place;

    private static Path script(Path folder, String lines) throws Exception {
        Path script = Files.writeString(folder.resolve("editor.sh"), "#!/bin/sh\n" + lines + "\n");
        script.toFile().setExecutable(true);
        return script;
    }

    @Test
    void segmentsAreLinesMeanwhileAndEveryOtherByteStays() throws Exception {
        Path seen = place.resolve("seen");
        Path script = script(
                place,
                "cp \"$1\" " + seen + "; stat -c '%a %n' \"$1\" \"$(dirname \"$1\")\" > " + place.resolve("rights")
                        + "; cp \"$1\" \"$1.swp\"; sed -i 's/PID|1/PID|2/' \"$1\"");
        Path run = place.resolve("run");

        byte[] edited = new TextEditor(script.toString(), run).edit(MESSAGE, "record-7.hl7");

        assertThat(edited).isEqualTo("MSH|^~\\&|A\rPID|2||M\u00fcller\r".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(Files.readString(seen, StandardCharsets.ISO_8859_1)).isEqualTo("MSH|^~\\&|A\nPID|1||M\u00fcller\n");
        assertThat(Files.readAllLines(place.resolve("rights")))
                .satisfiesExactly(
                        file -> assertThat(file).startsWith("600 ").endsWith("record-7.hl7"),
                        folder -> assertThat(folder).startsWith("700 "));
        try (Stream<Path> left = Files.list(run)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void anEditorThatGivesUpChangesNothingAndLeavesNothing() throws Exception {
        Path script = script(place, "exit 3");
        Path run = place.resolve("run");

        assertThatThrownBy(() -> new TextEditor(script.toString(), run).edit(MESSAGE, "record-7.hl7"))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("ended with 3")
                .hasMessageContaining("--file");
        try (Stream<Path> left = Files.list(run)) {
            assertThat(left).isEmpty();
        }
    }

    /** What a person's terminal runs. */
    static final class Edited {
        private Edited() {}

        public static void main(String[] words) {
            new TextEditor("sleep 5; true", Path.of(words[0])).edit(MESSAGE, "record-7.hl7");
        }
    }

    @Test
    void nothingStaysBehindWhenTheTerminalIsClosed() throws Exception {
        Path run = Files.createDirectory(place.resolve("run"));
        Process edited = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Edited.class.getName(),
                        run.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        await().until(() -> left(run).anyMatch(file -> file.endsWith("record-7.hl7")));

        edited.destroy();

        assertThat(edited.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(left(run)).containsExactly(run);
    }

    private static Stream<Path> left(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.toList().stream();
        }
    }

    @Test
    void thePersonsOwnEditorIsUsed() throws Exception {
        Path script = script(place, "printf 'MSH|x\\r\\n\\nPID|y' > \"$1\"");

        byte[] edited = TextEditor.of(Map.of("EDITOR", "false", "VISUAL", "sh " + script), place.resolve("run"))
                .edit(MESSAGE, "record-7.hl7");

        assertThat(edited).isEqualTo("MSH|x\rPID|y".getBytes(StandardCharsets.US_ASCII));
    }
}
