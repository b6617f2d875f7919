package org.vaxroute.operate.mbean;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.MBeanNotificationInfo;
import javax.management.Notification;
import javax.management.NotificationBroadcasterSupport;
import javax.management.ObjectName;
import org.vaxroute.ledger.Alarm;
import org.vaxroute.ledger.Ledger;

/**
 * Tells JMX listeners of each alarm once when it is raised and once when it is cleared, by whichever node or room. It looks into the
 * ledger, so an alarm whose transaction was rolled back is not told of. What happened before this process began was told by the one before.
 */
public final class AlarmNews extends NotificationBroadcasterSupport {
    /** Type of the notification of an alarm that was raised. */
    public static final String RAISED = "org.vaxroute.alarm.raised";

    /** Type of the notification of an alarm that was cleared. */
    public static final String CLEARED = "org.vaxroute.alarm.cleared";

    private static final Duration OVERLAP = Duration.ofMinutes(10);

    private final Ledger ledger;
    private final Clock clock;
    private final AtomicLong number = new AtomicLong();
    private Set<String> told = new HashSet<>();
    private Instant since;
    private volatile ObjectName source;

    public AlarmNews(Ledger ledger, Clock clock) {
        super(
                new MBeanNotificationInfo(
                        new String[] {RAISED, CLEARED},
                        Notification.class.getName(),
                        "An alarm was raised or cleared; the message says what is wrong and what to do, the user data its kind and subject"));
        this.ledger = ledger;
        this.clock = clock;
        this.since = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    void name(ObjectName mbean) {
        source = mbean;
    }

    /** Looks for alarms that came or went since the last look, and tells of them. */
    public synchronized void tell() {
        ObjectName from = source;
        if (from == null) {
            return;
        }
        Instant now = clock.instant();
        Instant back = now.minus(OVERLAP).truncatedTo(ChronoUnit.MILLIS);
        if (now.isBefore(since)) {
            setBack(now, back);
        }
        Set<String> seen = new HashSet<>();
        for (Alarm alarm : ledger.alarms().changedSince(since)) {
            if (!alarm.raisedAt().isBefore(since)) {
                tell(from, RAISED, alarm, alarm.raisedAt(), seen);
            }
            if (alarm.clearedAt() != null && !alarm.clearedAt().isBefore(since)) {
                tell(from, CLEARED, alarm, alarm.clearedAt(), seen);
            }
        }
        // What another node writes down late is still told of; what was told is known.
        since = back.isBefore(since) ? since : back;
        told = seen;
    }

    // The clock was set back: what it wrote before has been told of, and what comes now lies before that.
    private void setBack(Instant now, Instant back) {
        for (Alarm alarm : ledger.alarms().changedSince(now)) {
            if (isBetween(now, alarm.raisedAt())) {
                told.add(key(RAISED, alarm));
            }
            if (alarm.clearedAt() != null && isBetween(now, alarm.clearedAt())) {
                told.add(key(CLEARED, alarm));
            }
        }
        since = back;
    }

    private boolean isBetween(Instant now, Instant at) {
        return at.isAfter(now) && at.isBefore(since);
    }

    private static String key(String type, Alarm alarm) {
        return type + " " + alarm.id();
    }

    private void tell(ObjectName from, String type, Alarm alarm, Instant at, Set<String> seen) {
        String key = key(type, alarm);
        seen.add(key);
        if (told.contains(key)) {
            return;
        }
        Notification news = new Notification(type, from, number.incrementAndGet(), at.toEpochMilli(), alarm.detail());
        news.setUserData(Map.of("kind", alarm.kind(), "subject", alarm.subject()));
        sendNotification(news);
    }
}
