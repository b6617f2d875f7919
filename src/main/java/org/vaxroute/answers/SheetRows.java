package org.vaxroute.answers;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.dhatim.fastexcel.reader.Cell;
import org.dhatim.fastexcel.reader.CellType;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.ReadingOptions;
import org.dhatim.fastexcel.reader.Row;
import org.dhatim.fastexcel.reader.Sheet;

/** Rows of the first sheet of a workbook that has headings which are known. */
final class SheetRows implements ReportRows {
    private static final int MOST_COLUMNS = 1_000;

    private final ReadableWorkbook book;
    private final Stream<Row> stream;
    private final Iterator<Row> rows;
    private final Map<ReportColumns.Field, Integer> places;

    SheetRows(Path file, ReportColumns columns) throws IOException {
        try {
            book = new ReadableWorkbook(file.toFile(), new ReadingOptions(true, true));
        } catch (RuntimeException | IOException e) {
            // That it can be read from the disk was seen before.
            throw damaged(e);
        }
        try {
            for (Sheet sheet : book.getSheets().toList()) {
                Stream<Row> all = sheet.openStream();
                Iterator<Row> each = all.iterator();
                for (int i = 0; i < DelimitedRows.TITLE_LINES && each.hasNext(); i++) {
                    Optional<Map<ReportColumns.Field, Integer>> found = columns.in(cells(each.next()));
                    if (found.isPresent()) {
                        stream = all;
                        rows = each;
                        places = found.get();
                        return;
                    }
                }
                all.close();
            }
        } catch (RuntimeException | IOException e) {
            book.close();
            throw damaged(e);
        }
        book.close();
        throw new AnswerException(
                "No sheet of the workbook has headings that answers-report.csv of the registry's profile names.");
    }

    private static AnswerException damaged(Exception e) {
        return new AnswerException("The workbook is damaged. Fetch it again or ask for it.", e);
    }

    @Override
    public List<String> next() {
        try {
            return rows.hasNext() ? cells(rows.next()) : null;
        } catch (RuntimeException e) {
            throw damaged(e);
        }
    }

    /** A sheet keeps its cells in their columns. */
    @Override
    public boolean isShifted(List<String> row) {
        return false;
    }

    @Override
    public Map<ReportColumns.Field, Integer> places() {
        return places;
    }

    private static List<String> cells(Row row) {
        List<String> cells = new ArrayList<>();
        for (Cell cell : row) {
            if (cell != null && cell.getColumnIndex() < MOST_COLUMNS) {
                while (cells.size() < cell.getColumnIndex()) {
                    cells.add("");
                }
                cells.add(text(cell));
            }
        }
        return cells;
    }

    private static String text(Cell cell) {
        if (cell.getType() != CellType.NUMBER) {
            return cell.getText() == null ? "" : cell.getText();
        }
        BigDecimal number = cell.asNumber();
        String format = cell.getDataFormatString();
        if (format != null
                && format.matches("(?is).*(yy|d).*(m).*|.*m.*(yy|d).*")
                && !format.equalsIgnoreCase("general")) {
            return cell.asDate().toString();
        }
        return number.stripTrailingZeros().toPlainString();
    }

    @Override
    public void close() throws IOException {
        stream.close();
        book.close();
    }
}
