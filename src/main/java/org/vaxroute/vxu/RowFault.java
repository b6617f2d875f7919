package org.vaxroute.vxu;

/**
 * A value of a source row that does not fit its column map. Never holds the value.
 *
 * @param source id of the source
 * @param row number of the row in what was read, from 1
 * @param column the source's column
 * @param location HL7 location that the column fills
 * @param reason what is wrong
 * @param remedy what to do
 */
public record RowFault(String source, long row, String column, String location, String reason, String remedy) {
    /** The fault as one line for logs and reports. */
    public String text() {
        return "source " + source + ", row " + row + ", column " + column + " (" + location + "): " + reason + "; "
                + remedy;
    }
}
