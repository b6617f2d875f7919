package org.vaxroute.rules;

import java.util.Set;
import org.vaxroute.hl7.Message;
import org.vaxroute.hl7.Path;

/**
 * A value that a rule names, seen from where the rule stands: the same segment, another segment of the same dose, or the
 * first such segment of the message.
 */
final class ValueRef {
    /** Segments that belong to a dose. */
    static final Set<String> DOSE_SEGMENTS = Set.of("ORC", "TQ1", "TQ2", "RXA", "RXR", "OBX", "NTE");

    private final Path path;
    private final boolean sameSegment;
    private final boolean sameField;
    private final boolean inDose;
    private final boolean anyOfName;

    private ValueRef(Path path, boolean sameSegment, boolean sameField, boolean inDose) {
        this.path = path;
        this.sameSegment = sameSegment;
        this.sameField = sameField;
        this.inDose = inDose;
        this.anyOfName = path.segmentIndex() == 0 && !path.inOrder();
    }

    /**
     * @param text a path, or {@code .4} for a component of the field that the rule looks at
     * @param owner the path that the rule looks at; null when it looks at none
     */
    static ValueRef of(YamlNode at, String text, Path owner) {
        Path path = path(at, relative(at, text, owner));
        boolean sameSegment = owner != null && owner.segment().equals(path.segment()) && path.segmentIndex() == 0;
        boolean sameField = sameSegment && owner.field() == path.field() && path.repetition() == 0;
        boolean inDose = DOSE_SEGMENTS.contains(path.segment());
        if (inDose && owner != null && !DOSE_SEGMENTS.contains(owner.segment())) {
            throw at.fault(text + " stands in a dose, but this looks at " + owner
                    + " outside of any dose; a message may have many doses, so say it from within the dose");
        }
        if (path.field() == 0) {
            throw at.fault("a field belongs here, such as " + text + "-3");
        }
        return new ValueRef(path, sameSegment, sameField, inDose);
    }

    static String relative(YamlNode at, String text, Path owner) {
        if (!text.startsWith(".")) {
            return text;
        }
        if (owner == null || owner.field() == 0) {
            throw at.fault("'" + text + "' means a component, but no field is named above it");
        }
        return owner.segment() + "-" + owner.field() + text;
    }

    static Path path(YamlNode at, String text) {
        try {
            return Structure.known(at, Path.of(text));
        } catch (IllegalArgumentException e) {
            throw new RuleFileException(at.where() + ": " + e.getMessage(), e);
        }
    }

    boolean dependsOnRepetition() {
        return sameField;
    }

    /** Where the value stands, when it is in the segment that is looked at but not in the field; null otherwise. */
    Path besideField() {
        return sameSegment && !sameField ? path : null;
    }

    /** Where the value stands; negative when there is no such place. */
    long span(Place place) {
        int segment;
        if (sameSegment && place.segment >= 0) {
            segment = place.segment;
        } else if (inDose) {
            segment = place.inDose(path.segment());
        } else {
            segment = anyOfName ? place.first(path.segment()) : place.message().find(path, 0);
        }
        if (segment < 0) {
            return -1;
        }
        int repetition = sameField ? place.repetition : Math.max(1, path.repetition());
        if (segment == place.segment && place.knows(path.field())) {
            return place.span(repetition, path.component(), path.subcomponent());
        }
        return place.message().span(segment, path.field(), repetition, path.component(), path.subcomponent());
    }

    /** Whether anything stands there; HL7's null value counts as nothing. */
    static boolean isPresent(Message message, long span) {
        if (span < 0) {
            return false;
        }
        int from = Message.start(span);
        int to = Message.end(span);
        if (from < to && Place.isLetterOrDigit(message.byteAt(from))) {
            return true;
        }
        if (to - from == 2 && message.byteAt(from) == '"' && message.byteAt(from + 1) == '"') {
            return false;
        }
        char component = message.encoding().component();
        char subcomponent = message.encoding().subcomponent();
        char repetition = message.encoding().repetition();
        for (int i = from; i < to; i++) {
            byte b = message.byteAt(i);
            if (b != component && b != subcomponent && b != repetition && b != ' ') {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
