package org.vaxroute.feeds;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.feeds.DueDates.Facts;
import org.vaxroute.feeds.DueDates.Heard;
import org.vaxroute.feeds.DueDates.Unanswered;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Alarm;
import org.vaxroute.ledger.FaultWords;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.Gate;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.HeldCount;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerUnavailable;
import org.vaxroute.ledger.Position;
import org.vaxroute.ledger.SubmissionFiles;
import org.vaxroute.ledger.UnsentDoses.Unsent;

/** Looks at the dates of every connection; raises each alarm once, and clears it when its cause is gone. */
public final class DueWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DueWatch.class);

    // Beside those that are known to have no deadline.
    private static final int DOSES_AT_ONCE = 500;
    // Of a connection; each takes some fifty bytes. Of more the texts are read again at each look.
    private static final int MOST_WITHOUT_DEADLINE = 200_000;

    private static final int MOST_COUNTED = 10_000;

    private static final List<Feed> PRODUCTION = List.of(Feed.ONGOING, Feed.HISTORICAL);

    private final Ledger ledger;
    private final List<FeedSettings> connections;
    private final Surroundings surroundings;
    private final Clock clock;
    private final Consumer<Due> tell;
    private final Map<String, NoDeadline> noDeadline = new ConcurrentHashMap<>();

    /** Records of which no dose has a deadline, as judged on a day: a person may edit them, and tables change. */
    private record NoDeadline(LocalDate day, Set<Long> records) {}

    /** @param tell hears of every alarm when it is raised, and only then */
    public DueWatch(
            Ledger ledger, List<FeedSettings> connections, Surroundings surroundings, Clock clock, Consumer<Due> tell) {
        this.surroundings = surroundings;
        this.ledger = ledger;
        this.connections = List.copyOf(connections);
        this.clock = clock;
        this.tell = tell;
    }

    /** The connections to look at. */
    public List<FeedSettings> connections() {
        return connections;
    }

    /**
     * Raises what is due at one connection and clears what is not any more.
     *
     * @throws RuntimeException when it cannot be told; an alarm stands until it can
     */
    public void look(FeedSettings settings) {
        watched(owner(settings), () -> lookAt(settings));
    }

    private void lookAt(FeedSettings settings) {
        String connection = settings.connection();
        WatchSettings watch = settings.watch();
        Instant now = clock.instant();
        DueDates dates = new DueDates(watch);
        List<Due> due = new ArrayList<>(dates.at(now, facts(settings)));
        due.addAll(dates.ending(now, connection, settings.zone(), surroundings.agreements(connection)));
        due.addAll(DueDates.ending(
                now,
                connection,
                settings.zone(),
                surroundings.endings(connection),
                watch.certificateWarning(),
                watch.passwordWarning()));
        String owner = owner(settings);
        settle(due, owner, alarm -> isOf(alarm, owner));
    }

    /** As {@link #look}, for what belongs to the whole installation; its days are those of the clock's zone. */
    public void lookAtInstallation() {
        watched(Due.HOUSE, this::lookAtHouse);
    }

    // Nobody misses the alarms of a watch that has failed. The next look that comes to its end clears this one.
    private void watched(String owner, Runnable look) {
        try {
            look.run();
        } catch (LedgerUnavailable away) {
            throw away;
        } catch (RuntimeException fault) {
            ledger.alarms()
                    .raise(
                            Due.FAILING,
                            owner,
                            "The due watch cannot tell what is due here, so no alarm of a date comes or goes. "
                                    + FaultWords.of(fault));
            throw fault;
        }
    }

    private void lookAtHouse() {
        Instant now = clock.instant();
        Surroundings.House house = surroundings.house();
        surroundings.lookAtFiles();
        List<Due> due = new ArrayList<>(DueDates.ending(
                now,
                "",
                clock.getZone(),
                surroundings.endings(),
                house.certificateWarning(),
                house.certificateWarning()));
        due.addAll(DueDates.old(now, clock.getZone(), surroundings.codes(), house.codesAtMost()));
        ledger.records().connections().stream()
                .filter(id -> connections.stream()
                        .noneMatch(settings -> settings.connection().equals(id)))
                .flatMap(id -> leftBehind(id).stream())
                .forEach(due::add);
        // Nobody else ends what was raised of a connection that is in use no more.
        settle(due, Due.HOUSE, alarm -> connections.stream().noneMatch(settings -> isOf(alarm, owner(settings))));
    }

    /** What a connection that is in use no more has left here: no route of its own looks at it. */
    private Optional<Due> leftBehind(String connection) {
        long waiting = PRODUCTION.stream()
                .mapToLong(feed -> ledger.records().waiting(connection, feed, MOST_COUNTED))
                .sum();
        long held = ledger.records().heldCountsOf(connection).stream()
                .mapToLong(HeldCount::records)
                .sum();
        long files = PRODUCTION.stream()
                .mapToLong(feed -> ledger.submissionFiles()
                        .of(connection, feed, FileState.NOT_AWAY)
                        .size())
                .sum();
        return waiting + held + files == 0
                ? Optional.empty()
                : Optional.of(
                        new Due(
                                Due.Kind.LEFT_BEHIND,
                                Due.Level.ALARM,
                                "",
                                connection,
                                "Connection " + connection + " is not in use, and nothing of it leaves: "
                                        + (waiting < MOST_COUNTED ? "" : "at least ") + waiting
                                        + " of its records wait, " + held
                                        + " are held, and " + files
                                        + " of its files have not left. Have it in use (config/connections/"
                                        + connection
                                        + ".properties, enabled = true) until they have; if it was renamed, give it back its id."));
    }

    private static String owner(FeedSettings settings) {
        return "connection:" + settings.connection();
    }

    private void settle(List<Due> due, String owner, Predicate<Alarm> ours) {
        Set<String> standing = new HashSet<>();
        for (Due date : due) {
            standing.add(date.alarmKind() + " " + date.alarmSubject());
            if (ledger.alarms().raise(date.alarmKind(), date.alarmSubject(), date.text())) {
                if (date.level() == Due.Level.ALARM) {
                    LOG.error("{}: {}", owner, date.text());
                } else {
                    LOG.warn("{}: {}", owner, date.text());
                }
                tell.accept(date);
            }
        }
        for (Alarm alarm : ledger.alarms().open()) {
            if (Due.ALARM_KINDS.contains(alarm.kind())
                    && ours.test(alarm)
                    && !standing.contains(alarm.kind() + " " + alarm.subject())) {
                ledger.alarms().clear(alarm.kind(), alarm.subject());
                LOG.info("{}: cleared {} {}", owner, alarm.kind(), alarm.subject());
            }
        }
    }

    private static boolean isOf(Alarm alarm, String owner) {
        return alarm.subject().equals(owner) || alarm.subject().startsWith(owner + "/");
    }

    private Facts facts(FeedSettings settings) {
        String connection = settings.connection();
        List<HeldCount> held = ledger.records().heldCountsOf(connection);
        SubmissionFiles files = ledger.submissionFiles();
        return new Facts(
                connection,
                settings.zone(),
                liveSince(ledger.gates().of(connection)),
                PRODUCTION.stream()
                        .flatMap(feed -> files.lastSent(connection, feed).stream())
                        .max(Instant::compareTo),
                oldestDose(settings),
                PRODUCTION.stream()
                        .flatMap(feed -> files.of(connection, feed, Set.of(FileState.SENT)).stream())
                        // To a sign of life many registries say nothing.
                        .filter(file -> file.messages() > 0)
                        .map(file -> new Unanswered(file.name(), file.sentAt()))
                        .toList(),
                sources(settings),
                held.stream().mapToInt(count -> (int) count.records()).sum(),
                held.stream().map(HeldCount::oldest).min(Instant::compareTo));
    }

    private Optional<LocalDate> oldestDose(FeedSettings settings) {
        WatchSettings watch = settings.watch();
        String connection = settings.connection();
        LocalDate today = clock.instant().atZone(settings.zone()).toLocalDate();
        LocalDate warned =
                today.minusDays(watch.doseWithin().minus(watch.doseWarning()).toDays());
        Set<Long> free = withoutDeadline(connection, today);
        LocalDate oldest = null;
        Unsent last = null;
        do {
            int most = free.size() + DOSES_AT_ONCE;
            List<Unsent> doses = last == null
                    ? ledger.unsentDoses().until(connection, warned, most)
                    : ledger.unsentDoses().until(connection, warned, last, most);
            for (Unsent dose : doses) {
                // None that comes later can be older.
                if (oldest != null && !dose.given().isBefore(oldest)) {
                    return Optional.of(oldest);
                }
                if (!free.contains(dose.recordId())) {
                    List<LocalDate> owed = owed(connection, dose);
                    if (owed.isEmpty() && free.size() < MOST_WITHOUT_DEADLINE) {
                        free.add(dose.recordId());
                    }
                    oldest = Stream.concat(Stream.ofNullable(oldest), owed.stream())
                            .filter(given -> !given.isAfter(warned))
                            .min(LocalDate::compareTo)
                            .orElse(null);
                }
            }
            last = doses.size() < most ? null : doses.get(most - 1);
        } while (last != null);
        return Optional.ofNullable(oldest);
    }

    private Set<Long> withoutDeadline(String connection, LocalDate today) {
        return noDeadline.compute(
                        connection,
                        (id, known) -> known != null && known.day.equals(today)
                                ? known
                                : new NoDeadline(today, new HashSet<>()))
                .records;
    }

    /** Days of a record's doses that have a deadline: any of a child, of others those given for a disaster. */
    private List<LocalDate> owed(String connection, Unsent dose) {
        Message message = Message.parse(ledger.records().text(dose.recordId()).outgoing());
        if (child(message, dose.given())) {
            return List.of(dose.given());
        }
        List<LocalDate> days = new ArrayList<>();
        for (int rxa = message.find("RXA", 0); rxa >= 0; rxa = message.find("RXA", rxa + 1)) {
            // The CVX is the first code, or the other one beside an NDC.
            String first = message.field(rxa, 5, 1, 1);
            String other = message.field(rxa, 5, 1, 4);
            day(message.field(rxa, 3, 1, 1))
                    .filter(given -> surroundings.disasterProduct(connection, first, given)
                            || surroundings.disasterProduct(connection, other, given))
                    .ifPresent(days::add);
        }
        return days;
    }

    // A child's dose has the deadline in law; a date of birth that cannot be read is taken for a child's.
    private static boolean child(Message message, LocalDate given) {
        return day(message.get("PID-7"))
                .map(birth -> birth.plusYears(18).isAfter(given))
                .orElse(true);
    }

    private static Optional<LocalDate> day(String text) {
        try {
            return Optional.of(
                    LocalDate.parse(text.length() > 8 ? text.substring(0, 8) : text, DateTimeFormatter.BASIC_ISO_DATE));
        } catch (DateTimeParseException noDay) {
            return Optional.empty();
        }
    }

    // A suspension does not stop the registry's clock.
    private static Optional<Instant> liveSince(Gate gate) {
        boolean live = gate.state() == GateState.LIVE || gate.resumeTo() == GateState.LIVE;
        return live ? Optional.of(gate.since()) : Optional.empty();
    }

    private List<Heard> sources(FeedSettings settings) {
        return ledger.positions().of(settings.connection()).stream()
                .filter(position -> position.feed() == Feed.ONGOING
                        && position.movedAt() != null
                        && surroundings.hasSource(settings.connection(), position.source()))
                .map(position -> heard(settings, position))
                .toList();
    }

    // A time that somebody has set counts before what is learned.
    private Heard heard(FeedSettings settings, Position position) {
        String source = position.source();
        LocalDate today = clock.instant().atZone(settings.zone()).toLocalDate();
        ledger.sourceDays()
                .note(
                        settings.connection(),
                        source,
                        position.movedAt().atZone(settings.zone()).toLocalDate());
        Duration set = settings.sourceSilence().get(source);
        Optional<SourceHabit> habit = set != null || settings.watch().sourceHabit() == 0
                ? Optional.empty()
                : SourceHabit.of(ledger.sourceDays()
                        .since(settings.connection(), source, today.minusDays(SourceHabit.MEMORY_DAYS)));
        return new Heard(
                source, position.movedAt(), set != null ? set : settings.watch().sourceSilence(), habit.orElse(null));
    }
}
