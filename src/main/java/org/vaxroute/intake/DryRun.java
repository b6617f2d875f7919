package org.vaxroute.intake;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.vaxroute.hl7.Fault;
import org.vaxroute.hl7.Inspection;
import org.vaxroute.hl7.Limits;
import org.vaxroute.hl7.Split;
import org.vaxroute.hl7.Splitter;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.ByLocation;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Severity;
import org.vaxroute.rules.Verdict;

/**
 * Says what the intake would make of a file, by the very steps of the intake, and stores nothing: the first pass over
 * the file, then transform and check for each message.
 *
 * <p>The intake refuses a file with a fault as a whole. Here its messages are judged all the same, as far as they can be
 * told apart, so that one look shows everything there is to mend.
 */
public final class DryRun {
    /** Beginning of the rule ids of findings on a file, followed by the {@link Fault.Code}. */
    public static final String FILE = "FILE-";

    /** Something that can be read from its beginning more than once. */
    @FunctionalInterface
    public interface Text {
        InputStream open() throws IOException;
    }

    private final Transform transforms;
    private final Check rules;
    private final Limits limits;
    private final String connection;
    private final String source;
    private final Feed feed;

    /** Judges as if the records came through this connection and source for this feed. */
    public DryRun(Transform transforms, Check rules, Limits limits, String connection, String source, Feed feed) {
        this.transforms = Objects.requireNonNull(transforms, "transforms");
        this.rules = Objects.requireNonNull(rules, "rules");
        this.limits = Objects.requireNonNull(limits, "limits");
        this.connection = Objects.requireNonNull(connection, "connection");
        this.source = Objects.requireNonNull(source, "source");
        this.feed = Objects.requireNonNull(feed, "feed");
    }

    /**
     * Tells first what is wrong with the file as a whole, then what it thinks of each message, in their order.
     *
     * @throws IOException when the text cannot be read
     */
    public void of(Text text, Consumer<Tried> told) throws IOException {
        Inspection seen;
        try (InputStream in = text.open()) {
            seen = Inspection.of(in, limits);
        }
        seen.faults().forEach(fault -> told.accept(of(fault)));
        seen.acceptedDifferences()
                .forEach(difference -> told.accept(ofFile(difference, Verdict.WARNED, Severity.WARNING)));
        if (seen.faults().stream().anyMatch(fault -> fault.code() == Fault.Code.BINARY)) {
            return;
        }
        try (Splitter splitter = Splitter.salvaging(text.open(), limits)) {
            while (splitter.hasNext()) {
                told.accept(of(splitter.next()));
            }
        }
    }

    private Tried of(Split split) {
        TakenRecord record = Hl7Records.record(SourceRef.ofFile(0, split.ordinal()), split.ordinal(), split.text());
        if (!record.readable()) {
            return unreadable(split.ordinal(), record.judgement().findings().get(0));
        }
        var chunk = new Chunk(connection, source, feed, List.of(record), new PositionMove.None(), false);
        transforms.apply(chunk);
        rules.check(chunk);
        Judgement judgement = record.judgement();
        List<Finding> findings =
                judgement.findings().stream().sorted(new ByLocation()).toList();
        return new Tried(
                record.ordinal(),
                record.controlId(),
                new Judgement(judgement.verdict(), judgement.doses(), findings),
                record.changes(),
                record.message());
    }

    private static Tried unreadable(int ordinal, Finding why) {
        return notAMessage(
                Verdict.UNREADABLE,
                new Finding(
                        why.rule(),
                        why.severity(),
                        why.effect(),
                        "message " + ordinal + ", " + why.location(),
                        why.reason(),
                        why.remedy()));
    }

    private static Tried of(Fault fault) {
        boolean noMessage =
                switch (fault.code()) {
                    case EMPTY, BINARY, NOT_HL7, TEXT_OUTSIDE, MESSAGE_TOO_LONG -> true;
                    case FILE_TRUNCATED, BATCH_TRUNCATED, TRAILER_ALONE, MESSAGE_CUT, BATCH_COUNT, FILE_COUNT -> false;
                };
        return ofFile(fault, noMessage ? Verdict.UNREADABLE : Verdict.HELD, Severity.ERROR);
    }

    private static Tried ofFile(Fault fault, Verdict verdict, Severity severity) {
        // A fault's text says what is wrong in its first sentence and what to do in the rest.
        int end = fault.text().indexOf(". ");
        return notAMessage(
                verdict,
                new Finding(
                        FILE + fault.code().name().replace('_', '-'),
                        severity,
                        Effect.MESSAGE,
                        fault.message() > 0 ? "message " + fault.message() : "byte " + fault.offset(),
                        end < 0 ? fault.text() : fault.text().substring(0, end + 1),
                        end < 0 ? "" : fault.text().substring(end + 2)));
    }

    /** A finding on a text that is no message. */
    public static Tried notAMessage(Verdict verdict, Finding why) {
        return new Tried(0, null, new Judgement(verdict, List.of(), List.of(why)), List.of(), null);
    }
}
