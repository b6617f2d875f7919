package org.vaxroute.vxu;

import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.HapiContext;
import ca.uhn.hl7v2.Location;
import ca.uhn.hl7v2.model.DataTypeException;
import ca.uhn.hl7v2.model.Message;
import ca.uhn.hl7v2.model.v251.message.VXU_V04;
import ca.uhn.hl7v2.parser.CanonicalModelClassFactory;
import ca.uhn.hl7v2.parser.EncodingNotSupportedException;
import ca.uhn.hl7v2.parser.PipeParser;
import ca.uhn.hl7v2.util.idgenerator.UUIDGenerator;
import ca.uhn.hl7v2.validation.impl.ValidationContextFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.vaxroute.hl7.Edit;

/**
 * Asks HAPI whether an outgoing message can be read as a VXU of HL7 2.5.1. A second reader that shares no code with ours
 * has to agree before a record leaves.
 *
 * <p>Values of primitive types (dates, numbers, lengths) are checked by HAPI's default rules. One instance serves all
 * threads.
 */
public final class Referee implements AutoCloseable {
    private static final String NOWHERE = "MSH";
    private static final String OBSERVATION = "OBX";
    private static final String NO_SUCH_TYPE =
            "it is not written as its place asks, such as a date, a time or a number.";

    private final HapiContext context;
    private final Function<HapiContext, PipeParser> newParser;
    /** One for each thread that asks at this moment: a parser fills its tables of structures as it reads, without locks. */
    private final Queue<PipeParser> idle = new ConcurrentLinkedQueue<>();

    /** A referee with HAPI's context of its own; costs about half a second the first time. */
    public Referee() {
        this(PipeParser::new);
    }

    Referee(Function<HapiContext, PipeParser> newParser) {
        this.newParser = newParser;
        context = new DefaultHapiContext(new CanonicalModelClassFactory("2.5.1"));
        // The default generator keeps a file in the current folder, which may be read-only.
        context.getParserConfiguration().setIdGenerator(new UUIDGenerator());
        context.setValidationContext(ValidationContextFactory.defaultValidation());
    }

    /**
     * Why HAPI refuses this message, or empty when it reads it.
     *
     * @param er7 one message, segments ended by CR
     */
    public Optional<Refusal> refusal(byte[] er7) {
        try {
            Message message = read(er7);
            if (!(message instanceof VXU_V04)) {
                return Optional.of(new Refusal("MSH-9", "HAPI reads this as another message than VXU_V04"));
            }
            return Optional.empty();
        } catch (EncodingNotSupportedException e) {
            return Optional.of(new Refusal("MSH", "HAPI does not take this for an HL7 message"));
        } catch (DataTypeException e) {
            return Optional.of(new Refusal(location(e, er7), "HAPI refuses the value there: " + NO_SUCH_TYPE));
        } catch (HL7Exception e) {
            return Optional.of(new Refusal(location(e.getLocation()), reason(e)));
        } catch (RuntimeException e) {
            return Optional.of(new Refusal(
                    "MSH", "HAPI failed on this message (" + e.getClass().getSimpleName() + ")"));
        }
    }

    private Message read(byte[] er7) throws HL7Exception {
        PipeParser mine = idle.poll();
        PipeParser parser = mine == null ? newParser.apply(context) : mine;
        try {
            return parser.parse(new String(er7, StandardCharsets.UTF_8));
        } finally {
            idle.add(parser);
        }
    }

    /** HAPI does not say of which observation a value is, since its type stands beside it (OBX-2). */
    private String location(DataTypeException e, byte[] er7) {
        String location = location(e.getLocation());
        return location.equals(NOWHERE) ? observation(er7).orElse(location) : location;
    }

    /** The first observation that is not read with those before it; found by halves, since a message may have thousands. */
    private Optional<String> observation(byte[] er7) {
        org.vaxroute.hl7.Message message = org.vaxroute.hl7.Message.parse(er7);
        List<Integer> observations = new ArrayList<>();
        for (int s = message.find(OBSERVATION, 0); s >= 0; s = message.find(OBSERVATION, s + 1)) {
            observations.add(s);
        }
        if (observations.isEmpty() || !isRead(withFirst(message, 0, observations))) {
            return Optional.empty();
        }
        int read = 0;
        int refused = observations.size();
        while (refused - read > 1) {
            int middle = (read + refused) / 2;
            if (isRead(withFirst(message, middle, observations))) {
                read = middle;
            } else {
                refused = middle;
            }
        }
        return Optional.of(place(message, observations.get(read), observations));
    }

    private boolean isRead(byte[] er7) {
        try {
            read(er7);
            return true;
        } catch (HL7Exception | RuntimeException refused) {
            return false;
        }
    }

    private static byte[] withFirst(org.vaxroute.hl7.Message message, int many, List<Integer> observations) {
        Edit edit = message.edit();
        observations.subList(many, observations.size()).forEach(edit::dropSegment);
        return edit.apply().bytes();
    }

    private static String place(org.vaxroute.hl7.Message message, int one, List<Integer> observations) {
        int dose = message.segmentDose(one);
        long number = observations.stream()
                .filter(other -> other <= one && message.segmentDose(other) == dose)
                .count();
        return (dose == 0 ? "" : "ORDER[" + dose + "]/") + OBSERVATION + "[" + number + "]-5";
    }

    // The texts of HAPI's exceptions quote field contents; only the class, the error code and the place may leave.
    private static String reason(HL7Exception e) {
        return "HAPI refuses it (" + e.getClass().getSimpleName() + ", error code " + e.getErrorCode() + ")";
    }

    private static String location(Location at) {
        if (at == null || at.getSegmentName() == null || at.getSegmentName().isEmpty()) {
            return NOWHERE;
        }
        StringBuilder text = new StringBuilder(at.getSegmentName());
        if (at.getSegmentRepetition() > 0) {
            text.append('[').append(at.getSegmentRepetition() + 1).append(']');
        }
        if (at.getField() > 0) {
            text.append('-').append(at.getField());
            if (at.getFieldRepetition() > 0) {
                text.append('[').append(at.getFieldRepetition() + 1).append(']');
            }
            if (at.getComponent() > 0) {
                text.append('.').append(at.getComponent());
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        try {
            context.close();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
