package org.vaxroute.rules;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.vaxroute.hl7.Edit;
import org.vaxroute.hl7.Hl7FormatException;
import org.vaxroute.hl7.Message;

/**
 * A message while its operations run. Changes are gathered and written together; only an operation that reads or writes
 * what an earlier one has changed makes the text be written first, so a message is copied a few times, not once per
 * operation.
 */
final class Changing {
    /** Operations may not ask for the day or the stage (the compiler refuses that), so these stand for nothing. */
    private static final CheckContext TIMELESS = new CheckContext(LocalDate.of(1, 1, 1), true);

    private final List<Change> changes = new ArrayList<>();
    private final Set<String> touched = new HashSet<>();
    private Message message;
    private Place place;
    private Edit edit;

    /** True while the edit leaves a segment out, after which the numbers of the others no longer hold. */
    private boolean dropped;

    private String operation;

    Changing(Message message) {
        this.message = message;
    }

    void begin(Operation next) {
        operation = next.id();
        if (edit != null && (dropped || next.path() == null || !Collections.disjoint(touched, next.touches()))) {
            write();
        }
    }

    Message message() {
        return message;
    }

    Place place() {
        if (place == null) {
            place = new Place(message, TIMELESS);
        }
        return place;
    }

    /** Sets the value at the place, as ER7 text; a value that the message cannot carry is left alone. */
    void put(Place at, int repetition, String er7) {
        try {
            edit().setRaw(at.segment, at.field, repetition, at.component, at.subcomponent, er7);
        } catch (Hl7FormatException | IllegalArgumentException unfit) {
            return;
        }
        noted(at, repetition);
    }

    /** Sets the value at the place; separators in it are escaped. */
    void set(Place at, int repetition, String value) {
        try {
            edit().set(at.segment, at.field, repetition, at.component, at.subcomponent, value);
        } catch (Hl7FormatException unfit) {
            return;
        }
        noted(at, repetition);
    }

    void drop(Place at) {
        edit().dropSegment(at.segment);
        dropped = true;
        changes.add(new Change(operation, at.location(at.name(at.segment), 0)));
    }

    /** Replaces the whole text by another of the same segments. */
    void replace(Message changed, String location) {
        message = changed;
        place = null;
        changes.add(new Change(operation, location));
    }

    Transformed done() {
        write();
        return new Transformed(message, changes);
    }

    private void noted(Place at, int repetition) {
        touched.add(at.name(at.segment) + "-" + at.field);
        changes.add(new Change(operation, at.location(at.name(at.segment), repetition)));
    }

    private Edit edit() {
        if (edit == null) {
            edit = message.edit();
        }
        return edit;
    }

    private void write() {
        if (edit != null) {
            message = edit.apply();
            edit = null;
            place = null;
            dropped = false;
            touched.clear();
        }
    }
}
