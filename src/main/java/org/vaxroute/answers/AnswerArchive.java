package org.vaxroute.answers;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Our own copies of answers, one folder a connection: named by their content, never changed, for the owner only. A copy has its name only
 * once all of its bytes are on the disk.
 */
public final class AnswerArchive {
    private final Path root;

    public AnswerArchive(Path root) {
        this.root = root;
    }

    /** What fills a copy. */
    @FunctionalInterface
    interface Source {
        void writeTo(OutputStream out) throws IOException;
    }

    /** A copy that stands on the disk. */
    record Kept(String name, byte[] sha256, long size) {}

    /** Other bytes than were listed: it was cut on the way, or is still being written. */
    static final class Incomplete extends IOException {
        Incomplete(long listed, long fetched) {
            super(fetched + " bytes in place of " + listed);
        }
    }

    /** More bytes than an answer may have. */
    static final class TooLarge extends IOException {
        TooLarge(long most) {
            super("more than " + most + " bytes");
        }
    }

    /** Our copy of an answer file. */
    public Path file(String connection, String keptAs) {
        if (!RemoteName.isHarmless(keptAs)) {
            throw new IllegalArgumentException("The name of a kept answer holds a path");
        }
        return folder(connection).resolve(keptAs);
    }

    /**
     * Removes what an earlier attempt of the same fetcher left unfinished.
     *
     * @throws AnswerException when our own disk fails
     */
    void tidy(String connection, String fetcher) {
        Path folder = folder(connection);
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> rests = Files.newDirectoryStream(folder, unfinished(fetcher) + "*")) {
            for (Path rest : rests) {
                Files.delete(rest);
            }
        } catch (IOException e) {
            throw new AnswerException(
                    "The folder " + folder + " cannot be tidied up (" + e
                            + "). Give the account of this process the right to it; answers are fetched again then.",
                    e);
        }
    }

    /**
     * Keeps a copy.
     *
     * @param name harmless name that tells people what it is
     * @param listed its size as listed
     * @throws Incomplete when it has another size; nothing is kept, because the end of a cut file may name another's record
     * @throws TooLarge when it has more than {@code most} bytes; nothing is kept
     * @throws IOException when the disk or the source fails; nothing is kept
     */
    Kept keep(String connection, String fetcher, String name, long listed, long most, Source source)
            throws IOException {
        Path folder = folder(connection);
        Files.createDirectories(folder);
        protect(folder, "rwx------");
        Path unfinished = Files.createTempFile(folder, unfinished(fetcher), "");
        try {
            MessageDigest digest = sha256();
            long size = write(unfinished, digest, most, source);
            if (size != listed) {
                throw new Incomplete(listed, size);
            }
            byte[] sum = digest.digest();
            String keptAs = HexFormat.of().formatHex(sum, 0, 8) + "-" + name;
            Path copy = folder.resolve(keptAs);
            protect(unfinished, "r--------");
            Files.move(unfinished, copy, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
                entries.force(true);
            }
            return new Kept(keptAs, sum, size);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static long write(Path file, MessageDigest digest, long most, Source source) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                Measured out = new Measured(java.nio.channels.Channels.newOutputStream(channel), digest, most)) {
            source.writeTo(out);
            out.flush();
            channel.force(true);
            return out.size;
        }
    }

    private Path folder(String connection) {
        return root.resolve(connection);
    }

    private static String unfinished(String fetcher) {
        return ".fetch-" + RemoteName.plain(fetcher) + "-";
    }

    private static void protect(Path path, String rights) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view != null) {
            view.setPermissions(PosixFilePermissions.fromString(rights));
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-256; use a complete Java 17 or later.", e);
        }
    }

    private static final class Measured extends FilterOutputStream {
        private final MessageDigest digest;
        private final long most;
        private long size;

        Measured(OutputStream out, MessageDigest digest, long most) {
            super(out);
            this.digest = digest;
            this.most = most;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (size + length > most) {
                throw new TooLarge(most);
            }
            out.write(bytes, from, length);
            digest.update(bytes, from, length);
            size += length;
        }
    }
}
