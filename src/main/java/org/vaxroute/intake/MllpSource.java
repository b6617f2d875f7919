package org.vaxroute.intake;

import java.time.ZoneId;
import org.vaxroute.ledger.Feed;

/**
 * A source whose records arrive over MLLP, known by what its messages say of their sender.
 *
 * @param id of the source
 * @param zone of the connection
 * @param sendingApplication MSH-3.1 that belongs to this source; empty for any
 * @param sendingFacility MSH-4.1 that belongs to this source; empty for any
 */
public record MllpSource(
        String id, String connection, Feed feed, ZoneId zone, String sendingApplication, String sendingFacility) {
    /** How well a message's sender fits: -1 not at all, 0 as the listener's default, more the more is named. */
    int fit(String application, String facility) {
        if (!sendingApplication.isEmpty() && !sendingApplication.equals(application)
                || !sendingFacility.isEmpty() && !sendingFacility.equals(facility)) {
            return -1;
        }
        return (sendingApplication.isEmpty() ? 0 : 1) + (sendingFacility.isEmpty() ? 0 : 1);
    }
}
