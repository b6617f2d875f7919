package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.boot.settings.Settings;

/** A copy of what is shipped, for tests that edit it as an engineer would. */
public final class ShippedHome {
    public final Path folder;

    public ShippedHome(Path folder) {
        this.folder = folder;
        for (String part : List.of("routes", "config")) {
            Path from = Path.of(part);
            try (Stream<Path> all = Files.walk(from)) {
                for (Path one : all.filter(Files::isRegularFile).toList()) {
                    Path to = folder.resolve(part).resolve(from.relativize(one));
                    Files.createDirectories(to.getParent());
                    Files.copy(one, to);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        // The gate asks for the folder before it opens.
        mkdir("work/to-upload");
        // Looks often, so that a test need not wait; a clinic whose files are handed to a person.
        set("config/vaxroute.properties", "intake.file.poll", "100ms");
        set("config/vaxroute.properties", "intake.file.min-age", "0s");
        set("config/vaxroute.properties", "feed.tick", "200ms");
        set("config/vaxroute.properties", "deliver.poll", "200ms");
        set("config/vaxroute.properties", "operate.http.enabled", "false");
        set("config/connections/main.properties", "enabled", "true");
        set("config/connections/main.properties", "account.drop-off", "work/to-upload");
    }

    public Settings settings() {
        return Settings.load(Home.of(folder));
    }

    public void mkdir(String place) {
        try {
            Files.createDirectories(folder.resolve(place));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String read(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void write(String file, String text) {
        try {
            Path path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void delete(String file) {
        try {
            Files.delete(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces the one place that holds a text. */
    public void replace(String file, String old, String with) {
        String text = read(file);
        assertThat(text.split(java.util.regex.Pattern.quote(old), -1))
                .as(file + " holds once: " + old)
                .hasSize(2);
        write(file, text.replace(old, with));
    }

    /** Gives a key a value, in its line if there is one. */
    public void set(String file, String key, String value) {
        String line = key + " = " + value;
        String text = read(file);
        String pattern = "(?m)^#?" + java.util.regex.Pattern.quote(key) + " =.*$";
        write(
                file,
                text.matches("(?s).*" + pattern + ".*")
                        ? text.replaceFirst(pattern, java.util.regex.Matcher.quoteReplacement(line))
                        : text + line + "\n");
    }

    public void secret(String file, String text) {
        try {
            Path path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(path, text, StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
