package org.vaxroute.intake;

import java.time.ZoneId;
import java.util.List;
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
    public MllpSource {
        if (feed == Feed.HISTORICAL) {
            throw new IllegalArgumentException("Source " + id + " of connection " + connection
                    + " is of kind mllp, so it cannot be read as far as the historical load asks and no further. Set source."
                    + id + ".feed = ongoing or test; history comes from a file or a query.");
        }
    }

    /** How well a message's sender fits: -1 not at all, 0 as the listener's default, more the more is named. */
    int fit(String application, String facility) {
        if (!sendingApplication.isEmpty() && !sendingApplication.equals(application)
                || !sendingFacility.isEmpty() && !sendingFacility.equals(facility)) {
            return -1;
        }
        return named();
    }

    private int named() {
        return (sendingApplication.isEmpty() ? 0 : 1) + (sendingFacility.isEmpty() ? 0 : 1);
    }

    /**
     * Looks whether each message that these sources take belongs to one of them alone.
     *
     * @throws IllegalArgumentException naming two that a message would fit equally well, so that it could go under the wrong
     *     connection or, as a test, into production
     */
    public static void requireApart(List<MllpSource> sources) {
        for (MllpSource one : sources) {
            for (MllpSource other : sources) {
                if (one.id().compareTo(other.id()) < 0 && one.rivals(other, sources)) {
                    throw new IllegalArgumentException(
                            "source." + one.id() + " of connection " + one.connection()
                                    + " and source." + other.id() + " of connection " + other.connection()
                                    + " would take MLLP messages of the same sender, and one of them would get them all. Give each the"
                                    + " sending-application and sending-facility that its EHR writes into MSH-3.1 and MSH-4.1.");
                }
            }
        }
    }

    /** Whether a message may fit both equally well and no third one better. */
    private boolean rivals(MllpSource other, List<MllpSource> sources) {
        String application = sendingApplication.isEmpty() ? other.sendingApplication : sendingApplication;
        String facility = sendingFacility.isEmpty() ? other.sendingFacility : sendingFacility;
        return named() == other.named()
                && fit(application, facility) >= 0
                && other.fit(application, facility) >= 0
                && sources.stream().noneMatch(third -> third.fit(application, facility) > named());
    }
}
