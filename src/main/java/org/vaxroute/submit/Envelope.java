package org.vaxroute.submit;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.vaxroute.hl7.EnvelopeTemplate;
import org.vaxroute.ledger.ControlIds;
import org.vaxroute.ledger.SubmissionFile;

/**
 * What stands around and at the head of the messages of a file, apart from what follows from the file itself. It is kept with the
 * file in the ledger, so that a file decided before a change of settings is written as it was decided.
 *
 * @param fileHeader write FHS
 * @param batchHeader write BHS
 * @param batchTrailer write BTS
 * @param fileTrailer write FTS
 * @param counts write BTS-1 and FTS-1
 * @param sendingApplication FHS-3 and BHS-3, like MSH-3
 * @param sendingFacility FHS-4 and BHS-4, like MSH-4
 * @param receivingApplication FHS-5 and BHS-5, like MSH-5
 * @param receivingFacility FHS-6 and BHS-6, like MSH-6
 * @param processingId MSH-11 of every message; empty leaves it as it is
 * @param zone time zone of FHS-7 and BHS-7
 */
public record Envelope(
        boolean fileHeader,
        boolean batchHeader,
        boolean batchTrailer,
        boolean fileTrailer,
        boolean counts,
        String sendingApplication,
        String sendingFacility,
        String receivingApplication,
        String receivingFacility,
        String processingId,
        ZoneId zone) {
    private static final DateTimeFormatter HL7_TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmssxx", Locale.ROOT);

    /** All four segments with counts. */
    public static Envelope full(
            String sendingApplication,
            String sendingFacility,
            String receivingApplication,
            String receivingFacility,
            String processingId,
            ZoneId zone) {
        return new Envelope(
                true,
                true,
                true,
                true,
                true,
                sendingApplication,
                sendingFacility,
                receivingApplication,
                receivingFacility,
                processingId,
                zone);
    }

    /** The form in which the ledger keeps it: one <code>name=value</code> a line. */
    String text() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("fhs", fileHeader);
        values.put("bhs", batchHeader);
        values.put("bts", batchTrailer);
        values.put("fts", fileTrailer);
        values.put("counts", counts);
        values.put("sending-application", sendingApplication);
        values.put("sending-facility", sendingFacility);
        values.put("receiving-application", receivingApplication);
        values.put("receiving-facility", receivingFacility);
        values.put("processing-id", processingId);
        values.put("zone", zone);
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining("\n"));
    }

    static Envelope parse(String text) {
        Map<String, String> values = text.lines()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
        return new Envelope(
                Boolean.parseBoolean(values.get("fhs")),
                Boolean.parseBoolean(values.get("bhs")),
                Boolean.parseBoolean(values.get("bts")),
                Boolean.parseBoolean(values.get("fts")),
                Boolean.parseBoolean(values.get("counts")),
                values.get("sending-application"),
                values.get("sending-facility"),
                values.get("receiving-application"),
                values.get("receiving-facility"),
                values.get("processing-id"),
                ZoneId.of(values.get("zone")));
    }

    /** The envelope of one file: its time, name and ids are those that the ledger gave it. */
    EnvelopeTemplate template(SubmissionFile file, String tag) {
        String created = HL7_TIME.format(file.decidedAt().atZone(zone));
        String replaces = file.replaces() == null ? "" : ControlIds.ofFile(tag, file.replaces());
        EnvelopeTemplate.Header fhs = header(created, file.name(), ControlIds.ofFile(tag, file.id()), replaces);
        EnvelopeTemplate.Header bhs = header(
                created,
                "",
                ControlIds.ofBatch(tag, file.id()),
                file.replaces() == null ? "" : ControlIds.ofBatch(tag, file.replaces()));
        return new EnvelopeTemplate(fileHeader, batchHeader, batchTrailer, fileTrailer, counts, fhs, bhs);
    }

    private EnvelopeTemplate.Header header(String created, String name, String id, String reference) {
        return new EnvelopeTemplate.Header(
                sendingApplication,
                sendingFacility,
                receivingApplication,
                receivingFacility,
                created,
                name,
                id,
                reference);
    }
}
