package org.vaxroute.boot;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.vaxroute.boot.settings.Home;

/** The homes that run while their bundle does; {@link BundleShell} makes it by its name, on the other side of the class loader. */
public final class BundleHomes implements AutoCloseable {
    private final ServerShell shell = new ServerShell();

    /**
     * Starts them.
     *
     * @param folders one home, or several parted as the folders of a search path are; null to look where every shell does
     * @throws StartFailed with every fault of settings and routes, or what kept one from starting; none runs then
     */
    public BundleHomes(String folders) {
        shell.start(() -> homes(folders));
    }

    private static List<Home> homes(String folders) {
        if (folders == null || folders.isBlank()) {
            return List.of(Home.find());
        }
        return Arrays.stream(folders.split(File.pathSeparator))
                .map(String::strip)
                .filter(folder -> !folder.isEmpty())
                .map(Path::of)
                .map(Home::of)
                .toList();
    }

    @Override
    public void close() {
        shell.stop();
    }
}
