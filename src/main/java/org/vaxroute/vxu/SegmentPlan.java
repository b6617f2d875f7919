package org.vaxroute.vxu;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** How one segment is written: its fields in order, their repetitions, and when a field must stay empty. */
final class SegmentPlan {
    private record Field(int number, Set<DoseKind> kinds, Field needs, Slot[][] repetitions) {}

    private final String name;
    private final List<Field> fields = new ArrayList<>();
    private final boolean constantsCarry;
    private final Field key;

    SegmentPlan(String name, List<Slot> slots) {
        this.name = name;
        // A relation or an address alone makes nobody a next of kin; a constant publicity code is meant for everyone.
        this.constantsCarry = !name.equals("NK1");
        Map<Integer, TreeMap<Integer, List<Slot>>> tree = new TreeMap<>();
        for (Slot slot :
                slots.stream().sorted((a, b) -> a.place().compareTo(b.place())).toList()) {
            tree.computeIfAbsent(slot.place().field(), f -> new TreeMap<>())
                    .computeIfAbsent(slot.place().repetition(), r -> new ArrayList<>())
                    .add(slot);
        }
        tree.forEach((number, repetitions) -> fields.add(new Field(
                number,
                Z22.kinds(name + "-" + number),
                field(Z22.partner(name + "-" + number)),
                repetitions.values().stream().map(r -> r.toArray(Slot[]::new)).toArray(Slot[][]::new))));
        key = name.equals("NK1") ? field(2) : null;
    }

    private Field field(int number) {
        return fields.stream().filter(f -> f.number == number).findFirst().orElse(null);
    }

    /** Appends the segment with its CR and says whether it tells anything worth a segment. */
    boolean write(StringBuilder out, Row row) {
        if (key != null && !filled(key, row)) {
            return false;
        }
        boolean carried = false;
        out.append(name);
        int at = 0;
        if (name.equals("MSH")) {
            out.append("|^~\\&");
            at = 2;
        }
        for (Field field : fields) {
            if (!field.kinds.contains(row.kind) || (field.needs != null && !filled(field.needs, row))) {
                continue;
            }
            int mark = out.length();
            for (int i = at; i < field.number; i++) {
                out.append('|');
            }
            int content = out.length();
            carried |= write(out, field, row);
            if (out.length() == content) {
                out.setLength(mark);
            } else {
                at = field.number;
            }
        }
        out.append('\r');
        return carried;
    }

    private static boolean filled(Field field, Row row) {
        if (!field.kinds.contains(row.kind)) {
            return false;
        }
        for (Slot slot : field.repetitions[0]) {
            if (slot.carrier() && !slot.value().of(row).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private boolean write(StringBuilder out, Field field, Row row) {
        boolean carried = false;
        int content = out.length();
        for (Slot[] repetition : field.repetitions) {
            int mark = out.length();
            if (mark > content) {
                out.append('~');
            }
            int start = out.length();
            carried |= write(out, repetition, row, constantsCarry);
            if (out.length() == start) {
                out.setLength(mark);
            }
        }
        return carried;
    }

    private static boolean write(StringBuilder out, Slot[] slots, Row row, boolean constantsCarry) {
        int start = out.length();
        int component = 1;
        int subcomponent = 1;
        boolean carried = false;
        boolean mayCarry = false;
        for (Slot slot : slots) {
            mayCarry |= slot.carrier();
            String value = slot.value().of(row);
            if (value.isEmpty()) {
                continue;
            }
            carried |= slot.carrier();
            for (; component < slot.place().component(); component++) {
                out.append('^');
                subcomponent = 1;
            }
            for (; subcomponent < slot.place().subcomponent(); subcomponent++) {
                out.append('&');
            }
            Er7.escape(out, value);
        }
        if (mayCarry && !carried) {
            out.setLength(start);
        }
        return carried || (constantsCarry && !mayCarry && out.length() > start);
    }
}
