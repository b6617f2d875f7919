package org.vaxroute.answers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A results folder on this machine, into which a person lays what the registry's web page gave. */
final class LocalResults implements ResultsFolder {
    private final Path folder;

    LocalResults(Path folder) {
        this.folder = folder;
    }

    @Override
    public List<Listed> list() {
        if (!Files.isDirectory(folder)) {
            throw new AnswerException("The folder of answers " + folder
                    + " (account.results) is not there. Make it, or bring back the disk or share on which it lies.");
        }
        List<Listed> listed = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                look(file).ifPresent(listed::add);
            }
            return listed;
        } catch (IOException | UncheckedIOException e) {
            throw new AnswerException(
                    "The folder of answers " + folder
                            + " (account.results) cannot be read. Give the account of this process the"
                            + " right to, and look at its disk.",
                    e);
        }
    }

    private static Optional<Listed> look(Path file) throws IOException {
        try {
            BasicFileAttributes about =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return Optional.of(new Listed(
                    file.getFileName().toString(),
                    about.size(),
                    about.lastModifiedTime().toInstant(),
                    about.isRegularFile()));
        } catch (NoSuchFileException takenAway) {
            return Optional.empty();
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
