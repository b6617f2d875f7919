package org.vaxroute.feeds;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A date that is near or over. Never holds patient data.
 *
 * @param kind what it is about
 * @param level how urgent
 * @param connection the connection it belongs to; empty for what belongs to the whole installation
 * @param subject which file, source, certificate or table, or empty
 * @param text what is wrong and what to do
 */
public record Due(Kind kind, Level level, String connection, String subject, String text) {
    /** Raised while the due watch itself fails. */
    static final String FAILING = "due-watch-failing";

    /** All kinds that an alarm of the due watch can have in the ledger. */
    static final Set<String> ALARM_KINDS = Stream.concat(
                    Stream.of(FAILING), Stream.of(Kind.values()).flatMap(kind -> Stream.of(Level.values())
                            .map(level -> alarmKind(kind, level))))
            .collect(Collectors.toUnmodifiableSet());

    /** Owner of alarms that belong to the whole installation. */
    static final String HOUSE = "installation";

    /** What a date is about. */
    public enum Kind {
        NO_PRODUCTION_FILE,
        DOSE_DUE,
        NO_ANSWER,
        SOURCE_SILENT,
        HELD_TOO_LONG,
        AGREEMENT_ENDS,
        CERTIFICATE_ENDS,
        PASSWORD_ENDS,
        CODES_OLD,
        LEFT_BEHIND
    }

    /** How urgent a date is. */
    public enum Level {
        WARNING,
        ALARM
    }

    /** The kind of the ledger's alarm: a warning that grows into an alarm is a new thing to be told of. */
    public String alarmKind() {
        return alarmKind(kind, level);
    }

    /** The subject of the ledger's alarm. */
    public String alarmSubject() {
        String owner = connection.isEmpty() ? HOUSE : "connection:" + connection;
        return owner + (subject.isEmpty() ? "" : "/" + subject);
    }

    private static String alarmKind(Kind kind, Level level) {
        String name = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
        return level == Level.WARNING ? name + "-warning" : name;
    }
}
