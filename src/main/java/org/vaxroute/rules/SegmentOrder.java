package org.vaxroute.rules;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.vaxroute.hl7.Message;

/**
 * Puts segments into the order of the guide's message structure: the patient's before all doses, and ORC, RXA, RXR, OBX
 * inside a dose. A segment that the structure hangs onto another (NTE, PV2, IN2) or does not know stays behind the one
 * that it followed; no segment changes its dose, and doses keep their order.
 */
final class SegmentOrder {
    private static final List<String> PATIENT = List.of("MSH", "SFT", "PID", "PD1", "NK1", "PV1", "GT1", "IN1");
    private static final List<String> DOSE = List.of("ORC", "RXA", "RXR", "OBX");
    private static final int GROUP = 100;

    private SegmentOrder() {}

    static void apply(Changing changing) {
        Message message = changing.message();
        int[] ranks = ranks(message);
        boolean sorted = true;
        for (int s = 1; s < ranks.length && sorted; s++) {
            sorted = ranks[s - 1] <= ranks[s];
        }
        if (sorted) {
            return;
        }
        List<Integer> order = new ArrayList<>();
        for (int s = 0; s < ranks.length; s++) {
            order.add(s);
        }
        order.sort(Comparator.comparingInt(s -> ranks[s]));
        String[] lines = message.text().split("\r");
        String text = order.stream().map(s -> lines[s] + "\r").collect(Collectors.joining());
        String moved = order.stream()
                .filter(s -> s > 0 && ranks[s] < ranks[s - 1])
                .map(message::segmentName)
                .distinct()
                .collect(Collectors.joining(" "));
        changing.replace(Message.parse(text.getBytes(message.charset())), moved);
    }

    private static int[] ranks(Message message) {
        int[] ranks = new int[message.segments()];
        for (int s = 1; s < ranks.length; s++) {
            int dose = message.segmentDose(s);
            int rank = (dose > 0 ? DOSE : PATIENT).indexOf(message.segmentName(s));
            ranks[s] = rank < 0 ? ranks[s - 1] : dose * GROUP + rank;
        }
        return ranks;
    }
}
