package org.vaxroute.answers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Looks through a workbook before anything is taken from it: nothing in it may unfold to more than the memory bears, nor point outside. All
 * of it is unpacked once and thrown away.
 */
final class WorkbookGuard {
    private static final int MOST_PARTS = 1_000;
    private static final long MOST_BYTES = 1L << 30;

    /** Texts that the cells share are held in memory by the reader. */
    private static final long MOST_SHARED = 64L << 20;

    /** Bytes from one row to the next. */
    private static final long LONGEST_ROW = 4L << 20;

    /** Bytes from one element to the next, which is the text of a cell. */
    private static final long LONGEST_TEXT = 1L << 20;

    private static final byte[] DOCTYPE = "<!DOCTYPE".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ROW = "<row".getBytes(StandardCharsets.US_ASCII);

    private long total;

    private WorkbookGuard() {}

    /**
     * @throws AnswerException saying what is wrong with it
     * @throws IOException when the file cannot be read
     */
    static void check(Path file) throws IOException {
        WorkbookGuard guard = new WorkbookGuard();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            if (zip.size() > MOST_PARTS) {
                throw refused("it has " + zip.size() + " parts");
            }
            for (Enumeration<? extends ZipEntry> parts = zip.entries(); parts.hasMoreElements(); ) {
                ZipEntry part = parts.nextElement();
                try (InputStream in = zip.getInputStream(part)) {
                    guard.part(part.getName().toLowerCase(Locale.ROOT), in);
                }
            }
        } catch (ZipException | java.io.EOFException | IllegalArgumentException e) {
            throw new AnswerException(
                    "The workbook is damaged (" + e.getMessage() + "). Fetch it again or ask for it.", e);
        }
    }

    private static AnswerException refused(String why) {
        return new AnswerException("The workbook is not read: " + why
                + ", which no report of a registry has. Look at it yourself, and ask the registry.");
    }

    private void part(String name, InputStream in) throws IOException {
        boolean sheet = name.startsWith("xl/worksheets/");
        byte[] buffer = new byte[1 << 16];
        int doctype = 0;
        int row = 0;
        long sinceElement = 0;
        long sinceRow = 0;
        long size = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            for (int i = 0; i < read; i++) {
                byte b = buffer[i];
                if (size + i < 4 && (b == 0 || b == (byte) 0xfe || b == (byte) 0xff) && isXml(name)) {
                    throw refused("a part of it is not written in UTF-8");
                }
                sinceElement = b == '<' ? 0 : sinceElement + 1;
                doctype = b == DOCTYPE[doctype] ? doctype + 1 : b == DOCTYPE[0] ? 1 : 0;
                row = b == ROW[row] ? row + 1 : b == ROW[0] ? 1 : 0;
                sinceRow++;
                if (doctype == DOCTYPE.length) {
                    throw refused("it declares a document type");
                }
                if (row == ROW.length) {
                    row = 0;
                    sinceRow = 0;
                }
                if (isXml(name) && sinceElement > LONGEST_TEXT) {
                    throw refused("a cell of it holds more than " + LONGEST_TEXT + " bytes");
                }
                if (sheet && sinceRow > LONGEST_ROW) {
                    throw refused("a row of it holds more than " + LONGEST_ROW + " bytes");
                }
            }
            size += read;
            total += read;
            if (total > MOST_BYTES || !sheet && size > MOST_SHARED) {
                throw refused("it unfolds to more than " + (sheet ? MOST_BYTES : MOST_SHARED) + " bytes");
            }
        }
    }

    private static boolean isXml(String name) {
        return name.endsWith(".xml") || name.endsWith(".rels");
    }
}
