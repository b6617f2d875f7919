package org.vaxroute.feeds;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which dates of a connection are near or over. Nothing here reads a clock or a database: it says what is due from facts and a
 * moment, so that a year can be walked through in a test.
 */
public final class DueDates {
    private final WatchSettings settings;

    /** What is known of a connection at a moment. */
    public record Facts(
            String connection,
            ZoneId zone,
            Optional<Instant> liveSince,
            Optional<Instant> lastProductionFile,
            Optional<LocalDate> oldestDose,
            List<Unanswered> unanswered,
            List<Heard> sources,
            int held,
            Optional<Instant> oldestHeld) {}

    /** A file that was sent and has no answer. */
    public record Unanswered(String file, Instant sentAt) {}

    /**
     * When a source was last heard of, and after how long a silence is news.
     *
     * @param habit what is learned of it; null to go by the silence
     */
    public record Heard(String source, Instant last, Duration silence, SourceHabit habit) {
        public Heard(String source, Instant last, Duration silence) {
            this(source, last, silence, null);
        }
    }

    /**
     * Something that is good until a moment and then stops the traffic.
     *
     * @param kind CERTIFICATE_ENDS or PASSWORD_ENDS
     * @param subject which, such as {@code account.trust-store}
     * @param what the beginning of a sentence: {@code The certificate of the registry's server}
     * @param remedy what to do, a sentence
     */
    public record Ending(Due.Kind kind, String subject, Instant end, String what, String remedy) {}

    /** A code table and the day of its newest change. */
    public record CodesOf(String table, LocalDate date) {}

    /**
     * The agreement of a site with the registry, which everything else hangs on.
     *
     * @param until its last day
     */
    public record Agreement(String site, LocalDate until) {}

    public DueDates(WatchSettings settings) {
        this.settings = settings;
    }

    /** Everything that is due at this moment, most urgent kind first. */
    public List<Due> at(Instant now, Facts facts) {
        List<Due> due = new ArrayList<>();
        silence(now, facts).ifPresent(due::add);
        oldestDose(now, facts).ifPresent(due::add);
        for (Unanswered file : facts.unanswered()) {
            if (over(file.sentAt(), settings.answerWithin(), now)) {
                due.add(
                        new Due(
                                Due.Kind.NO_ANSWER,
                                Due.Level.ALARM,
                                facts.connection(),
                                file.file(),
                                "File " + file.file() + " was sent " + days(file.sentAt(), now)
                                        + " days ago and has no answer. Look into the registry's results folder, or ask its data exchange desk."));
            }
        }
        for (Heard source : facts.sources()) {
            silent(now, facts.zone(), source)
                    .ifPresent(since -> due.add(new Due(
                            Due.Kind.SOURCE_SILENT,
                            Due.Level.ALARM,
                            facts.connection(),
                            source.source(),
                            "Source " + source.source() + " has given nothing since " + since
                                    + ". Look whether the EHR's export, query or interface still runs.")));
        }
        facts.oldestHeld()
                .filter(since -> over(since, settings.heldAtMost(), now))
                .ifPresent(since -> due.add(new Due(
                        Due.Kind.HELD_TOO_LONG,
                        Due.Level.WARNING,
                        facts.connection(),
                        "",
                        facts.held() + " records are held, the oldest for " + days(since, now)
                                + " days. Mend them in the EHR, release or drop them.")));
        return due;
    }

    /** Since when a source is silent for too long, and by what measure; empty while it is not. */
    private Optional<String> silent(Instant now, ZoneId zone, Heard source) {
        SourceHabit habit = source.habit();
        if (habit == null) {
            return over(source.last(), source.silence(), now)
                    ? Optional.of(source.last().toString())
                    : Optional.empty();
        }
        LocalDate today = now.atZone(zone).toLocalDate();
        return habit.broken(today, settings.sourceHabit())
                ? Optional.of(habit.last() + ", which is not its habit: it gives something " + habit.words() + ", and "
                        + habit.missed(today) + " of these have gone by without")
                : Optional.empty();
    }

    /** The certificates and passwords that end soon or have ended. */
    public static List<Due> ending(
            Instant now,
            String connection,
            ZoneId zone,
            List<Ending> endings,
            Duration certificateWarning,
            Duration passwordWarning) {
        List<Due> due = new ArrayList<>();
        for (Ending ending : endings) {
            Duration warning = ending.kind() == Due.Kind.PASSWORD_ENDS ? passwordWarning : certificateWarning;
            if (now.plus(warning).isBefore(ending.end())) {
                continue;
            }
            boolean ended = !now.isBefore(ending.end());
            // The last moment at which it is good: a password that is good until a day ends at the midnight after it.
            LocalDate last = ending.end().minusMillis(1).atZone(zone).toLocalDate();
            due.add(new Due(
                    ending.kind(),
                    ended ? Due.Level.ALARM : Due.Level.WARNING,
                    connection,
                    ending.subject(),
                    ending.what() + (ended ? " has ended on " : " ends on ") + last + ". " + ending.remedy()));
        }
        return due;
    }

    /** The code tables that nobody has renewed for too long: newer vaccines are taken for unknown ones. */
    public static List<Due> old(Instant now, ZoneId zone, List<CodesOf> codes, Duration atMost) {
        LocalDate today = now.atZone(zone).toLocalDate();
        List<Due> due = new ArrayList<>();
        for (CodesOf table : codes) {
            long age = ChronoUnit.DAYS.between(table.date(), today);
            if (age > atMost.toDays()) {
                due.add(
                        new Due(
                                Due.Kind.CODES_OLD,
                                Due.Level.WARNING,
                                "",
                                table.table(),
                                "The newest change in code table " + table.table() + " is " + age
                                        + " days old, so vaccines that came since are held as unknown. Fetch CDC's newest files and take them in: vaxroute codes import FILE..., then start the server anew."));
            }
        }
        return due;
    }

    /** The agreements that end soon or have ended; from the day after the end on the site's records are held. */
    public List<Due> ending(Instant now, String connection, ZoneId zone, List<Agreement> agreements) {
        LocalDate today = now.atZone(zone).toLocalDate();
        List<Due> due = new ArrayList<>();
        for (Agreement agreement : agreements) {
            long left = ChronoUnit.DAYS.between(today, agreement.until());
            if (left <= settings.agreementWarning().toDays()) {
                due.add(
                        new Due(
                                Due.Kind.AGREEMENT_ENDS,
                                left < 0 ? Due.Level.ALARM : Due.Level.WARNING,
                                connection,
                                agreement.site(),
                                "The agreement of site " + agreement.site() + " with the registry "
                                        + (left < 0 ? "has ended on " : "ends on ") + agreement.until()
                                        + ". Renew it with the registry, then enter the new agreementUntil in config/sites.csv."));
            }
        }
        return due;
    }

    // The registry wants a file at least once a month, daily is allowed.
    private Optional<Due> silence(Instant now, Facts facts) {
        Optional<Instant> last = facts.lastProductionFile().or(facts::liveSince);
        if (facts.liveSince().isEmpty() || last.isEmpty() || !over(last.get(), settings.silenceWarning(), now)) {
            return Optional.empty();
        }
        boolean alarm = over(last.get(), settings.silenceAlarm(), now);
        return Optional.of(
                new Due(
                        Due.Kind.NO_PRODUCTION_FILE,
                        alarm ? Due.Level.ALARM : Due.Level.WARNING,
                        facts.connection(),
                        "",
                        "No production file has left for " + days(last.get(), now)
                                + " days; the registry wants one at least every 30 days. Look at the gate, the sources and the held records."));
    }

    // A dose given to a child, or for a declared disaster, has to be reported within 30 days (25 TAC 100.6, 100.7).
    private Optional<Due> oldestDose(Instant now, Facts facts) {
        if (facts.oldestDose().isEmpty()) {
            return Optional.empty();
        }
        LocalDate given = facts.oldestDose().get();
        long age = ChronoUnit.DAYS.between(given, now.atZone(facts.zone()).toLocalDate());
        long limit = settings.doseWithin().toDays();
        if (age < limit - settings.doseWarning().toDays()) {
            return Optional.empty();
        }
        return Optional.of(new Due(
                Due.Kind.DOSE_DUE,
                age >= limit ? Due.Level.ALARM : Due.Level.WARNING,
                facts.connection(),
                "",
                "The oldest dose of a child or of a disaster product that has not left was given " + age
                        + " days ago; it must be reported within " + limit
                        + " days. Run the ongoing feed now, and look whether the record is held."));
    }

    private static boolean over(Instant since, Duration limit, Instant now) {
        return !since.plus(limit).isAfter(now);
    }

    private static long days(Instant since, Instant now) {
        return Duration.between(since, now).toDays();
    }
}
