package org.vaxroute.boot.settings;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that a fuzzer makes up in place of a settings file: settings, or all faults with their lines, never anything else. */
class SettingsFuzzTest {
    @TempDir
    Path folder;

    @FuzzTest(maxDuration = "10m")
    void settings_are_read_or_every_fault_is_named(byte[] file) throws IOException {
        if (file == null) {
            return;
        }
        Files.createDirectories(folder.resolve("routes"));
        Files.createDirectories(folder.resolve("config/connections"));
        Files.createDirectories(folder.resolve("config/registries/immtrac2"));
        Files.write(folder.resolve("config/vaxroute.properties"), file);
        Files.write(folder.resolve("config/connections/main.properties"), file);
        try {
            Settings.load(Home.of(folder), Map.of());
        } catch (SettingsException refused) {
            refused.faults().forEach(Object::toString);
        }
    }
}
