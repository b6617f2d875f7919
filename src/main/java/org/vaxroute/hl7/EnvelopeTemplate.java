package org.vaxroute.hl7;

import java.util.List;

/**
 * The envelope of a batch file: which of the four segments a registry wants, whether the trailers carry counts, and
 * what the headers say. The national guide asks only for BHS and BTS and leaves every field after the encoding
 * characters optional; base HL7 2.5.1 (2.10.3) defines the fields.
 *
 * @param fileHeader write FHS
 * @param batchHeader write BHS
 * @param batchTrailer write BTS
 * @param fileTrailer write FTS
 * @param counts write BTS-1 (messages) and FTS-1 (batches)
 * @param file what FHS says
 * @param batch what BHS says
 */
public record EnvelopeTemplate(
        boolean fileHeader,
        boolean batchHeader,
        boolean batchTrailer,
        boolean fileTrailer,
        boolean counts,
        Header file,
        Header batch) {

    /** All four segments, with counts. */
    public static EnvelopeTemplate full(Header file, Header batch) {
        return new EnvelopeTemplate(true, true, true, true, true, file, batch);
    }

    /** The same segments with other header values: the template comes from settings, the values from the file. */
    public EnvelopeTemplate with(Header file, Header batch) {
        return new EnvelopeTemplate(fileHeader, batchHeader, batchTrailer, fileTrailer, counts, file, batch);
    }

    /**
     * The fields of FHS or BHS that are filled. Each is ER7 text, so that a field may have components
     * ({@code NAME^2.16.840^ISO}); "" leaves it out.
     *
     * @param sendingApplication FHS-3, BHS-3
     * @param sendingFacility FHS-4, BHS-4
     * @param receivingApplication FHS-5, BHS-5
     * @param receivingFacility FHS-6, BHS-6
     * @param created FHS-7, BHS-7: HL7 time stamp
     * @param name FHS-9 file name, BHS-9 batch name
     * @param controlId FHS-11, BHS-11
     * @param reference FHS-12, BHS-12: the control id of the earlier file or batch that this one replaces
     */
    public record Header(
            String sendingApplication,
            String sendingFacility,
            String receivingApplication,
            String receivingFacility,
            String created,
            String name,
            String controlId,
            String reference) {

        /** Nothing after the encoding characters. */
        public static final Header EMPTY = new Header("", "", "", "", "", "", "", "");

        /**
         * @throws IllegalArgumentException when a value holds a field separator or control character
         */
        public Header {
            for (String value : List.of(
                    sendingApplication,
                    sendingFacility,
                    receivingApplication,
                    receivingFacility,
                    created,
                    name,
                    controlId,
                    reference)) {
                if (value.chars().anyMatch(c -> c < ' ' || c == Encoding.STANDARD.field())) {
                    throw new IllegalArgumentException(
                            "a value of a file or batch header holds | or a control character; write it without");
                }
            }
        }

        String segment(String segmentName) {
            List<String> fields = List.of(
                    segmentName,
                    Encoding.STANDARD.characters(),
                    sendingApplication,
                    sendingFacility,
                    receivingApplication,
                    receivingFacility,
                    created,
                    "",
                    name,
                    "",
                    controlId,
                    reference);
            int last = fields.size();
            while (last > 2 && fields.get(last - 1).isEmpty()) {
                last--;
            }
            String segment = String.join("|", fields.subList(0, last));
            // Readers look for the separator behind the encoding characters to know a header.
            return last == 2 ? segment + "|" : segment;
        }
    }
}
