package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is checked is what runs after a start. */
class RouteFilesTest {
    @TempDir
    Path folder;

    @Test
    void whatLiesBehindALinkRunsToo() throws Exception {
        ShippedHome home = new ShippedHome(folder.resolve("home"));
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        link(home.folder.resolve("routes/intake"), elsewhere.resolve("intake"));
        link(home.folder.resolve("routes"), elsewhere.resolve("routes"));

        try (VaxRoute server = VaxRoute.start(home.settings(), Clock.systemUTC())) {
            assertThat(server.context().getRoute("due-watch")).isNotNull();
            assertThat(server.context().getRoute("intake-file")).isNotNull();
        }
    }

    @Test
    void aHomeMayHaveAnOddName() throws Exception {
        ShippedHome home = new ShippedHome(folder.resolve("our home, 1 + 50*"));

        try (VaxRoute server = VaxRoute.start(home.settings(), Clock.systemUTC())) {
            assertThat(server.context().getRoute("due-watch")).isNotNull();
        }
    }

    @Test
    void aFolderAsKubernetesMountsItHoldsEachFileOnce() throws Exception {
        ShippedHome home = new ShippedHome(folder.resolve("home"));
        Path watch = home.folder.resolve("routes/watch");
        Path moment = watch.resolve("..2026_11_27_20_00_00");
        Files.createDirectory(moment);
        Files.move(watch.resolve("due-watch.yaml"), moment.resolve("due-watch.yaml"));
        Files.createSymbolicLink(watch.resolve("..data"), moment.getFileName());
        Files.createSymbolicLink(watch.resolve("due-watch.yaml"), Path.of("..data/due-watch.yaml"));

        assertThat(check(home)).isEmpty();
    }

    @Test
    void aHomeWithoutRoutesIsAFault() throws Exception {
        ShippedHome home = new ShippedHome(folder.resolve("home"));
        Files.move(home.folder.resolve("routes"), folder.resolve("elsewhere"));
        home.mkdir("routes");

        assertThat(check(home))
                .singleElement()
                .asString()
                .contains("routes")
                .contains("holds no route, so that nothing would be read, sent or watched")
                .contains("mount the right folder");
    }

    @Test
    void aFileInAnotherEncodingIsNamed() throws Exception {
        ShippedHome home = new ShippedHome(folder.resolve("home"));
        Path file = home.folder.resolve("routes/watch/due-watch.yaml");
        Files.write(
                file,
                (Files.readString(file) + "# Jos\u00e9\n").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));

        assertThat(check(home))
                .singleElement()
                .asString()
                .startsWith("routes/watch/due-watch.yaml:1:1: cannot be read as UTF-8 text")
                .endsWith("save it as UTF-8");
    }

    private static List<String> check(ShippedHome home) {
        return new StandaloneHouse().check(home.folder);
    }

    private static void link(Path place, Path elsewhere) throws Exception {
        Files.move(place, elsewhere);
        Files.createSymbolicLink(place, elsewhere);
    }
}
