package org.vaxroute.ledger;

import java.util.List;
import java.util.stream.IntStream;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Severity;
import org.vaxroute.rules.Verdict;

/** A record row before it is written, with the doses that go with it. Changes hands only inside one storing transaction. */
final class RecordRow {
    /** For a record that was held without saying by which rule. */
    private static final String UNNAMED = "UNNAMED";

    final TakenRecord taken;
    final Keys.OfRecord keys;

    /** Indexes into {@code keys.doses()} of the doses that this row holds. */
    final int[] doses;

    /** The row that this one was cut from; null for a whole record. */
    final RecordRow partOf;

    final int textAt;
    final int textLength;
    final int outAt;
    final int outLength;
    final int block;

    long id;
    Long laneNo;
    Long supersededBy;
    RecordState state;
    String holdRule;
    String droppedWhy;

    RecordRow(
            TakenRecord taken,
            Keys.OfRecord keys,
            int[] doses,
            RecordRow partOf,
            RecordState state,
            TextBlocks.Place place) {
        this.taken = taken;
        this.keys = keys;
        this.doses = doses;
        this.partOf = partOf;
        this.state = state;
        this.block = place.block();
        this.textAt = place.textAt();
        this.textLength = place.textLength();
        this.outAt = place.outAt();
        this.outLength = place.outLength();
    }

    /** This record before any dose was cut off, with the text as received alone. */
    RecordRow whole() {
        if (doses.length == keys.doses().length) {
            return this;
        }
        int[] every = IntStream.range(0, keys.doses().length).toArray();
        return new RecordRow(taken, keys, every, null, state, new TextBlocks.Place(block, textAt, textLength, -1, -1));
    }

    /** The verdict on this part of the record. */
    Verdict verdict() {
        if (partOf != null) {
            return Verdict.HELD;
        }
        return taken.judgement() == null
                ? Verdict.DELIVERABLE
                : taken.judgement().verdict();
    }

    /** What the rules found; a cut-off part keeps the findings on its record. */
    List<Finding> findings() {
        return taken.judgement() == null ? List.of() : taken.judgement().findings();
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
        if (partOf == null) {
            return true;
        }
        for (int dose : doses) {
            if (finding.location().startsWith("ORDER[" + (dose + 1) + "]")) {
                return true;
            }
        }
        return false;
    }
}
