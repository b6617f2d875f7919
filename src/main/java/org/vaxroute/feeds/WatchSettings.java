package org.vaxroute.feeds;

import java.time.Duration;

/**
 * After how long the due watch speaks up.
 *
 * @param silenceWarning no production file for this long: warning
 * @param silenceAlarm no production file for this long: alarm (the registry wants one at least monthly)
 * @param doseWithin a dose of a child or of a disaster product must have left this long after it was given (30 days, 25 TAC 100.6)
 * @param doseWarning how long before that the warning comes
 * @param answerWithin a sent file should have been answered after this long
 * @param heldAtMost a record should not be held longer than this
 * @param agreementWarning how long before the end of a site's agreement with the registry the warning comes
 * @param certificateWarning how long before the end of a certificate the warning comes
 * @param passwordWarning how long before the end of a password the warning comes
 * @param sourceSilence a source without a silence of its own, and without a habit, is reported after this long
 * @param sourceHabit a source is reported when it is silent for longer than so many times its usual gap; 0 to go by the fixed times alone
 */
public record WatchSettings(
        Duration silenceWarning,
        Duration silenceAlarm,
        Duration doseWithin,
        Duration doseWarning,
        Duration answerWithin,
        Duration heldAtMost,
        Duration agreementWarning,
        Duration certificateWarning,
        Duration passwordWarning,
        Duration sourceSilence,
        int sourceHabit) {
    public static final WatchSettings DEFAULT = new WatchSettings(
            Duration.ofDays(25),
            Duration.ofDays(30),
            Duration.ofDays(30),
            Duration.ofDays(5),
            Duration.ofDays(7),
            Duration.ofDays(14),
            Duration.ofDays(60),
            Duration.ofDays(30),
            Duration.ofDays(14),
            Duration.ofDays(7),
            3);

    public WatchSettings {
        if (silenceWarning.compareTo(silenceAlarm) > 0) {
            throw new IllegalArgumentException("watch.silence-warning (" + silenceWarning
                    + ") is longer than watch.silence-alarm (" + silenceAlarm + "); the warning must come first.");
        }
        if (sourceHabit < 0) {
            throw new IllegalArgumentException(
                    "watch.source-habit is " + sourceHabit + "; it must be 0 (off) or more.");
        }
    }
}
