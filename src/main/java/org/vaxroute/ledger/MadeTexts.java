package org.vaxroute.ledger;

import java.util.ArrayList;
import java.util.List;
import org.vaxroute.hl7.Edit;
import org.vaxroute.hl7.Message;
import org.vaxroute.hl7.Path;

/** Texts that are put together from several stored ones: the newest patient data, and doses as they were sent before. */
public final class MadeTexts {
    private static final List<String> OF_PATIENT = List.of("PID", "PD1", "NK1");
    private static final String ACTION = "/RXA-21";

    private MadeTexts() {}

    /**
     * The record with PID, PD1 and NK1 of another; the same when they are equal.
     *
     * @return null when that one's are written with other separators, or in characters that the record's own set lacks
     */
    public static Message withPatientOf(Message newest, Message record) {
        if (!newest.encoding().equals(record.encoding())) {
            return null;
        }
        StringBuilder patient = new StringBuilder();
        for (String line : lines(newest)) {
            if (isOfPatient(line)) {
                patient.append(line).append('\r');
            }
        }
        StringBuilder text = new StringBuilder();
        for (String line : lines(record)) {
            if (line.startsWith("PID")) {
                text.append(patient);
            } else if (!isOfPatient(line)) {
                text.append(line).append('\r');
            }
        }
        return text.toString().equals(record.text()) ? record : inTheCharactersOf(record, text.toString());
    }

    /** The record with this RXA-21 in one of its doses. */
    static Message withAction(Message record, int dose, String action) {
        return record.edit()
                .set(Path.of("ORDER[" + dose + "]" + ACTION), action)
                .apply();
    }

    static String action(Message record, int dose) {
        return record.get("ORDER[" + dose + "]" + ACTION);
    }

    /** The record with one of its doses at the date and of the vaccine that the ledger knows, where the text that says them is gone. */
    static Message asKnown(Message record, int dose, Keys.OfDose known) {
        Edit edit = record.edit();
        String rxa = "ORDER[" + dose + "]/RXA-";
        String date = known.date() == null ? "" : known.date().toString().replace("-", "");
        if (!record.get(rxa + "3").startsWith(date)) {
            edit.set(Path.of(rxa + "3"), date);
        }
        if (!record.get(rxa + "5.1").equals(known.cvx())) {
            edit.set(Path.of(rxa + "5.1"), known.cvx()).set(Path.of(rxa + "5.2"), "");
        }
        return edit.apply();
    }

    /** A dose of a text. */
    record Taken(Message text, int dose) {}

    /**
     * A message of one patient with doses of other texts; observations are numbered through, as in one message (IZ-20).
     *
     * @return null when the texts are written with other separators, or in characters that the patient's own set lacks
     */
    static Message of(Message patient, List<Taken> doses) {
        StringBuilder text = new StringBuilder();
        for (String line : lines(patient.keepDoses(dose -> false))) {
            text.append(line).append('\r');
        }
        int observation = 0;
        for (Taken taken : doses) {
            if (!patient.encoding().equals(taken.text.encoding())) {
                return null;
            }
            Message from = taken.text;
            List<String> lines = lines(from);
            for (int s = 0; s < from.segments(); s++) {
                if (from.segmentDose(s) == taken.dose) {
                    String line = lines.get(s);
                    text.append(from.segmentName(s).equals("OBX") ? numbered(line, ++observation) : line)
                            .append('\r');
                }
            }
        }
        return inTheCharactersOf(patient, text.toString());
    }

    private static String numbered(String observation, int number) {
        char field = observation.charAt(3);
        int end = observation.indexOf(field, 4);
        return observation.substring(0, 4) + number + (end < 0 ? "" : observation.substring(end));
    }

    // MSH-18 stays as it was, so what other texts say must be readable by it, too.
    private static Message inTheCharactersOf(Message message, String text) {
        if (!message.charset().newEncoder().canEncode(text)) {
            return null;
        }
        Message made = Message.parse(text.getBytes(message.charset()));
        return made.text().equals(text) ? made : null;
    }

    private static List<String> lines(Message message) {
        return new ArrayList<>(List.of(message.text().split("\r")));
    }

    private static boolean isOfPatient(String line) {
        return line.length() > 3 && OF_PATIENT.contains(line.substring(0, 3));
    }
}
