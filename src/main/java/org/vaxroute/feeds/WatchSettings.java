package org.vaxroute.feeds;

import java.time.Duration;

/**
 * After how long the due watch speaks up.
 *
 * @param silenceWarning no production file for this long: warning
 * @param silenceAlarm no production file for this long: alarm (the registry wants one at least monthly)
 * @param doseWithin a child's dose must have left this long after it was given (30 days, 25 TAC 100.6)
 * @param doseWarning how long before that the warning comes
 * @param answerWithin a sent file should have been answered after this long
 * @param heldAtMost a record should not be held longer than this
 * @param agreementWarning how long before the end of a site's agreement with the registry the warning comes
 * @param sourceSilence a source without a silence of its own is reported after this long
 */
public record WatchSettings(
        Duration silenceWarning,
        Duration silenceAlarm,
        Duration doseWithin,
        Duration doseWarning,
        Duration answerWithin,
        Duration heldAtMost,
        Duration agreementWarning,
        Duration sourceSilence) {
    public static final WatchSettings DEFAULT = new WatchSettings(
            Duration.ofDays(25),
            Duration.ofDays(30),
            Duration.ofDays(30),
            Duration.ofDays(5),
            Duration.ofDays(7),
            Duration.ofDays(14),
            Duration.ofDays(60),
            Duration.ofDays(7));

    public WatchSettings {
        if (silenceWarning.compareTo(silenceAlarm) > 0) {
            throw new IllegalArgumentException("watch.silence-warning (" + silenceWarning
                    + ") is longer than watch.silence-alarm (" + silenceAlarm + "); the warning must come first.");
        }
    }
}
