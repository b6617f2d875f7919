package org.vaxroute.codes;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The text of a table that people keep. Spreadsheets put a mark in front of UTF-8, and fill short lines up with commas. */
public final class TableText {
    private static final String MARK = "\uFEFF";

    // The mark has three bytes.
    private static final int BEGINNING = 4;

    private TableText() {}

    /**
     * Reads a file, without the mark.
     *
     * @throws IOException when it cannot be read; of what is no UTF-8 it says what to do
     */
    public static String read(Path file) throws IOException {
        try {
            return withoutMark(Files.readString(file, StandardCharsets.UTF_8));
        } catch (CharacterCodingException e) {
            throw new IOException("it is not UTF-8; save it as CSV in UTF-8", e);
        }
    }

    static boolean beginsWithComment(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return withoutMark(new String(in.readNBytes(BEGINNING), StandardCharsets.UTF_8))
                    .startsWith("#");
        }
    }

    /** What a comment line says, without the commas with which it was filled up. */
    static String unfilled(String comment) {
        return comment.replaceFirst("[,\\s]+$", "");
    }

    private static String withoutMark(String text) {
        return text.startsWith(MARK) ? text.substring(MARK.length()) : text;
    }
}
