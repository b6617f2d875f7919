package org.vaxroute.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vaxroute.boot.settings.Home;

/** The files of a home at one moment, for telling what has changed. */
final class HomeFiles {
    /** The settings that routes name. */
    static final String SETTINGS = "config/vaxroute.properties";

    private static final List<String> READ_AT_START =
            List.of("connections", "registries", "sources", "transform", "codes");

    private HomeFiles() {}

    /** Route files and {@value #SETTINGS} by name with their text; of rules and tables size and time, because they may be large. */
    static SortedMap<String, String> read(Home home) {
        try {
            SortedMap<String, String> files = new TreeMap<>();
            for (Path file : home.routeFiles()) {
                files.put(name(home, file), text(file));
            }
            Path settings = home.folder().resolve(SETTINGS);
            files.put(SETTINGS, Files.exists(settings) ? text(settings) : "");
            files.putAll(readAtStart(home, READ_AT_START));
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException("The files of " + home.folder() + " cannot be read", e);
        }
    }

    /** In place of what is no UTF-8 or may not be read something that changes with it: whoever takes the files says what is wrong with this one. */
    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException | AccessDeniedException e) {
            return e.getClass().getSimpleName() + " " + stamp(file);
        }
    }

    private static String stamp(Path file) throws IOException {
        return Files.size(file) + " " + Files.getLastModifiedTime(file);
    }

    /** What rules and transforms are made of, as {@link #read} gives it. */
    static SortedMap<String, String> ofProfiles(Home home) {
        try {
            return readAtStart(home, List.of("registries", "transform", "codes"));
        } catch (IOException e) {
            throw new UncheckedIOException("The files of " + home.config() + " cannot be read", e);
        }
    }

    private static SortedMap<String, String> readAtStart(Home home, List<String> parts) throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        for (String part : parts) {
            for (Path file : Home.filesBelow(home.config().resolve(part))) {
                files.put(name(home, file), stamp(file));
            }
        }
        return files;
    }

    private static String name(Home home, Path file) {
        return home.folder().relativize(file).toString().replace('\\', '/');
    }
}
