package org.vaxroute.intake;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.hl7.Hl7FormatException;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Verdict;

/**
 * Turns a group of MLLP messages into one chunk for each source among them, and gives each message its answer:
 *
 * <ul>
 *   <li>AA when it is committed, with findings as ERR warnings; a held record too, unless the setting says AE;
 *   <li>AE when it could not be stored or its source is paused, so that the sender keeps it;
 *   <li>AR when it is no acceptable VXU. A message that is refused is not stored: its sender still has it.
 * </ul>
 */
public final class MllpIntake {
    private static final Logger LOG = LoggerFactory.getLogger(MllpIntake.class);
    private static final String SEGMENT_SEQUENCE = "100^Segment sequence error^HL70357";
    private static final String UNSUPPORTED = "200^Unsupported message type^HL70357";
    private static final String REQUIRED = "101^Required field missing^HL70357";
    private static final String UNKNOWN_KEY = "204^Unknown key identifier^HL70357";

    /** What was counted since the start. */
    public record Counts(long stored, long notStored, long refused, long ignored) {}

    /** What became of a chunk. */
    enum Fate {
        STORED,
        /** A person has paused its source. */
        PAUSED,
        NOT_STORED
    }

    /** One message of a group on its way to its answer. */
    private static final class Arrived {
        byte[] answer;
        Message message;
        MllpSource source;
        TakenRecord record;
    }

    private final MllpSettings settings;
    private final List<MllpSource> sources;
    private final Acknowledgment acknowledgment;
    private final SourceAlarms alarms;
    private final LongAdder stored = new LongAdder();
    private final LongAdder notStored = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder ignored = new LongAdder();

    public MllpIntake(MllpSettings settings, Collection<MllpSource> sources, SourceAlarms alarms, Clock clock) {
        this.settings = settings;
        this.sources = List.copyOf(sources);
        this.alarms = alarms;
        this.acknowledgment = new Acknowledgment(clock, clock.getZone());
    }

    /**
     * The answers to these messages, in their order.
     *
     * @param store stores a chunk and says what became of it; may throw
     * @param turn passed on when nothing more is stored
     */
    List<byte[]> answers(List<byte[]> texts, Function<Chunk, Fate> store, GroupCommit.Turn turn) {
        List<Arrived> group = new ArrayList<>(texts.size());
        Map<String, List<Arrived>> bySource = new LinkedHashMap<>();
        for (byte[] text : texts) {
            Arrived one = arrived(text, group.size() + 1);
            group.add(one);
            if (one.answer == null) {
                bySource.computeIfAbsent(one.source.id() + '/' + one.source.feed(), s -> new ArrayList<>())
                        .add(one);
            }
        }
        List<Runnable> answers =
                bySource.values().stream().map(ones -> store(ones, store)).toList();
        turn.pass();
        answers.forEach(Runnable::run);
        return group.stream().map(one -> one.answer).toList();
    }

    /** AE to every message of a group for which nothing else can be said. */
    byte[] notStored(byte[] text) {
        notStored.increment();
        try {
            return acknowledgment.notStored(Message.parse(text), Acknowledgment.NOT_STORED);
        } catch (Hl7FormatException e) {
            return acknowledgment.notStored(null, Acknowledgment.NOT_STORED);
        }
    }

    private Arrived arrived(byte[] text, int ordinal) {
        var one = new Arrived();
        try {
            one.message = Message.parse(text);
        } catch (Hl7FormatException e) {
            // Neither place nor fault ever repeats what stands in the text.
            return refuse(
                    one,
                    SEGMENT_SEQUENCE,
                    e.location(),
                    "This is no HL7 message that can be read: " + e.location() + ": " + e.fault() + ".");
        }
        if (!one.message.get("MSH-9.1").equals("VXU")) {
            if (settings.otherMessages() == MllpSettings.OtherMessages.IGNORE) {
                ignored.increment();
                one.answer = acknowledgment.accepted(one.message, List.of());
                return one;
            }
            return refuse(one, UNSUPPORTED, "MSH-9", "Only VXU messages are taken here.");
        }
        String controlId = one.message.get("MSH-10");
        if (controlId.isEmpty()) {
            return refuse(one, REQUIRED, "MSH-10", "The message has no control id, so it could not be answered.");
        }
        Optional<MllpSource> source = source(one.message);
        if (source.isEmpty()) {
            alarms.raise(
                    "mllp.sender",
                    "An MLLP message was refused because its MSH-3 and MSH-4 belong to no source (control id "
                            + controlId + "). Add them to a source of kind mllp.");
            return refuse(one, UNKNOWN_KEY, "MSH-3", "The sending application and facility are not known here.");
        }
        one.source = source.get();
        one.record = TakenRecord.of(SourceRef.of(one.source.id(), controlId, text), ordinal, text, one.message);
        return one;
    }

    private Arrived refuse(Arrived one, String condition, String location, String reason) {
        refused.increment();
        one.answer = acknowledgment.refused(one.message, condition, location, reason);
        return one;
    }

    private Optional<MllpSource> source(Message message) {
        String application = message.get("MSH-3.1");
        String facility = message.get("MSH-4.1");
        MllpSource best = null;
        for (MllpSource source : sources) {
            int fit = source.fit(application, facility);
            if (fit >= 0 && (best == null || fit > best.fit(application, facility))) {
                best = source;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Stores them and gives what writes their answers. */
    private Runnable store(List<Arrived> ones, Function<Chunk, Fate> store) {
        MllpSource source = ones.get(0).source;
        List<TakenRecord> records = ones.stream().map(one -> one.record).toList();
        var chunk = new Chunk(source.connection(), source.id(), source.feed(), records, new PositionMove.None(), true);
        Fate fate = fate(chunk, store);
        if (fate == Fate.STORED) {
            stored.add(ones.size());
            alarms.clear("source." + source.id());
            return () -> ones.forEach(one -> one.answer = answer(one));
        }
        notStored.add(ones.size());
        String why = fate == Fate.PAUSED ? Acknowledgment.PAUSED : Acknowledgment.NOT_STORED;
        return () -> ones.forEach(one -> one.answer = acknowledgment.notStored(one.message, why));
    }

    private static Fate fate(Chunk chunk, Function<Chunk, Fate> store) {
        try {
            return store.apply(chunk);
        } catch (RuntimeException e) {
            LOG.debug("{} was not stored: {}", chunk, e.getClass().getName());
            return Fate.NOT_STORED;
        }
    }

    private byte[] answer(Arrived one) {
        boolean judged = one.record.judgement() != null && one.record.excluded() == null;
        List<Finding> findings = judged ? one.record.judgement().findings() : List.of();
        boolean held = judged && one.record.judgement().verdict() == Verdict.HELD;
        return held && settings.heldAnswer() == MllpSettings.HeldAnswer.AE
                ? acknowledgment.held(one.message, findings)
                : acknowledgment.accepted(one.message, findings);
    }

    /** What was counted since the start. */
    public Counts counts() {
        return new Counts(stored.sum(), notStored.sum(), refused.sum(), ignored.sum());
    }
}
