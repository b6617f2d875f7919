package org.vaxroute.intake;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.vaxroute.hl7.Hl7FormatException;
import org.vaxroute.hl7.Message;
import org.vaxroute.hl7.Path;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.HeldText;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.Records;
import org.vaxroute.ledger.Settled;
import org.vaxroute.ledger.Settlement;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.StoredFinding;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;

/**
 * Judges held records again, from the text as received or as a person has edited it, by the transforms and rules as they are now. What passes goes.
 *
 * <p>Steps that a site has added to its routes are not run: they see records once, when these come in.
 */
public final class Recheck {
    /** A record that changes under our eyes again and again is left for the next recheck. */
    private static final int ROUNDS = 5;

    private final Transform transform;
    private final NewerData newer;
    private final Check check;
    private final Records records;

    public Recheck(Transform transform, NewerData newer, Check check, Records records) {
        this.transform = transform;
        this.newer = newer;
        this.check = check;
        this.records = records;
    }

    /** Rechecks a portion of records in one transaction; those that are not held any more are passed over. */
    public Settlement of(List<Long> ids, String who, String why) {
        Settlement all = Settlement.NONE;
        List<Long> left = ids;
        for (int round = 0; round < ROUNDS; round++) {
            List<HeldText> held = records.heldTexts(left);
            Settlement settlement = records.recheck(judged(held), who, why);
            boolean again = settlement.again() > 0;
            all = all.plus(new Settlement(
                    settlement.ready(),
                    settlement.stillHeld(),
                    settlement.said(),
                    again ? 0 : left.size() - held.size(),
                    0));
            if (!again) {
                return all;
            }
            left = held.stream().map(HeldText::id).toList();
        }
        return all;
    }

    private List<Settled> judged(List<HeldText> held) {
        record From(String connection, String source, Feed feed) {}
        Map<From, List<HeldText>> chunks = new LinkedHashMap<>();
        for (HeldText one : held) {
            chunks.computeIfAbsent(new From(one.connection(), one.source(), one.feed()), from -> new ArrayList<>())
                    .add(one);
        }
        List<Settled> settled = new ArrayList<>();
        chunks.forEach((from, texts) -> {
            List<TakenRecord> taken = new ArrayList<>();
            for (int i = 0; i < texts.size(); i++) {
                taken.add(taken(texts.get(i), i + 1));
            }
            Chunk chunk = new Chunk(from.connection, from.source, from.feed, taken, new PositionMove.None(), false);
            transform.apply(chunk);
            newer.keep(chunk);
            for (int i = 0; i < texts.size(); i++) {
                takePatient(texts.get(i), taken.get(i));
                holdUnfitRows(texts.get(i), taken.get(i));
            }
            check.check(chunk);
            for (int i = 0; i < texts.size(); i++) {
                numberAsBefore(texts.get(i).doses(), taken.get(i));
                settled.add(new Settled(texts.get(i), taken.get(i), false));
            }
        });
        return settled;
    }

    /** Findings on a part speak of its doses by their numbers in the whole record, as they did when it was cut off. */
    static void numberAsBefore(List<Integer> doses, TakenRecord record) {
        if (doses == null || record.judgement() == null) {
            return;
        }
        Judgement judgement = record.judgement();
        record.judgement(new Judgement(
                judgement.verdict(),
                judgement.doses(),
                judgement.findings().stream()
                        .map(finding -> numbered(finding, doses))
                        .toList()));
    }

    private static Finding numbered(Finding finding, List<Integer> numbers) {
        String location = finding.location();
        if (!location.startsWith("ORDER[")) {
            return finding;
        }
        int end = location.indexOf(']');
        int own = Integer.parseInt(location.substring(6, end));
        return own > numbers.size()
                ? finding
                : new Finding(
                        finding.rule(),
                        finding.severity(),
                        finding.effect(),
                        "ORDER[" + numbers.get(own - 1) + location.substring(end),
                        finding.reason(),
                        finding.remedy());
    }

    private static TakenRecord taken(HeldText held, int ordinal) {
        SourceRef ref = SourceRef.ofFile(0, ordinal);
        Optional<Finding> again = TopicRecords.staysHeld(held.findings());
        if (again.isPresent()) {
            return TakenRecord.unreadable(ref, ordinal, held.judged(), again.get());
        }
        TakenRecord whole = Hl7Records.record(ref, ordinal, held.judged());
        if (!whole.readable() || held.doses() == null) {
            return whole;
        }
        try {
            Message own = whole.message().keepDoses(dose -> held.doses().contains(dose));
            return TakenRecord.of(whole.ref(), ordinal, held.received(), own);
        } catch (Hl7FormatException inseparable) {
            throw new IllegalStateException(
                    "Record " + held.id() + " was cut from a text whose doses cannot be told apart.", inseparable);
        }
    }

    private static void takePatient(HeldText held, TakenRecord record) {
        if (held.newest() != null && record.readable()) {
            NewerData.takePatient(record, Message.parse(held.newest()));
        }
    }

    /** The rows are not kept: what did not fit their column map stays a fault until a transform writes something else there. */
    private static void holdUnfitRows(HeldText held, TakenRecord record) {
        for (StoredFinding finding : held.findings()) {
            if (!finding.rule().equals(RowRecords.UNFIT) || !record.readable()) {
                continue;
            }
            String location = finding.location();
            int dose = 0;
            if (location.startsWith("ORDER[")) {
                int number = Integer.parseInt(location.substring(6, location.indexOf(']')));
                dose = held.doses() == null ? number : held.doses().indexOf(number) + 1;
                if (dose < 1 || dose > record.message().doses()) {
                    continue;
                }
                location = "ORDER[" + dose + "]" + location.substring(location.indexOf(']') + 1);
            }
            if (mended(held, finding.location(), record, location)) {
                continue;
            }
            Finding why = new Finding(
                    RowRecords.UNFIT,
                    finding.severity(),
                    finding.effect(),
                    location,
                    "A value of its rows did not fit the column map when they were read.",
                    "Mend the map and have the source read the row again, or change the value by a transform.");
            if (dose > 0 && finding.effect() == Effect.DOSE) {
                Findings.holdDose(record, why, dose);
            } else {
                Findings.hold(record, why);
            }
        }
    }

    private static boolean mended(HeldText held, String then, TakenRecord record, String now) {
        try {
            String before = Message.parse(held.received()).get(Path.of(then));
            return !before.equals(record.message().get(Path.of(now)));
        } catch (IllegalArgumentException | Hl7FormatException noPlace) {
            return false;
        }
    }
}
