package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.boot.settings.Home;

/** A server starts and stops us as often as it likes, and nothing of ours stays. */
class ServerShellTest {
    @TempDir
    Path folder;

    @Test
    void twoHomesRunBesideEachOtherAndNothingIsLeftAfterEachStop() throws Exception {
        ShippedHome north = new ShippedHome(folder.resolve("north"));
        ShippedHome south = new ShippedHome(folder.resolve("south"));
        north.set("config/vaxroute.properties", "operate.http.enabled", "true");
        north.set("config/vaxroute.properties", "operate.http.host", "0.0.0.0");
        Set<String> threadsBefore = threads();
        Set<ObjectName> beansBefore = beans();
        ServerShell shell = new ServerShell();

        for (int n = 0; n < 2; n++) {
            shell.start(() -> List.of(Home.of(north.folder), Home.of(south.folder)));
            assertThat(beans().stream().map(name -> name.getKeyProperty("home")).collect(Collectors.toSet()))
                    .contains("north", "south");
            assertThat(threads()).as("our own web server stays off").noneMatch(name -> name.contains("http-nio"));

            shell.stop();

            assertThat(beans()).isEqualTo(beansBefore);
            await().untilAsserted(() -> assertThat(threads()).isSubsetOf(threadsBefore));
        }
    }

    @Test
    void aHomeWithAFaultStartsNothingAndSaysWhy() {
        ShippedHome good = new ShippedHome(folder.resolve("good"));
        ShippedHome faulty = new ShippedHome(folder.resolve("faulty"));
        faulty.replace(
                "routes/watch/due-watch.yaml",
                "ref: dueWatch\n                method: connections",
                "ref: dewWatch\n                method: connections");
        ServerShell shell = new ServerShell();

        assertThatThrownBy(() -> shell.start(() -> List.of(Home.of(good.folder), Home.of(faulty.folder))))
                .isInstanceOf(StartFailed.class)
                .hasMessageContaining("there is no bean dewWatch");
        assertThat(beans()).noneMatch(name -> List.of("good", "faulty").contains(name.getKeyProperty("home")));
    }

    private static Set<ObjectName> beans() {
        Set<ObjectName> names = new TreeSet<>();
        ManagementFactory.getPlatformMBeanServer().queryNames(null, null).stream()
                .filter(name -> Set.of("org.vaxroute", "org.apache.camel").contains(name.getDomain()))
                .forEach(names::add);
        return names;
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.matches("(vaxroute|Camel|ledger|store-|H2|MVStore|http-nio).*|.*Netty.*"))
                .collect(Collectors.toSet());
    }
}
