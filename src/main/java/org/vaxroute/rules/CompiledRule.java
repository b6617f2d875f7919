package org.vaxroute.rules;

import java.util.List;
import org.vaxroute.hl7.Message;
import org.vaxroute.hl7.Path;

/** A rule made ready to run: its place as numbers, its condition and its check as code. */
final class CompiledRule {
    /** What the rule asks. */
    enum Mode {
        /** Something must stand there. */
        REQUIRED,
        /** As REQUIRED, and the segment must be there as well. */
        REQUIRED_ALWAYS,
        /** Nothing may stand there. */
        EMPTY,
        /** Each value that is there must pass the check. */
        VALUE,
        /** The field may repeat so often at most. */
        MOST_REPETITIONS,
        /** The segment may stand so often at most, per dose or per message. */
        MOST_SEGMENTS,
        /** Some repetition of the field must fulfil the condition {@link #wanted}. */
        SOME_REPETITION,
        /** The message must have so many doses at least. */
        LEAST_DOSES,
        /** Some segment of the name in the dose or message must fulfil {@link #among}. */
        SOME
    }

    /** Stands for the field as a whole among the bits of its components. */
    static final long WHOLE_FIELD = 1;

    final Rule rule;
    final Mode mode;
    final Path path;
    final String segmentName;
    final boolean ofDose;
    final Condition when;
    private final boolean whenRepeats;
    final Checks.ValueCheck check;
    final int number;
    final Among among;
    final Condition wanted;

    /** When not 0, the rule has nothing to say of a field in which none of these components holds anything. */
    private final long onlyOf;

    /** The rule has nothing to say of a field in which one of these components has a value in every repetition. */
    private final long contentWith;

    /** The rule has nothing to say of a field that is no longer than this many bytes. */
    private final int longerThan;

    /** The check, when it is one against a list. */
    private final Checks.Listed listed;

    private final boolean localCheck;

    /** True when what it says follows from the field, the kind of dose and the stage alone. */
    final boolean local;

    CompiledRule(
            Rule rule,
            Mode mode,
            Path path,
            Condition when,
            Checks.ValueCheck check,
            int number,
            Among among,
            Condition wanted) {
        this(rule, mode, path, when, check, number, among, wanted, false);
    }

    private CompiledRule(
            Rule rule,
            Mode mode,
            Path path,
            Condition when,
            Checks.ValueCheck check,
            int number,
            Among among,
            Condition wanted,
            boolean localCheck) {
        this.rule = rule;
        this.mode = mode;
        this.path = path;
        this.segmentName = path.segment();
        this.ofDose = ValueRef.DOSE_SEGMENTS.contains(segmentName);
        this.when = when;
        this.whenRepeats = when.dependsOnRepetition();
        this.check = check;
        this.number = number;
        this.wanted = wanted;
        this.among = among;
        this.localCheck = localCheck;
        this.local = isLocal();
        this.listed = check instanceof Checks.Listed list ? list : null;
        this.longerThan = check instanceof Checks.Longest longest ? longest.most() : 0;
        boolean ofValue = mode == Mode.VALUE || mode == Mode.EMPTY;
        this.onlyOf = ofValue ? componentBit(path.component()) : 0;
        boolean wholeField = path.component() == 0 && path.repetition() == 0 && path.field() > 0;
        boolean component = path.component() > 0 && path.subcomponent() == 0;
        this.contentWith =
                mode != Mode.REQUIRED ? 0 : wholeField ? WHOLE_FIELD : component ? componentBit(path.component()) : 0;
    }

    /** The bit that stands for a component (from 1); none for 0, and for those beyond 62. */
    static long componentBit(int component) {
        return component > 0 && component < 63 ? 1L << component : 0;
    }

    /**
     * Whether the rule needs to be asked at all of a field that is not empty. Most rules on a field speak of components that this
     * message leaves out, or ask for some that it has; both are told from the field's bits.
     *
     * @param length of the field, in bytes
     * @param filled as {@link Place#filled}
     * @param valued as {@link Place#valued}
     */
    boolean concerns(int length, long filled, long valued) {
        return length > longerThan && (onlyOf == 0 || (onlyOf & filled) != 0) && (contentWith & valued) == 0;
    }

    /** True when the rule is asked of each segment of its name, false when once per dose or message. */
    boolean perSegment() {
        return switch (mode) {
            case REQUIRED -> path.field() > 0;
            case EMPTY, VALUE, MOST_REPETITIONS, SOME_REPETITION -> true;
            case REQUIRED_ALWAYS, MOST_SEGMENTS, LEAST_DOSES -> false;
            case SOME -> among.partner();
        };
    }

    /** The same rule, whose check looks at nothing but the value. */
    CompiledRule withLocalCheck() {
        return new CompiledRule(rule, mode, path, when, check, number, among, wanted, true);
    }

    /** What the rule comes to when one value of the segment is known: itself, a simpler rule, or null when it has nothing to say. */
    CompiledRule given(Condition.Known known) {
        Condition left = when.given(known);
        if (left == Condition.NEVER) {
            return null;
        }
        return left == when ? this : new CompiledRule(rule, mode, path, left, check, number, among, wanted, localCheck);
    }

    private boolean isLocal() {
        return when.local()
                && switch (mode) {
                    case REQUIRED -> path.field() > 0;
                    case EMPTY, MOST_REPETITIONS -> true;
                    case VALUE -> localCheck;
                    case SOME_REPETITION -> wanted.local();
                    case REQUIRED_ALWAYS, MOST_SEGMENTS, LEAST_DOSES, SOME -> false;
                };
    }

    /** True when an empty field can break the rule. */
    boolean speaksOfEmpty() {
        return mode == Mode.REQUIRED && path.component() == 0;
    }

    /** Asks the rule of the segment at the place. */
    void checkSegment(Place place, List<Finding> findings) {
        place.field = path.field();
        place.component = path.component();
        place.subcomponent = path.subcomponent();
        place.repetition = Math.max(1, path.repetition());
        switch (mode) {
            case REQUIRED, REQUIRED_ALWAYS -> required(place, findings);
            case EMPTY -> empty(place, findings);
            case VALUE -> values(place, findings);
            case MOST_REPETITIONS -> {
                if (place.repetitions() > number && when.holds(place)) {
                    findings.add(finding(place, 0));
                }
            }
            case SOME -> {
                if (when.holds(place) && !among.fulfilled(place)) {
                    findings.add(finding(place, 0));
                }
            }
            case SOME_REPETITION -> someRepetition(place, findings);
            case MOST_SEGMENTS, LEAST_DOSES ->
                throw new IllegalStateException("asked of a dose or message, not of a segment");
        }
    }

    /** Asks the rule of the dose at the place, or of the message when the place is in none. */
    void checkWhole(Place place, List<Finding> findings) {
        place.segment = -1;
        place.field = 0;
        place.component = 0;
        place.subcomponent = 0;
        place.repetition = 1;
        switch (mode) {
            case REQUIRED -> {
                if (find(place) < 0 && when.holds(place)) {
                    findings.add(finding(place, 0));
                }
            }
            case REQUIRED_ALWAYS -> {
                int segment = find(place);
                place.segment = segment;
                if (segment >= 0) {
                    checkSegment(place, findings);
                } else if (when.holds(place)) {
                    place.field = path.field();
                    place.component = path.component();
                    findings.add(finding(place, 0));
                }
            }
            case MOST_SEGMENTS -> {
                int surplus = beyond(place);
                if (surplus >= 0 && when.holds(place)) {
                    place.segment = surplus;
                    findings.add(finding(place, 0));
                }
            }
            case SOME -> {
                if (when.holds(place) && !among.fulfilled(place)) {
                    findings.add(finding(place, 0));
                }
            }
            case LEAST_DOSES -> {
                if (place.message().doses() < number && when.holds(place)) {
                    findings.add(
                            new Finding(rule.id(), rule.severity(), rule.effect(), "", rule.reason(), rule.remedy()));
                }
            }
            default -> throw new IllegalStateException("asked of a segment, not of a dose or message");
        }
    }

    private int find(Place place) {
        return ofDose ? place.inDose(segmentName) : place.message().find(segmentName, 0);
    }

    private int beyond(Place place) {
        int count = 0;
        Message message = place.message();
        for (int s = message.find(segmentName, 0); s >= 0; s = message.find(segmentName, s + 1)) {
            if (message.segmentDose(s) == place.dose && ++count > number) {
                return s;
            }
        }
        return -1;
    }

    private void required(Place place, List<Finding> findings) {
        Message message = place.message();
        if (path.component() == 0) {
            if (!ValueRef.isPresent(message, place.span(path.repetition(), 0, 0)) && when.holds(place)) {
                findings.add(finding(place, path.repetition()));
            }
            return;
        }
        if (!ValueRef.isPresent(message, place.span(path.repetition(), 0, 0))) {
            if (mode == Mode.REQUIRED_ALWAYS && when.holds(place)) {
                findings.add(finding(place, path.repetition()));
            }
            return;
        }
        int first = place.repetition;
        int last = path.repetition() > 0 ? first : place.repetitions();
        for (int r = first; r <= last; r++) {
            place.repetition = r;
            long part = place.span(r, path.component(), path.subcomponent());
            if (!ValueRef.isPresent(message, part)
                    && ValueRef.isPresent(message, place.span(r, 0, 0))
                    && when.holds(place)) {
                findings.add(finding(place, r));
            }
        }
    }

    private void empty(Place place, List<Finding> findings) {
        Message message = place.message();
        long field = message.span(place.segment, path.field(), 0, 0, 0);
        if (field < 0 || Message.start(field) == Message.end(field)) {
            return;
        }
        int first = place.repetition;
        int last = path.repetition() > 0 || path.component() == 0 ? first : place.repetitions();
        for (int r = first; r <= last; r++) {
            place.repetition = r;
            long span = path.component() == 0 ? field : place.span(r, path.component(), path.subcomponent());
            if (ValueRef.isPresent(message, span) && when.holds(place)) {
                findings.add(finding(place, path.component() == 0 ? 0 : r));
            }
        }
    }

    private void someRepetition(Place place, List<Finding> findings) {
        Message message = place.message();
        int last = place.repetitions();
        boolean present = false;
        for (int r = 1; r <= last; r++) {
            place.repetition = r;
            if (wanted.holds(place)) {
                return;
            }
            present |= ValueRef.isPresent(message, place.span(r, 0, 0));
        }
        place.repetition = 1;
        if (present && when.holds(place)) {
            findings.add(finding(place, 0));
        }
    }

    private void values(Place place, List<Finding> findings) {
        Message message = place.message();
        int first = place.repetition;
        int last = path.repetition() > 0 ? first : place.repetitions();
        boolean applies = false;
        for (int r = first; r <= last; r++) {
            place.repetition = r;
            long span = place.span(r, path.component(), path.subcomponent());
            if (!ValueRef.isPresent(message, span)) {
                continue;
            }
            if (!applies && when != Condition.ALWAYS) {
                if (!when.holds(place)) {
                    if (whenRepeats) {
                        continue;
                    }
                    return;
                }
                applies = !whenRepeats;
            }
            boolean passes = listed != null
                    ? listed.texts().contains(message, span) == listed.wanted()
                    : check.passes(place, span);
            if (!passes) {
                findings.add(finding(place, r));
            }
        }
    }

    private Finding finding(Place place, int repetition) {
        return new Finding(
                rule.id(),
                rule.severity(),
                rule.effect(),
                place.location(segmentName, repetition),
                rule.reason(),
                rule.remedy());
    }
}
