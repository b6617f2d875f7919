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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.feeds.DueDates.Facts;
import org.vaxroute.feeds.DueDates.Heard;
import org.vaxroute.feeds.DueDates.Unanswered;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Alarm;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.Gate;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.HeldCount;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.Position;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.UnsentDoses;

/** Looks at the dates of every connection; raises each alarm once, and clears it when its cause is gone. */
public final class DueWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DueWatch.class);

    // So many old doses make an alarm anyhow, whoever the next one belongs to.
    private static final int MOST_DOSES = 500;

    private final Ledger ledger;
    private final List<FeedSettings> connections;
    private final Function<String, List<DueDates.Agreement>> agreements;
    private final Clock clock;
    private final Consumer<Due> tell;

    /**
     * @param agreements of the sites of a connection with its registry
     * @param tell hears of every alarm when it is raised, and only then: for MBean notifications and mail
     */
    public DueWatch(
            Ledger ledger,
            List<FeedSettings> connections,
            Function<String, List<DueDates.Agreement>> agreements,
            Clock clock,
            Consumer<Due> tell) {
        this.agreements = agreements;
        this.ledger = ledger;
        this.connections = List.copyOf(connections);
        this.clock = clock;
        this.tell = tell;
    }

    /** The connections to look at. */
    public List<FeedSettings> connections() {
        return connections;
    }

    /** Raises what is due at one connection and clears what is not any more. */
    public void look(FeedSettings settings) {
        DueDates dates = new DueDates(settings.watch());
        List<Due> due = new ArrayList<>(dates.at(clock.instant(), facts(settings)));
        due.addAll(dates.ending(
                clock.instant(), settings.connection(), settings.zone(), agreements.apply(settings.connection())));
        Set<String> standing = new HashSet<>();
        for (Due date : due) {
            standing.add(date.alarmKind() + " " + date.alarmSubject());
            if (ledger.alarms().raise(date.alarmKind(), date.alarmSubject(), date.text())) {
                if (date.level() == Due.Level.ALARM) {
                    LOG.error("{}: {}", date.connection(), date.text());
                } else {
                    LOG.warn("{}: {}", date.connection(), date.text());
                }
                tell.accept(date);
            }
        }
        for (Alarm alarm : ledger.alarms().open()) {
            if (ours(alarm, settings.connection()) && !standing.contains(alarm.kind() + " " + alarm.subject())) {
                ledger.alarms().clear(alarm.kind(), alarm.subject());
                LOG.info("{}: cleared {} {}", settings.connection(), alarm.kind(), alarm.subject());
            }
        }
    }

    private static boolean ours(Alarm alarm, String connection) {
        String subject = "connection:" + connection;
        return (alarm.subject().equals(subject) || alarm.subject().startsWith(subject + "/"))
                && Due.ALARM_KINDS.contains(alarm.kind());
    }

    private Facts facts(FeedSettings settings) {
        String connection = settings.connection();
        List<HeldCount> held = ledger.records().heldCounts().stream()
                .filter(count -> count.connection().equals(connection))
                .toList();
        List<SubmissionFile> files = Stream.of(Feed.ONGOING, Feed.HISTORICAL)
                .flatMap(feed -> ledger.submissionFiles().of(connection, feed).stream())
                .toList();
        return new Facts(
                connection,
                settings.zone(),
                liveSince(ledger.gates().of(connection)),
                files.stream()
                        .map(SubmissionFile::sentAt)
                        .filter(Objects::nonNull)
                        .max(Instant::compareTo),
                oldestChildDose(settings),
                files.stream()
                        .filter(file -> file.state() == FileState.SENT)
                        .map(file -> new Unanswered(file.name(), file.sentAt()))
                        .toList(),
                sources(settings),
                held.stream().mapToInt(count -> (int) count.records()).sum(),
                held.stream().map(HeldCount::oldest).min(Instant::compareTo));
    }

    private Optional<LocalDate> oldestChildDose(FeedSettings settings) {
        WatchSettings watch = settings.watch();
        LocalDate warned = clock.instant()
                .atZone(settings.zone())
                .toLocalDate()
                .minusDays(watch.doseWithin().minus(watch.doseWarning()).toDays());
        return ledger.unsentDoses().until(settings.connection(), warned, MOST_DOSES).stream()
                .filter(this::ofChild)
                .map(UnsentDoses.Unsent::given)
                .findFirst();
    }

    // A child's dose has the deadline in law; a date of birth that cannot be read is taken for a child's.
    private boolean ofChild(UnsentDoses.Unsent dose) {
        String born =
                Message.parse(ledger.records().text(dose.recordId()).outgoing()).get("PID-7");
        try {
            LocalDate birth =
                    LocalDate.parse(born.length() > 8 ? born.substring(0, 8) : born, DateTimeFormatter.BASIC_ISO_DATE);
            return birth.plusYears(18).isAfter(dose.given());
        } catch (DateTimeParseException e) {
            return true;
        }
    }

    // A suspension does not stop the registry's clock.
    private static Optional<Instant> liveSince(Gate gate) {
        boolean live = gate.state() == GateState.LIVE || gate.resumeTo() == GateState.LIVE;
        return live ? Optional.of(gate.since()) : Optional.empty();
    }

    private List<Heard> sources(FeedSettings settings) {
        return ledger.positions().all().stream()
                .filter(position -> position.connection().equals(settings.connection()))
                .filter(position -> position.feed() == Feed.ONGOING && position.movedAt() != null)
                .map(position -> new Heard(position.source(), position.movedAt(), silence(settings, position)))
                .toList();
    }

    private static Duration silence(FeedSettings settings, Position position) {
        return settings.sourceSilence()
                .getOrDefault(position.source(), settings.watch().sourceSilence());
    }
}
