package org.vaxroute.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HomeTest {
    @TempDir
    Path root;

    @Test
    void theSystemPropertyWinsOverTheVariableAndBothOverTheServer() throws IOException {
        Path a = home("a");
        Path b = home("b");
        Path c = home("c");

        assertThat(Home.find(
                                Map.of("vaxroute.home", a.toString())::get,
                                Map.of("VAXROUTE_HOME", b.toString())::get,
                                () -> Optional.of(c.toString()),
                                root)
                        .folder())
                .isEqualTo(a);
        assertThat(Home.find(
                                name -> null,
                                Map.of("VAXROUTE_HOME", b.toString())::get,
                                () -> Optional.of(c.toString()),
                                root)
                        .folder())
                .isEqualTo(b);
        assertThat(Home.find(name -> null, name -> null, () -> Optional.of(c.toString()), root)
                        .folder())
                .isEqualTo(c);
    }

    @Test
    void theCurrentFolderServesWhenItLooksLikeAHome() throws IOException {
        Path here = home("here");

        assertThat(Home.find(name -> null, name -> null, Optional::empty, here).folder())
                .isEqualTo(here);
        assertThatThrownBy(() -> Home.find(name -> null, name -> null, Optional::empty, root))
                .isInstanceOf(HomeNotFoundException.class)
                .hasMessageContaining("VAXROUTE_HOME")
                .hasMessageContaining("--home");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a?b", "a%41b", "a;b", "a(b", "a)b", "a{{b", "a}}b", "a[b", "a]b", "a\tb"})
    void aFolderWhosePathOthersReadAsASignIsRefusedByName(String name) throws IOException {
        Path home = root.resolve(name).resolve("home");
        Files.createDirectories(home.resolve("routes"));
        Files.createDirectories(home.resolve("config"));
        String character = name.contains("\t") ? "a control character" : "the character " + name.charAt(1);

        assertThatThrownBy(() -> Home.of(home))
                .isInstanceOf(HomeNotFoundException.class)
                .hasMessageContaining(character)
                .hasMessageContaining("link")
                .hasMessageNotContaining("\t");
        Path link = Files.createSymbolicLink(root.resolve("plain"), home);
        assertThat(Home.of(link).folder()).isEqualTo(link);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,b", "a b", "a*b", "a#b", "a+b", "a$b", "a@b&c", "a:b", "\u00e4\u732b"})
    void aFolderWithOtherCharactersIsAHome(String name) throws IOException {
        Path home = root.resolve(name);
        Files.createDirectories(home.resolve("routes"));
        Files.createDirectories(home.resolve("config"));

        assertThat(Home.of(home).folder()).isEqualTo(home);
    }

    @Test
    void theNameIsSafeInAnObjectName() throws IOException {
        assertThat(Home.of(home("Clinic, East=1")).name()).isEqualTo("Clinic--East-1");
    }

    private Path home(String name) throws IOException {
        Path home = root.resolve(name);
        Files.createDirectories(home.resolve("routes"));
        Files.createDirectories(home.resolve("config"));
        return home;
    }
}
