package org.vaxroute.intake;

import java.time.Instant;
import java.util.Optional;

/** When a source is due. */
@FunctionalInterface
public interface Timetable {
    /** The last instant of the timetable after {@code since} and not after {@code now}; missed ones count once. */
    Optional<Instant> due(Instant since, Instant now);
}
