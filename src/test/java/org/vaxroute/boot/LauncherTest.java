package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that starts Java, with a Java that only says how it was started. */
class LauncherTest {
    @TempDir
    Path folder;

    @Test
    void aServiceWithoutALanguageReadsFilesWhateverLettersTheirNamesHave() throws Exception {
        assertThat(language(Map.of())).isEqualTo("C.UTF-8");
        assertThat(language(Map.of("LANG", "POSIX"))).isEqualTo("C.UTF-8");
        assertThat(language(Map.of("LANG", "en_US.UTF-8", "LC_ALL", "C"))).isEqualTo("C.UTF-8");
        assertThat(language(Map.of("LANG", "es_US.UTF-8"))).as("somebody's own").isEmpty();
    }

    private String language(Map<String, String> environment) throws Exception {
        Path script = folder.resolve("bin/vaxroute");
        Path java = folder.resolve("jdk/bin/java");
        Files.createDirectories(script.getParent());
        Files.createDirectories(java.getParent());
        Files.createDirectories(folder.resolve("lib"));
        Files.write(script, Files.readAllBytes(Path.of("src/main/dist/bin/vaxroute")));
        Files.writeString(java, "#!/bin/sh\necho \"$LC_ALL\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        ProcessBuilder started = new ProcessBuilder("sh", script.toString(), "status");
        started.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
        started.environment().putAll(environment);
        started.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
        Process process = started.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.strip();
    }
}
