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
            Optional<LocalDate> oldestChildDose,
            List<Unanswered> unanswered,
            List<Heard> sources,
            int held,
            Optional<Instant> oldestHeld) {}

    /** A file that was sent and has no answer. */
    public record Unanswered(String file, Instant sentAt) {}

    /** When a source was last heard of, and after how long a silence is news. */
    public record Heard(String source, Instant last, Duration silence) {}

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
            if (over(source.last(), source.silence(), now)) {
                due.add(new Due(
                        Due.Kind.SOURCE_SILENT,
                        Due.Level.ALARM,
                        facts.connection(),
                        source.source(),
                        "Source " + source.source() + " has given nothing since " + source.last()
                                + ". Look whether the EHR's export, query or interface still runs."));
            }
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
                                        + ". Renew it with the registry, then enter the new agreementUntil in config/sites.csv and restart."));
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

    // A dose given to a child has to be reported within 30 days (25 TAC 100.6).
    private Optional<Due> oldestDose(Instant now, Facts facts) {
        if (facts.oldestChildDose().isEmpty()) {
            return Optional.empty();
        }
        LocalDate given = facts.oldestChildDose().get();
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
                "The oldest dose of a child that has not left was given " + age
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
