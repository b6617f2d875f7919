package org.vaxroute.answers;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Data-quality reports as delimited text (comma, semicolon, tab or bar), by the headings that a registry's profile names. */
public final class ReportFormat implements AnswerFormat {
    private final AnswerCatalogue catalogue;
    private final ReportColumns columns;

    ReportFormat(AnswerCatalogue catalogue, ReportColumns columns) {
        this.catalogue = catalogue;
        this.columns = columns;
    }

    /**
     * Reads the headings from the files in order.
     *
     * @param files with the columns <code>field, heading</code>; those that are not there are left out
     * @throws AnswerException when one cannot be read
     */
    public static ReportFormat load(AnswerCatalogue catalogue, List<Path> files) {
        return new ReportFormat(catalogue, ReportColumns.load(files));
    }

    @Override
    public String name() {
        return "report";
    }

    @Override
    public boolean recognises(String fileName, byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        return !text.startsWith("PK\u0003\u0004")
                && TextLines.plain(text)
                        .lines()
                        .limit(DelimitedRows.TITLE_LINES)
                        .anyMatch(line -> DelimitedRows.headings(line, columns).isPresent());
    }

    @Override
    public boolean goesMessageByMessage() {
        return false;
    }

    @Override
    public Answers open(Path file) throws IOException {
        return read(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
    }

    Answers read(InputStream in) {
        return new ReportLines(new DelimitedRows(new TextLines(in), columns), new Remarks(catalogue));
    }
}
