package org.vaxroute.rules;

import java.util.Set;
import org.vaxroute.hl7.Path;

/**
 * One operation, compiled.
 *
 * @param path what it looks at; null for an operation on the whole text
 * @param connections where it applies; empty for everywhere
 * @param touches the fields it reads or writes, such as {@code PID-5}
 */
record Operation(
        String id,
        Path path,
        Condition when,
        Set<String> connections,
        Set<String> sources,
        Set<String> touches,
        Act act) {

    /** What an operation does at one segment, or once for the message when it has no path. */
    interface Act {
        void at(Place place, Path path, Changing changing);
    }

    boolean concerns(String connection, String source) {
        return (connections.isEmpty() || connections.contains(connection))
                && (sources.isEmpty() || sources.contains(source));
    }

    void run(Changing changing) {
        changing.begin(this);
        if (path == null) {
            act.at(changing.place(), null, changing);
            return;
        }
        Place place = changing.place();
        boolean asksOfEach = path.component() > 0 && path.repetition() == 0 && when.dependsOnRepetition();
        for (int s = place.first(path.segment()); s >= 0; s = place.next(s)) {
            place.segment = s;
            place.dose = changing.message().segmentDose(s);
            place.field = path.field();
            place.component = path.component();
            place.subcomponent = path.subcomponent();
            place.repetition = Math.max(1, path.repetition());
            if (asksOfEach && place.repetitions() > 1) {
                inEach(place, changing);
            } else if (when.holds(place)) {
                act.at(place, path, changing);
            }
        }
    }

    /** Asks the condition of each repetition, as it may hold in one and not in another. */
    private void inEach(Place place, Changing changing) {
        int last = place.repetitions();
        for (int r = 1; r <= last; r++) {
            place.repetition = r;
            if (when.holds(place)) {
                act.at(place, path.atRepetition(r), changing);
            }
        }
    }
}
