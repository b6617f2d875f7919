package org.vaxroute.vxu;

/**
 * A value of a source row that does not fit its column map. Never holds the value.
 *
 * @param source id of the source
 * @param row number of the row in what was read, from 1
 * @param column the source's column
 * @param dose number of the ORDER group that the value would have stood in, from 1; 0 for the patient's values
 * @param location HL7 location that the column fills; inside a dose {@code ORDER[2]/RXA-3}
 * @param isRequired whether the profile cannot do without the value: without it the message, or that dose, is of no use
 * @param reason what is wrong
 * @param remedy what to do
 */
public record RowFault(
        String source,
        long row,
        String column,
        int dose,
        String location,
        boolean isRequired,
        String reason,
        String remedy) {
    /** The fault as one line for logs and reports. */
    public String text() {
        return "source " + source + ", row " + row + ", column " + column + " (" + location + "): " + reason + "; "
                + remedy;
    }
}
