package org.vaxroute.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.vaxroute.boot.check.CamelProbe;
import org.vaxroute.boot.check.RouteCheck;
import org.vaxroute.boot.check.RouteFault;
import org.vaxroute.boot.settings.Settings;

/**
 * Loads all routes of a home where they can do no harm: with beans of their own over no ledger, in a context that starts none of
 * them. The beans of a running server are no part of it, because stopping the trial stops what its routes name.
 */
final class RouteTrial {
    private RouteTrial() {}

    /**
     * Every fault of the routes as the files are now.
     *
     * @throws org.vaxroute.boot.settings.SettingsException when the settings have faults
     * @throws RuntimeException of the rooms, saying what to mend, when rules, tables or sources have
     */
    static List<RouteFault> faults(Settings settings, Clock clock) {
        Path scratch = scratchFolder();
        try {
            Settings harmless = settings.again(Map.of(
                    "vaxroute.work",
                    scratch.toString(),
                    "intake.file.directory",
                    scratch.resolve("in").toString(),
                    "cluster.enabled",
                    "false",
                    "operate.http.enabled",
                    "false"));
            try (VaxRoute trial = VaxRoute.onTrial(harmless, clock)) {
                return RouteCheck.of(harmless.home(), harmless.forRoutes().keySet(), new CamelProbe(trial.context()));
            }
        } finally {
            remove(scratch);
        }
    }

    private static Path scratchFolder() {
        try {
            return Files.createTempDirectory("vaxroute-check");
        } catch (IOException e) {
            throw new UncheckedIOException("No folder for a trial of the routes can be made", e);
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The trial's folder " + folder + " cannot be removed", e);
        }
    }
}
