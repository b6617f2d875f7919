package org.vaxroute.boot;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/**
 * VaxRoute as a bundle of an OSGi server such as Karaf. The bundle is the web archive as it is; its jars are laid out in the bundle's own storage and
 * read by a class loader of their own, so that VaxRoute finds its services, schemas and migrations as it does everywhere else.
 *
 * <p>This class is loaded by the server, without those jars: it may name nothing but the JDK and the framework.
 */
public final class BundleShell implements BundleActivator {
    private static final String JARS = "WEB-INF/lib";
    private static final String HOMES = "vaxroute.home";

    private Path files;
    private URLClassLoader loader;
    private AutoCloseable homes;

    /** Starts for the homes that the framework or system property {@code vaxroute.home} names; see {@link BundleHomes}. */
    @Override
    public void start(BundleContext context) throws Exception {
        files = context.getDataFile("lib").toPath();
        remove(files);
        try {
            loader = new URLClassLoader(
                    "vaxroute",
                    layOut(context),
                    ClassLoader.getPlatformClassLoader(),
                    protocol -> protocol.equals("jar") ? new Uncached() : null);
            homes = (AutoCloseable) loader.loadClass("org.vaxroute.boot.BundleHomes")
                    .getConstructor(String.class)
                    .newInstance(context.getProperty(HOMES));
        } catch (ReflectiveOperationException | IOException | RuntimeException e) {
            leave();
            throw e;
        }
    }

    @Override
    public void stop(BundleContext context) throws Exception {
        try {
            homes.close();
        } finally {
            leave();
        }
    }

    private void leave() throws IOException {
        if (loader != null) {
            loader.close();
        }
        remove(files);
    }

    private URL[] layOut(BundleContext context) throws IOException {
        Files.createDirectories(files);
        List<URL> jars = new ArrayList<>();
        for (URL jar : Collections.list(context.getBundle().findEntries(JARS, "*.jar", false))) {
            Path file = files.resolve(Path.of(jar.getPath()).getFileName());
            try (InputStream in = jar.openStream()) {
                Files.copy(in, file);
            }
            jars.add(file.toUri().toURL());
        }
        return jars.toArray(URL[]::new);
    }

    /** Reads from our jars without the JVM's cache of open ones, which would keep them open for good. */
    private static final class Uncached extends URLStreamHandler {
        @Override
        protected URLConnection openConnection(URL url) throws IOException {
            URLConnection connection = new URL(url.toExternalForm()).openConnection();
            connection.setUseCaches(false);
            return connection;
        }
    }

    private static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
    }
}
