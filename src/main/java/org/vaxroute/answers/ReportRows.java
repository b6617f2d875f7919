package org.vaxroute.answers;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The rows of a report below its headings, one after the other. */
interface ReportRows extends Closeable {
    /**
     * The next row; null at the end.
     *
     * @throws AnswerException when the rest cannot be read
     * @throws IOException when the file cannot be read
     */
    List<String> next() throws IOException;

    /** Whether the row goes on beyond the headings, so that no cell of it is known to stand under its own. */
    boolean isShifted(List<String> row);

    /** Where each field stands; empty when the file has no headings that are known. */
    Map<ReportColumns.Field, Integer> places();
}
