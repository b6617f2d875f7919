package org.vaxroute.answers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/** Data-quality reports as Excel workbooks (XLSX), by the headings that a registry's profile names, in the first sheet that has them. */
final class SheetFormat implements AnswerFormat {
    private final AnswerCatalogue catalogue;
    private final ReportColumns columns;

    SheetFormat(AnswerCatalogue catalogue, ReportColumns columns) {
        this.catalogue = catalogue;
        this.columns = columns;
    }

    @Override
    public String name() {
        return "sheet";
    }

    @Override
    public boolean recognises(String fileName, byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        return text.startsWith("PK\u0003\u0004")
                && (fileName.toLowerCase(Locale.ROOT).contains(".xlsx")
                        || text.contains("[Content_Types].xml")
                        || text.contains("xl/"));
    }

    @Override
    public boolean goesMessageByMessage() {
        return false;
    }

    @Override
    public Answers open(Path file) throws IOException {
        WorkbookGuard.check(file);
        return new ReportLines(new SheetRows(file, columns), new Remarks(catalogue));
    }
}
