package org.vaxroute.ledger;

import java.util.ArrayList;
import java.util.List;
import org.vaxroute.hl7.Hl7FormatException;
import org.vaxroute.hl7.Message;
import org.vaxroute.rules.Verdict;

/**
 * A held record with its texts, for looking at it again. Patient data.
 *
 * @param received the text as received, with every dose that it had
 * @param edited the same as a person corrected it last; null when nobody did
 * @param outgoing what would be sent if it went as it is
 * @param doses numbers in the received text of the doses that this record holds; null when it holds all of them
 * @param findings rule and place of what was found when it was stored
 * @param newest outgoing text of the newest record that told the registry who the patient is, when that one is newer; null otherwise
 * @param newestId id of that record; 0 when there is none
 */
public record HeldText(
        long id,
        String connection,
        String source,
        Feed feed,
        Verdict verdict,
        byte[] received,
        byte[] edited,
        byte[] outgoing,
        List<Integer> doses,
        List<StoredFinding> findings,
        byte[] newest,
        long newestId) {

    /** The text that it is judged from. */
    public byte[] judged() {
        return edited == null ? received : edited;
    }

    /** The same with no other doses than its own. */
    public byte[] own() {
        return doses == null
                ? judged()
                : Message.parse(judged()).keepDoses(doses::contains).bytes();
    }

    /** The same for a person to correct it. */
    public EditableText editable() {
        return new EditableText(
                own(),
                verdict == Verdict.UNREADABLE ? null : EditableText.of(own()).version());
    }

    /**
     * The whole text after a person has corrected the record's own part of it.
     *
     * @throws IllegalArgumentException when that cannot be read, or has another number of doses
     */
    byte[] corrected(byte[] own) {
        Message now;
        try {
            now = Message.parse(own);
        } catch (Hl7FormatException e) {
            throw new IllegalArgumentException(
                    "The edited text cannot be read as an HL7 message: " + e.getMessage(), e);
        }
        int before = Message.parse(own()).doses();
        if (now.doses() != before) {
            throw new IllegalArgumentException(
                    "The edited text has " + now.doses() + " doses, the record has " + before
                            + ". An edit corrects doses and neither adds nor removes any: a dose too many is voided in the EHR, or the record dropped.");
        }
        if (doses == null) {
            return own;
        }
        Message whole = Message.parse(judged());
        List<MadeTexts.Taken> all = new ArrayList<>();
        for (int dose = 1; dose <= whole.doses(); dose++) {
            int place = doses.indexOf(dose) + 1;
            all.add(place > 0 ? new MadeTexts.Taken(now, place) : new MadeTexts.Taken(whole, dose));
        }
        Message made = MadeTexts.of(now, all);
        if (made == null) {
            throw new IllegalArgumentException(
                    "The edited text is written with other separators or in another character set than before; leave MSH-1, MSH-2 and MSH-18 as they were.");
        }
        return made.bytes();
    }
}
