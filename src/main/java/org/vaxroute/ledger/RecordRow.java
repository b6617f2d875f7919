package org.vaxroute.ledger;

import java.util.ArrayList;
import java.util.List;
import org.vaxroute.hl7.Message;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Severity;
import org.vaxroute.rules.Verdict;

/** A record row before it is written, with the doses that go with it. Changes hands only inside one storing transaction. */
final class RecordRow {
    /** For a record that was held without saying by which rule. */
    private static final String UNNAMED = "UNNAMED";

    /**
     * A dose of the row.
     *
     * @param origin its number in the record that the row was cut from, from 1
     */
    record Dose(int origin, Keys.OfDose is) {}

    final TakenRecord taken;
    final Keys.OfRecord keys;
    final List<Dose> doses;

    /** The row that this one was cut from; null for a whole record. */
    RecordRow partOf;

    /** The stored record that this row was cut from; null when it is none, or in the same transaction. */
    Long root;

    /** The row for which VaxRoute made this one; null for what a source handed over. */
    RecordRow madeFor;

    TextBlocks.Place place;

    long id;

    /** Its place among the versions of its patient; null where its id is that place. */
    Long version;

    Long laneNo;
    Long supersededBy;
    RecordState state;
    String holdRule;
    String droppedWhy;

    /** Whether a person lets it go, whatever the rules say. */
    boolean released;

    private final Message outgoing;
    private List<Finding> doubts = List.of();

    /** @param outgoing what it would send; null for what sends nothing */
    RecordRow(TakenRecord taken, Keys.OfRecord keys, List<Dose> doses, RecordState state, Message outgoing) {
        this.taken = taken;
        this.keys = keys;
        this.doses = List.copyOf(doses);
        this.state = state;
        this.outgoing = outgoing;
    }

    /** What it sends or would send. */
    Message outgoing() {
        return outgoing;
    }

    /** The id of the record that it was cut from; null for a whole record. */
    Long partOfId() {
        return root != null ? root : partOf == null ? null : partOf.id;
    }

    boolean isPart() {
        return root != null || partOf != null;
    }

    /** The verdict on this part of the record. */
    Verdict verdict() {
        Verdict whole = taken.judgement() == null
                ? Verdict.DELIVERABLE
                : taken.judgement().verdict();
        if (released || state == RecordState.HELD && whole != Verdict.UNREADABLE) {
            return Verdict.HELD;
        }
        return state == RecordState.READY && whole == Verdict.HELD ? Verdict.WARNED : whole;
    }

    /** What the rules found; a cut-off part keeps the findings on its record. */
    List<Finding> findings() {
        List<Finding> found =
                taken.judgement() == null ? List.of() : taken.judgement().findings();
        if (doubts.isEmpty()) {
            return found;
        }
        List<Finding> all = new ArrayList<>(found);
        all.addAll(doubts);
        return all;
    }

    /** Adds what the ledger itself finds, which alone knows what other sources said. */
    void doubt(List<Finding> findings) {
        doubts = List.copyOf(findings);
    }

    /** Notes the rule that a list of held records shows: that of the first error about this part's doses, else of the first error. */
    void nameHoldRule() {
        String first = null;
        for (Finding finding : findings()) {
            if (finding.severity() == Severity.ERROR) {
                if (speaksOfMyDoses(finding)) {
                    first = finding.rule();
                    break;
                }
                first = first == null ? finding.rule() : first;
            }
        }
        holdRule = Texts.cut(first == null ? UNNAMED : first, 64);
    }

    private boolean speaksOfMyDoses(Finding finding) {
        return doses.size() == keys.doses().length
                || doses.stream().anyMatch(dose -> finding.location().startsWith("ORDER[" + dose.origin() + "]"));
    }
}
