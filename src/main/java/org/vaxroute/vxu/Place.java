package org.vaxroute.vxu;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where in a VXU a value goes: segment, which segment of that name, field, repetition, component, subcomponent; all from 1. */
record Place(String segment, int occurrence, int field, int repetition, int component, int subcomponent)
        implements Comparable<Place> {
    private static final Pattern FORM = Pattern.compile(
            "([A-Z][A-Z0-9]{2})(?:\\[(\\d{1,2})])?-(\\d{1,2})(?:\\[(\\d{1,2})])?(?:\\.(\\d{1,2}))?(?:\\.(\\d{1,2}))?");

    static Place of(String text) {
        Matcher m = FORM.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("is no field name such as PID-3.1, PID-13[2].4 or NK1[2]-2.1");
        }
        return new Place(m.group(1), at(m.group(2)), at(m.group(3)), at(m.group(4)), at(m.group(5)), at(m.group(6)));
    }

    private static int at(String digits) {
        int n = digits == null ? 1 : Integer.parseInt(digits);
        if (n == 0) {
            throw new IllegalArgumentException("counts from 0; everything in HL7 counts from 1");
        }
        return n;
    }

    Place component(int other) {
        return new Place(segment, occurrence, field, repetition, other, 1);
    }

    String fieldName() {
        return segment + "-" + field;
    }

    @Override
    public int compareTo(Place o) {
        int c = Integer.compare(field, o.field);
        c = c != 0 ? c : Integer.compare(repetition, o.repetition);
        c = c != 0 ? c : Integer.compare(component, o.component);
        return c != 0 ? c : Integer.compare(subcomponent, o.subcomponent);
    }

    @Override
    public String toString() {
        return segment + (occurrence > 1 ? "[" + occurrence + "]" : "") + "-" + field
                + (repetition > 1 ? "[" + repetition + "]" : "")
                + (component > 1 || subcomponent > 1 ? "." + component : "")
                + (subcomponent > 1 ? "." + subcomponent : "");
    }
}
