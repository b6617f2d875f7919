package org.vaxroute.rules;

import java.util.Comparator;
import java.util.List;
import org.vaxroute.hl7.Path;

/**
 * Orders the findings on one message as somebody reads it: what speaks of no place first, then the patient's segments in
 * their order, then dose by dose; inside a segment by field, repetition and component. Findings on one place keep their
 * order.
 */
public final class ByLocation implements Comparator<Finding> {
    private static final List<String> SEGMENTS = List.of(
            "MSH", "SFT", "PID", "PD1", "NK1", "PV1", "PV2", "GT1", "IN1", "IN2", "IN3", "ORC", "TQ1", "TQ2", "RXA",
            "RXR", "OBX", "NTE");

    @Override
    public int compare(Finding one, Finding other) {
        int[] a = key(one.location());
        int[] b = key(other.location());
        for (int i = 0; i < a.length; i++) {
            int difference = Integer.compare(a[i], b[i]);
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }

    private static int[] key(String location) {
        if (location.isEmpty()) {
            return new int[] {-1, 0, 0, 0, 0, 0, 0};
        }
        try {
            Path path = Path.of(location);
            int known = SEGMENTS.indexOf(path.segment());
            return new int[] {
                path.inOrder() ? path.order() : 0,
                known < 0 ? SEGMENTS.size() : known,
                path.segmentIndex(),
                path.field(),
                path.repetition(),
                path.component(),
                path.subcomponent()
            };
        } catch (IllegalArgumentException e) {
            // Places that are no HL7 path, such as "segment 7", concern the whole text.
            return new int[] {-1, 0, 0, 0, 0, 0, 0};
        }
    }
}
