package org.vaxroute.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Code, shipped settings and documents say the same of every key. After a change to the catalogue run this test with {@code
 * -Dvaxroute.write-documents=true}: it writes the table anew and says which lines the shipped files lack.
 */
class SettingsDocumentsTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath();
    private static final Pattern SETTING = Pattern.compile("#?([a-z][A-Za-z0-9.*_-]*)\\s*=\\s*(.*)");

    @Test
    void theDocumentedTableIsTheCatalogue() throws IOException {
        Path document = PROJECT.resolve("docs/settings.md");
        String written = Files.readString(document);
        String expected = SettingsTable.putInto(written);
        if (Boolean.getBoolean("vaxroute.write-documents")) {
            Files.writeString(document, expected);
        } else {
            assertThat(written).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "config/vaxroute.properties",
                "config/connections/main.properties",
                "config/registries/immtrac2/registry.properties",
                "config/registries/generic-wir/registry.properties"
            })
    void aShippedFileShowsEveryKeyWithItsCommentAndItsDefault(String name) throws IOException {
        SettingFile kind = kindOf(name);
        List<String> lines = Files.readAllLines(PROJECT.resolve(name));
        List<String> faults = new ArrayList<>();

        for (SettingKey key : SettingCatalogue.of(kind)) {
            String proposal = "\n# " + key.comment() + "\n" + (key.fallback() == null ? "#" : "")
                    + key.with("ID").replace("**", "NAME") + " = " + (key.fallback() == null ? "" : key.fallback());
            int at = firstLineOf(key, lines);
            if (at < 0) {
                faults.add("lacks " + proposal);
            } else if (at == 0 || !lines.get(at - 1).equals("# " + key.comment())) {
                faults.add("line " + (at + 1) + " should stand below: # " + key.comment());
            } else if (lines.get(at).startsWith("#")
                    && key.fallback() != null
                    && !valueIn(lines.get(at)).equals(key.fallback())) {
                faults.add("line " + (at + 1) + " shows another default than " + key.fallback());
            }
        }

        assertThat(faults).as(name).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "config/vaxroute.properties",
                "config/connections/main.properties",
                "config/registries/immtrac2/registry.properties",
                "config/registries/generic-wir/registry.properties"
            })
    void aShippedFileNamesNoKeyThatIsNotKnown(String name) throws IOException {
        SettingFile kind = kindOf(name);

        assertThat(Files.readAllLines(PROJECT.resolve(name)).stream()
                        .flatMap(SettingsDocumentsTest::keyIn)
                        .filter(key -> SettingCatalogue.find(kind, key).isEmpty()))
                .isEmpty();
    }

    @Test
    void theShippedSettingsLoad() {
        Settings settings = Settings.load(Home.of(PROJECT));

        assertThat(settings.connections()).containsOnlyKeys("main");
        assertThat(settings.connections().get("main").flag("enabled"))
                .as("an untouched installation sends nothing")
                .isFalse();
    }

    private static SettingFile kindOf(String name) {
        if (name.contains("registries")) {
            return SettingFile.REGISTRY;
        }
        return name.contains("connections") ? SettingFile.CONNECTION : SettingFile.VAXROUTE;
    }

    private static int firstLineOf(SettingKey key, List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            if (keyIn(lines.get(i)).anyMatch(key::matches)) {
                return i;
            }
        }
        return -1;
    }

    private static Stream<String> keyIn(String line) {
        Matcher setting = SETTING.matcher(line);
        return setting.matches() ? Stream.of(setting.group(1)) : Stream.empty();
    }

    private static String valueIn(String line) {
        return line.substring(line.indexOf('=') + 1).strip();
    }
}
