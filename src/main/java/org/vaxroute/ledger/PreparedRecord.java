package org.vaxroute.ledger;

import java.util.List;
import java.util.stream.IntStream;
import org.vaxroute.hl7.Hl7FormatException;
import org.vaxroute.hl7.Message;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Verdict;

/**
 * A record before the transaction that stores it: hashed, and its texts laid out as the rules alone would cut it. Where the past of its
 * patient makes another cut, the texts are laid out again in the transaction.
 *
 * @param whole whether the rules hold it as a whole
 * @param held which of its doses the rules hold
 * @param laidOut its outgoing text when the texts were laid out; null for what is no message
 * @param received where its text is
 * @param goes place of the outgoing text of what the rules let go
 * @param stays place of the outgoing text of what they hold
 */
record PreparedRecord(
        TakenRecord taken,
        Keys.OfRecord keys,
        boolean whole,
        boolean[] held,
        Message laidOut,
        TextBlocks.Place received,
        TextBlocks.Place goes,
        TextBlocks.Place stays) {

    static PreparedRecord of(TakenRecord taken, Keys.OfRecord keys, TextBlocks texts) {
        boolean[] held = heldDoses(taken.judgement(), keys.doses().length);
        long count = IntStream.range(0, held.length).filter(i -> held[i]).count();
        boolean whole = taken.judgement() != null
                && (taken.judgement().verdict() == Verdict.HELD
                        || taken.judgement().verdict() == Verdict.UNREADABLE
                        || count > 0 && count == held.length);
        if (whole || count == 0 || taken.excluded() != null) {
            TextBlocks.Place place = whole(taken, texts);
            return new PreparedRecord(taken, keys, whole, held, message(taken), place.withOut(-1, -1), place, place);
        }
        byte[] goes;
        byte[] stays;
        try {
            goes = taken.message().keepDoses(dose -> !held[dose - 1]).bytes();
            stays = taken.message().keepDoses(dose -> held[dose - 1]).bytes();
        } catch (Hl7FormatException inseparable) {
            TextBlocks.Place place = whole(taken, texts);
            return new PreparedRecord(taken, keys, false, held, message(taken), place.withOut(-1, -1), place, place);
        }
        TextBlocks.Place place = texts.add(taken.received(), goes, stays);
        return new PreparedRecord(
                taken,
                keys,
                false,
                held,
                message(taken),
                place,
                place.withOut(texts.append(goes), goes.length),
                place.withOut(texts.append(stays), stays.length));
    }

    private static Message message(TakenRecord taken) {
        return taken.readable() ? taken.message() : null;
    }

    private static TextBlocks.Place whole(TakenRecord record, TextBlocks texts) {
        if (!record.readable() || !record.changed()) {
            return texts.add(record.received());
        }
        byte[] out = record.message().bytes();
        return texts.add(record.received(), out).withOut(texts.append(out), out.length);
    }

    private static boolean[] heldDoses(Judgement judgement, int count) {
        boolean[] held = new boolean[count];
        for (int i = 0; judgement != null && i < count && i < judgement.doses().size(); i++) {
            held[i] = judgement.doses().get(i) == Verdict.HELD;
        }
        return held;
    }

    Cut.Subject subject(int source, Feed feed) {
        return Cut.Subject.fresh(taken, keys, whole, held, source, feed);
    }

    /** The one row of what is left out by a step, or is no message. */
    RecordRow asItIs() {
        List<RecordRow.Dose> doses = IntStream.range(0, keys.doses().length)
                .mapToObj(i -> new RecordRow.Dose(i + 1, keys.doses()[i]))
                .toList();
        RecordRow row = new RecordRow(taken, keys, doses, RecordState.HELD, null);
        if (taken.excluded() != null) {
            row.state = RecordState.DROPPED;
            row.droppedWhy = Texts.cut(taken.excluded(), 200);
        } else {
            row.nameHoldRule();
        }
        return row;
    }

    /** Where the texts of a row are; laid out now when they are not what was expected. */
    TextBlocks.Place place(RecordRow row, LateTexts late) {
        Message outgoing = row.outgoing();
        if (outgoing == null) {
            return row.doses.size() == keys.doses().length ? goes == stays ? goes : received : received;
        }
        if (taken.message() != laidOut) {
            return late.add(taken.received(), outgoing.bytes());
        }
        if (outgoing == taken.message() && goes == stays) {
            return goes;
        }
        if (goes != stays && row.madeFor == null && row.doses.size() == count(row.state == RecordState.HELD)) {
            TextBlocks.Place expected = row.state == RecordState.HELD ? stays : goes;
            if (expected.outLength() == outgoing.length() && unchanged(row, outgoing)) {
                return expected;
            }
        }
        return late.add(taken.received(), outgoing.bytes());
    }

    private int count(boolean wanted) {
        int n = 0;
        for (boolean flag : held) {
            n += flag == wanted ? 1 : 0;
        }
        return n;
    }

    private boolean unchanged(RecordRow row, Message outgoing) {
        boolean wanted = row.state == RecordState.HELD;
        for (RecordRow.Dose dose : row.doses) {
            if (held[dose.origin() - 1] != wanted) {
                return false;
            }
        }
        return java.util.Arrays.equals(
                outgoing.bytes(),
                taken.message().keepDoses(dose -> held[dose - 1] == wanted).bytes());
    }
}
