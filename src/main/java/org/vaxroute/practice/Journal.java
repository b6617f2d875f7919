package org.vaxroute.practice;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.Set;

/** Small facts that must survive a kill: a number in a file, or names in a file. */
final class Journal {
    private static final int DIGITS = 18;

    private Journal() {}

    static long number(Path file) {
        try {
            return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
        } catch (IOException e) {
            throw new PracticeException("the journal " + file + " cannot be read", e);
        }
    }

    /** Written in place at a fixed width, so that a kill leaves the old number or the new one. */
    static void number(Path file, long number) {
        write(
                file,
                ByteBuffer.wrap(String.format("%0" + DIGITS + "d%n", number).getBytes(StandardCharsets.US_ASCII)),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
    }

    static Set<String> names(Path file) {
        try {
            return Files.exists(file)
                    ? new LinkedHashSet<>(Files.readAllLines(file, StandardCharsets.UTF_8))
                    : new LinkedHashSet<>();
        } catch (IOException e) {
            throw new PracticeException("the journal " + file + " cannot be read", e);
        }
    }

    static void name(Path file, String name) {
        write(
                file,
                StandardCharsets.UTF_8.encode(name + "\n"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND);
    }

    private static void write(Path file, ByteBuffer text, StandardOpenOption... options) {
        try (FileChannel out = FileChannel.open(file, options)) {
            while (text.hasRemaining()) {
                out.write(text);
            }
        } catch (IOException e) {
            throw new PracticeException("the journal " + file + " cannot be written; is the disk full?", e);
        }
    }
}
