package org.vaxroute.boot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The folder of one backup: {@code ledger/} with the copy of the ledger, {@code home/} with settings, routes and tables, {@code
 * backup.properties} that says of what it is, and {@code files.sha256} with the SHA-256 of every file.
 */
final class BackupFolder {
    private static final String SUMS = "files.sha256";
    private static final String WORDS = "backup.properties";

    private final Path folder;

    BackupFolder(Path folder) {
        this.folder = folder;
    }

    Path ledger() {
        return folder.resolve("ledger");
    }

    Path home() {
        return folder.resolve("home");
    }

    /** Writes what it is of, and the sums of all that lies in it; closes every file to others. */
    void seal(Map<String, String> words) throws IOException {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(words).forEach((word, value) -> text.append(word + " = " + value + "\n"));
        Files.writeString(folder.resolve(WORDS), text, StandardCharsets.UTF_8);
        StringBuilder sums = new StringBuilder();
        for (Path file : files()) {
            sums.append(sha256(file) + "  " + folder.relativize(file) + "\n");
        }
        Files.writeString(folder.resolve(SUMS), sums, StandardCharsets.UTF_8);
        for (Path file : files()) {
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path below : all.filter(Files::isDirectory).toList()) {
                forceEntries(below);
            }
        }
    }

    /** Makes what was created in a folder, or moved into it, outlast a loss of power. Windows cannot open a folder and does not need it. */
    static void forceEntries(Path folder) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /**
     * Compares every file with its sum.
     *
     * @return what the backup is of
     * @throws StartFailed when it is no backup, or a file is missing or changed, naming it
     */
    Properties verified() {
        Properties words = new Properties();
        try {
            if (!Files.isRegularFile(folder.resolve(SUMS)) || !Files.isRegularFile(folder.resolve(WORDS))) {
                throw new StartFailed(
                        folder + " is no whole backup: it lacks " + SUMS + " or " + WORDS
                                + ". Name the folder that vaxroute backup made, with the date in its name.",
                        null);
            }
            for (String line : Files.readAllLines(folder.resolve(SUMS), StandardCharsets.UTF_8)) {
                String[] parts = line.split("  ", 2);
                Path file = folder.resolve(parts[1]).normalize();
                if (!file.startsWith(folder)
                        || !Files.isRegularFile(file)
                        || !sha256(file).equals(parts[0])) {
                    throw new StartFailed(
                            "The backup is not whole: " + parts[1]
                                    + " is missing or was changed. Take another copy of it.",
                            null);
                }
            }
            try (InputStream in = Files.newInputStream(folder.resolve(WORDS))) {
                words.load(in);
            }
            return words;
        } catch (IOException e) {
            throw new StartFailed("The backup " + folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    static String sha256(Path file) throws IOException {
        return HexFormat.of().formatHex(digest(file));
    }

    static byte[] digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
