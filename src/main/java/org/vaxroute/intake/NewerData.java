package org.vaxroute.intake;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.KnownDoses;
import org.vaxroute.ledger.MadeTexts;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Change;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Severity;

/**
 * The newer step: history never reverts what is newer. Of a historical record, doses that the ongoing feed has sent, or is about to, are
 * left out, and PID, PD1 and NK1 are those of the patient's newest record of the ongoing feed. Records of other feeds pass.
 *
 * <p>Stands between transforming, which may change what a patient and a dose are known by, and checking.
 */
public final class NewerData {
    /** Operation of the change that left doses out. */
    static final String DOSES = "newer-dose-sent";

    /** Operation of the change that took the newest patient data. */
    static final String PATIENT = "newer-patient-data";

    /** Rule id of the finding on a record that could not be brought up to what is newer. */
    public static final String FAILED = "NEWER-FAILED";

    private final KnownDoses known;

    public NewerData(KnownDoses known) {
        this.known = known;
    }

    /** Brings the records of a chunk of history up to what is newer; one with which that cannot be done is held. */
    public void keep(Chunk chunk) {
        if (chunk.feed() != Feed.HISTORICAL || chunk.records().isEmpty()) {
            return;
        }
        List<KnownDoses.Known> found = known.of(chunk, true);
        for (int i = 0; i < found.size(); i++) {
            TakenRecord record = chunk.records().get(i);
            if (record.readable() && found.get(i).removed()) {
                record.exclude(
                        "The ongoing feed has sent newer data of this patient, whose text was taken out of the ledger after"
                                + " its time (retention.texts); let the EHR send these doses by the ongoing feed.");
            }
            if (record.readable() && record.excluded() == null && found.get(i).newest() != null) {
                keepOrHold(record, found.get(i));
            }
        }
    }

    private static void keepOrHold(TakenRecord record, KnownDoses.Known known) {
        try {
            keep(record, known);
        } catch (RuntimeException e) {
            hold(
                    record,
                    "Doses that the ongoing feed has sent could not be left out of this record ("
                            + e.getClass().getSimpleName() + ").");
        }
    }

    private static void hold(TakenRecord record, String reason) {
        boolean saidBefore = record.judgement() != null
                && record.judgement().findings().stream()
                        .anyMatch(finding -> finding.rule().equals(FAILED));
        if (saidBefore) {
            return;
        }
        Findings.hold(
                record,
                new Finding(
                        FAILED,
                        Severity.ERROR,
                        Effect.MESSAGE,
                        "",
                        reason,
                        "Drop it when the ongoing feed tells all of it; otherwise correct it or let the EHR send it by the ongoing feed."));
    }

    private static void keep(TakenRecord record, KnownDoses.Known known) {
        KnownDoses.By[] doses = known.doses();
        List<KnownDoses.By> sent = Arrays.asList(doses);
        if (doses.length > 0 && sent.stream().allMatch(by -> by == KnownDoses.By.ONGOING)) {
            record.exclude("The ongoing feed has sent its doses, or newer versions of them.");
            return;
        }
        if (sent.contains(KnownDoses.By.ONGOING)) {
            Message rest = record.message().keepDoses(dose -> doses[dose - 1] != KnownDoses.By.ONGOING);
            record.message(
                    rest,
                    Stream.iterate(1, dose -> dose <= doses.length, dose -> dose + 1)
                            .filter(dose -> doses[dose - 1] == KnownDoses.By.ONGOING)
                            .map(dose -> new Change(DOSES, "ORDER[" + dose + "]"))
                            .toList());
        }
        takePatient(record, Message.parse(known.newest()));
    }

    /** Gives a record the newest patient data, or holds it where its text cannot carry them. */
    static void takePatient(TakenRecord record, Message newest) {
        Message now = MadeTexts.withPatientOf(newest, record.message());
        if (now == null) {
            hold(
                    record,
                    "The patient's newest data are written with other separators, or in characters that the record's MSH-18 lacks.");
        } else if (now != record.message()) {
            record.message(now, List.of(new Change(PATIENT, "PID")));
        }
    }
}
