package org.vaxroute.answers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A results folder on this machine, into which a person lays what the registry's web page gave. */
final class LocalResults implements ResultsFolder {
    private final Path folder;

    LocalResults(Path folder) {
        this.folder = folder;
    }

    @Override
    public List<Listed> list() {
        List<Listed> listed = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return listed;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                BasicFileAttributes about =
                        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                listed.add(new Listed(
                        file.getFileName().toString(),
                        about.size(),
                        about.lastModifiedTime().toInstant(),
                        about.isRegularFile()));
            }
            return listed;
        } catch (IOException e) {
            throw new UncheckedIOException("The folder of answers " + folder + " cannot be read", e);
        }
    }

    @Override
    public void fetch(String name, OutputStream to) throws IOException {
        try (InputStream in = open(name)) {
            in.transferTo(to);
        }
    }

    private InputStream open(String name) throws Refused {
        try {
            return Files.newInputStream(folder.resolve(name), LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw new Refused("This machine does not let us read a file in " + folder + " (" + kind(e) + ").", e);
        }
    }

    @Override
    public void remove(String name) throws Refused {
        try {
            Files.deleteIfExists(folder.resolve(name));
        } catch (IOException e) {
            throw new Refused("This machine does not let us remove a file from " + folder + " (" + kind(e) + ").", e);
        }
    }

    // The message of such a fault is the file's name.
    private static String kind(IOException e) {
        return e.getClass().getSimpleName();
    }

    @Override
    public void close() {
        // Nothing is held open.
    }
}
