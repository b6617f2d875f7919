package org.vaxroute.operate.mbean;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.vaxroute.answers.AnswerCatalogue;
import org.vaxroute.answers.CatalogueEntry;
import org.vaxroute.ledger.Answer;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.Task;
import org.vaxroute.ledger.TaskCount;
import org.vaxroute.ledger.Tasks;
import org.vaxroute.operate.access.Caller;

/** The tasks of all connections. */
final class TaskOperations implements TasksMBean {
    private static final int MOST = 1_000;
    private static final String EVERY = "all";
    private static final String NOBODY = "nobody";

    private final Ledger ledger;
    private final Map<String, AnswerCatalogue> catalogues;
    private final Clock clock;

    /** @param catalogues by connection */
    TaskOperations(Ledger ledger, Map<String, AnswerCatalogue> catalogues, Clock clock) {
        this.ledger = ledger;
        this.catalogues = Map.copyOf(catalogues);
        this.clock = clock;
    }

    @Override
    public long getOpen() {
        return ledger.tasks().openBetween(Instant.EPOCH, clock.instant().plus(Duration.ofDays(1)));
    }

    @Override
    public Map<String, Long> getAgeing() {
        Instant now = clock.instant();
        Instant week = now.minus(Duration.ofDays(7));
        Instant month = now.minus(Duration.ofDays(30));
        Map<String, Long> ages = new LinkedHashMap<>();
        ages.put("upTo7", ledger.tasks().openBetween(week, now.plus(Duration.ofDays(1))));
        ages.put("upTo30", ledger.tasks().openBetween(month, week));
        ages.put("older", ledger.tasks().openBetween(Instant.EPOCH, month));
        return ages;
    }

    @Override
    public List<Map<String, Object>> getCounts() {
        return ledger.tasks().counts().stream().map(this::row).toList();
    }

    private Map<String, Object> row(TaskCount count) {
        return Rows.row(
                "connection", count.connection(),
                "state", count.state(),
                "class", count.settling().word(),
                "code", count.code(),
                "meaning",
                        entry(count.connection(), count.code())
                                .map(CatalogueEntry::meaning)
                                .orElse(""),
                "tasks", count.tasks(),
                "oldest", count.oldest());
    }

    @Override
    public List<Map<String, Object>> list(
            String connection,
            String state,
            String kind,
            String code,
            String site,
            String assignee,
            long after,
            int limit) {
        int most = Math.min(Math.max(limit, 1), MOST);
        boolean live = HeldOperations.any(state) == null;
        Tasks.Filter filter = new Tasks.Filter(
                HeldOperations.any(connection),
                live || state.strip().equalsIgnoreCase(EVERY) ? null : word(Task.State.class, state),
                HeldOperations.any(kind) == null ? null : word(Answer.Settling.class, kind),
                HeldOperations.any(code),
                HeldOperations.any(site),
                NOBODY.equals(assignee) ? "" : HeldOperations.any(assignee),
                live);
        return ledger.tasks().list(filter, after, most).stream().map(this::row).toList();
    }

    private Map<String, Object> row(Task task) {
        Optional<CatalogueEntry> entry = entry(task.connection(), task.code());
        return Rows.row(
                "id", task.id(),
                "connection", task.connection(),
                "stage", task.stage(),
                "state", task.state(),
                "class", task.settling().word(),
                "about", task.about(),
                "patient", task.about() == Task.About.PATIENT ? Long.toHexString(task.subject()) : null,
                "code", task.code(),
                "cause", task.cause(),
                "severity", task.severity().word(),
                "location", task.location(),
                "meaning", entry.map(CatalogueEntry::meaning).orElse(""),
                "remedy", entry.map(CatalogueEntry::remedy).orElse(""),
                "site", task.site(),
                "record", task.record(),
                "file", task.file(),
                "answer", task.answer(),
                "line", task.position(),
                "said", task.said(),
                "doses", task.doses().size(),
                "assignee", task.assignee(),
                "since", task.firstSaidAt(),
                "lastSaid", task.lastSaidAt(),
                "ageDays", Duration.between(task.firstSaidAt(), clock.instant()).toDays(),
                "closedAt", task.closedAt(),
                "closedWhy", task.closedWhy());
    }

    private Optional<CatalogueEntry> entry(String connection, String code) {
        AnswerCatalogue catalogue = catalogues.get(connection);
        return catalogue == null ? Optional.empty() : catalogue.find(code).or(() -> catalogue.family(code));
    }

    @Override
    public Map<String, Object> show(long id) {
        Task task = ledger.tasks()
                .find(id)
                .orElseThrow(() ->
                        new IllegalArgumentException("There is no task " + id + "; \"vaxroute tasks\" lists them."));
        Map<String, Object> row = new LinkedHashMap<>(row(task));
        row.put(
                "doses",
                task.doses().stream()
                        .map(dose -> Rows.row("record", dose.record(), "dose", dose.position(), "cvx", dose.cvx()))
                        .toList());
        row.put("history", Rows.history(ledger.trail().of("task:" + id)));
        return row;
    }

    @Override
    public String assign(long id, String to) {
        ledger.tasks().assign(id, to == null ? "" : to, Caller.who());
        return "Task " + id + (to == null || to.isBlank() ? " is nobody's." : " is given to " + to.strip() + ".");
    }

    @Override
    public String comment(long id, String text) {
        ledger.tasks().comment(id, FileOperations.reason(text), Caller.who());
        return "The comment stands on the trail of task " + id + ".";
    }

    @Override
    public String close(long id, String why) {
        ledger.tasks().close(id, Caller.who(), FileOperations.reason(why));
        return "Task " + id + " is CLOSED.";
    }

    @Override
    public String reopen(long id, String why) {
        ledger.tasks().reopen(id, Caller.who(), FileOperations.reason(why));
        return "Task " + id + " is OPEN.";
    }

    private static <E extends Enum<E>> E word(Class<E> type, String text) {
        try {
            return Enum.valueOf(type, text.strip().toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is none of "
                            + Arrays.stream(type.getEnumConstants())
                                    .map(word ->
                                            word.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                                    .collect(Collectors.joining(", "))
                            + ".",
                    e);
        }
    }
}
