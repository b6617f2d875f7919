package org.vaxroute.ledger;

import java.time.LocalDate;
import java.util.List;

/**
 * All that the ledger knows a sent record by, but its text: enough to enter it again into a ledger that was restored from an older backup,
 * so that the same content is recognized. Hashes are keyed with the ledger's own key.
 *
 * @param place its number in its lane
 * @param source id of the source that handed it over
 * @param sourceFeed feed of that source; history may travel in the ongoing lane
 * @param site short name of the clinic; empty when there is none
 * @param partOf the record that it was cut from; null for a whole one
 * @param madeFor the record that VaxRoute made it for; null for what a source handed over
 * @param version its place among the versions of its patient; null where that is its number
 * @param patientHash of the patient's data, in hex
 * @param fingerprint of the whole record, in hex
 * @param file SHA-256 of the EHR's file that the record came in, in hex; empty when it came otherwise
 * @param ordinal number of the record in that file, from 1; 0 when it came otherwise
 * @param doses in the order of its ORDER groups
 */
public record RecordTrace(
        long id,
        long place,
        String source,
        Feed sourceFeed,
        String site,
        Long partOf,
        Long madeFor,
        Long version,
        long patient,
        String patientHash,
        String fingerprint,
        String file,
        long ordinal,
        List<Dose> doses) {

    /**
     * A dose of the record.
     *
     * @param origin its number in the record that this one was cut from
     * @param name what its source calls it, where another source told of the dose under another number; otherwise the key
     * @param content hash of its content, in hex
     * @param date null when it has none that can be read
     * @param kind whether it was given here, elsewhere, or not at all
     * @param action RXA-21
     */
    public record Dose(
            int origin, long key, long name, String content, LocalDate date, String cvx, String kind, String action) {}
}
