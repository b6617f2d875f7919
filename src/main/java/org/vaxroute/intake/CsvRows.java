package org.vaxroute.intake;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;

/** Reads the rows of a CSV file in UTF-8 with a header line, one at a time. */
final class CsvRows implements Iterator<Map<String, String>>, Closeable {
    private static final CSVFormat FORMAT = CSVFormat.DEFAULT
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setIgnoreEmptyLines(true)
            .setNullString("")
            .setDuplicateHeaderMode(DuplicateHeaderMode.DISALLOW)
            .get();

    private static final Pattern SEPARATED_OTHERWISE = Pattern.compile("[;\t|]");

    private final CSVParser parser;
    private final Iterator<CSVRecord> records;
    private final BoundedReader reader;
    private final List<String> header;
    private long row;

    /**
     * @param longestRow characters that one row may have, so that a quote that is never closed cannot fill the memory
     * @throws CsvFormatException when there is no usable header line
     */
    CsvRows(InputStream in, int longestRow) throws IOException {
        reader = new BoundedReader(
                new BufferedReader(new InputStreamReader(
                        withoutMark(in),
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .onMalformedInput(CodingErrorAction.REPORT)
                                .onUnmappableCharacter(CodingErrorAction.REPORT))),
                longestRow);
        try {
            parser = CSVParser.builder().setReader(reader).setFormat(FORMAT).get();
        } catch (IllegalArgumentException e) {
            throw new CsvFormatException("The header line has an empty or repeated column name; correct the export.");
        } catch (IOException e) {
            throw unusable(e, 0);
        }
        header = parser.getHeaderNames();
        records = parser.iterator();
        if (header.size() == 1 && SEPARATED_OTHERWISE.matcher(header.get(0)).find()) {
            throw new CsvFormatException(
                    "The header line has no comma between its columns; export the file with commas, not semicolons or tabs.");
        }
    }

    private static InputStream withoutMark(InputStream in) throws IOException {
        var pushback = new PushbackInputStream(in, 3);
        byte[] first = pushback.readNBytes(3);
        boolean mark =
                first.length == 3 && first[0] == (byte) 0xef && first[1] == (byte) 0xbb && first[2] == (byte) 0xbf;
        if (!mark) {
            pushback.unread(first);
        }
        return pushback;
    }

    List<String> header() {
        return header;
    }

    /** Rows read so far. */
    long row() {
        return row;
    }

    @Override
    public boolean hasNext() {
        try {
            return records.hasNext();
        } catch (UncheckedIOException e) {
            throw unusable(e.getCause(), row + 1);
        } catch (IllegalStateException e) {
            throw new CsvFormatException("Row " + (row + 1) + " is no CSV; correct the export.");
        }
    }

    @Override
    public Map<String, String> next() {
        hasNext();
        CSVRecord record = records.next();
        reader.rowBegins();
        row++;
        if (!record.isConsistent()) {
            throw new CsvFormatException("Row " + row + " has " + record.size() + " columns where the header has "
                    + header.size() + "; correct the export.");
        }
        Map<String, String> values = new HashMap<>(header.size() * 2);
        for (int i = 0; i < header.size(); i++) {
            values.put(header.get(i), asTyped(record.get(i)));
        }
        return values;
    }

    /** {@code ="0123"} is how an export keeps a spreadsheet from taking a text for a number. */
    private static String asTyped(String cell) {
        String formula = cell == null ? "" : cell.strip();
        if (formula.length() < 3 || !formula.startsWith("=\"") || !formula.endsWith("\"")) {
            return cell;
        }
        String text = formula.substring(2, formula.length() - 1);
        return text.replace("\"\"", "").indexOf('"') < 0 ? text.replace("\"\"", "\"") : cell;
    }

    private static RuntimeException unusable(IOException e, long row) {
        if (e instanceof java.nio.charset.CharacterCodingException) {
            return new CsvFormatException("Row " + row + " is not UTF-8; export the file as UTF-8.");
        }
        if (e instanceof RowTooLongException) {
            return new CsvFormatException("Row " + row + " does not end; look for a quote that is never closed.");
        }
        if (e instanceof CSVException
                || e.getMessage() != null && e.getMessage().contains("EOF reached")) {
            return new CsvFormatException("Row " + row + " is cut or its quotes do not match; export the file again.");
        }
        return new UncheckedIOException(e);
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }

    /** A CSV file that cannot be read to its end. */
    static final class CsvFormatException extends RuntimeException {
        CsvFormatException(String message) {
            super(message);
        }
    }

    private static final class RowTooLongException extends IOException {
        RowTooLongException() {
            super("row too long");
        }
    }

    private static final class BoundedReader extends FilterReader {
        private final int longest;
        private long since;

        BoundedReader(Reader in, int longest) {
            super(in);
            this.longest = longest + 65_536;
        }

        void rowBegins() {
            since = 0;
        }

        @Override
        public int read() throws IOException {
            int c = super.read();
            count(c < 0 ? 0 : 1);
            return c;
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            int n = super.read(buffer, offset, length);
            count(Math.max(0, n));
            return n;
        }

        private void count(int n) throws IOException {
            since += n;
            if (since > longest) {
                throw new RowTooLongException();
            }
        }
    }
}
