package org.vaxroute.vxu;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/** How the tables in {@code config/sources} are written: comma, header line, {@code #} begins a comment line. */
final class Csv {
    static final CSVFormat FORMAT = CSVFormat.DEFAULT
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setCommentMarker('#')
            .setIgnoreEmptyLines(true)
            .setTrim(true)
            .get();

    private Csv() {}

    static String cell(CSVRecord row, String column) {
        return row.isMapped(column) && row.isSet(column) ? row.get(column) : "";
    }
}
