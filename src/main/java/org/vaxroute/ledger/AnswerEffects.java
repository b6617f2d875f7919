package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the answers of one chunk do to records and doses. A state only ever gets worse (READY, ACCEPTED, WARNED, REJECTED), so it makes no
 * difference in which order answers come, nor how often. A rejection that means no harm, because the registry has it already, is a WARNED.
 */
final class AnswerEffects {
    private static final List<RecordState> STATES =
            List.of(RecordState.ACCEPTED, RecordState.WARNED, RecordState.REJECTED);

    private final Dialect dialect;
    private final Map<Long, SentRecord> answered = new HashMap<>();
    private final Map<Long, RecordState> records = new HashMap<>();
    private final Map<Long, RecordState> doses = new HashMap<>();
    private final Map<Long, Integer> answeredByFile = new TreeMap<>();

    AnswerEffects(Dialect dialect) {
        this.dialect = dialect;
    }

    /** @param whole whether the answer says everything about its record, so that what it does not mention was taken */
    void add(SentRecord record, Answer answer, boolean whole) {
        if (answered.putIfAbsent(record.id(), record) == null) {
            answeredByFile.merge(record.file(), record.answered() ? 0 : 1, Integer::sum);
        }
        if (answer.outcome() == Answer.Outcome.UNKNOWN) {
            return;
        }
        records.merge(record.id(), state(answer), AnswerEffects::worse);
        if (rejectsAll(answer)) {
            allDoses(record, RecordState.REJECTED);
        } else {
            eachDose(record, answer, whole);
        }
    }

    private static RecordState state(Answer answer) {
        return switch (answer.outcome()) {
            case ACCEPTED -> RecordState.ACCEPTED;
            case WARNED -> RecordState.WARNED;
            default ->
                !answer.items().isEmpty()
                                && answer.items().stream().noneMatch(AnswerEffects::refuses)
                                && answer.items().stream().anyMatch(AnswerEffects::harmless)
                        ? RecordState.WARNED
                        : RecordState.REJECTED;
        };
    }

    private static boolean refuses(Answer.Item item) {
        return item.severity() == Answer.Severity.ERROR && item.settling() != Answer.Settling.BENIGN;
    }

    private static boolean harmless(Answer.Item item) {
        return item.severity() == Answer.Severity.ERROR && item.settling() == Answer.Settling.BENIGN;
    }

    private static boolean rejectsAll(Answer answer) {
        return answer.outcome() == Answer.Outcome.REJECTED
                && (answer.items().stream().noneMatch(item -> item.severity() == Answer.Severity.ERROR)
                        || answer.items().stream()
                                .anyMatch(item -> refuses(item) && item.scope() != Answer.Scope.DOSE));
    }

    private void eachDose(SentRecord record, Answer answer, boolean whole) {
        Set<Integer> spokenOf = new HashSet<>();
        for (Answer.Item item : answer.items()) {
            if (item.scope() != Answer.Scope.DOSE || item.severity() == Answer.Severity.INFORMATION) {
                continue;
            }
            int dose = item.dose() == 0 && record.doses() == 1 ? 1 : item.dose();
            boolean told = dose >= 1 && dose <= record.doses();
            if (told) {
                spokenOf.add(dose);
                dose(record, dose, refuses(item) ? RecordState.REJECTED : RecordState.WARNED);
            } else if (refuses(item)) {
                // One of the doses was refused and nobody says which: no other may be called accepted.
                return;
            }
        }
        if (!whole) {
            return;
        }
        for (int dose = 1; dose <= record.doses(); dose++) {
            if (!spokenOf.contains(dose)) {
                dose(record, dose, RecordState.ACCEPTED);
            }
        }
    }

    private void allDoses(SentRecord record, RecordState to) {
        for (int dose = 1; dose <= record.doses(); dose++) {
            dose(record, dose, to);
        }
    }

    private void dose(SentRecord record, int position, RecordState to) {
        doses.merge(DoseIds.of(record.id(), position), to, AnswerEffects::worse);
    }

    private static RecordState worse(RecordState a, RecordState b) {
        return STATES.indexOf(a) < STATES.indexOf(b) ? b : a;
    }

    /** Keys of the patients of whom something was said. */
    Set<Long> patients() {
        Set<Long> patients = new TreeSet<>();
        answered.values().forEach(record -> patients.add(record.patient()));
        return patients;
    }

    /** What was said of each record; null where it says nothing but that it came. */
    Map<Long, RecordState> said() {
        Map<Long, RecordState> said = new TreeMap<>();
        answered.keySet().forEach(id -> said.put(id, records.get(id)));
        return said;
    }

    /** How many records of each submission file that is spoken of got their first answer. */
    Map<Long, Integer> answeredByFile() {
        return answeredByFile;
    }

    /** All of it on the transaction's connection. Each row is written once, with the worst that was said of it. */
    void write(Connection sql, Instant now) throws SQLException {
        Map<RecordState, Set<Long>> moved = byState(records);
        for (RecordState to : STATES) {
            moveRecords(sql, to, moved.getOrDefault(to, Set.of()), now);
        }
        answeredOnly(sql, now);
        Map<RecordState, Set<Long>> dosesMoved = byState(doses);
        for (RecordState to : STATES) {
            moveDoses(sql, to, dosesMoved.getOrDefault(to, Set.of()));
        }
    }

    private static Map<RecordState, Set<Long>> byState(Map<Long, RecordState> all) {
        Map<RecordState, Set<Long>> byState = new EnumMap<>(RecordState.class);
        all.forEach((id, state) ->
                byState.computeIfAbsent(state, s -> new TreeSet<>()).add(id));
        return byState;
    }

    private void moveRecords(Connection sql, RecordState to, Set<Long> all, Instant now) throws SQLException {
        Set<Long> ids = new TreeSet<>(all);
        ids.removeIf(id -> !from(to).contains(answered.get(id).state()));
        if (ids.isEmpty()) {
            return;
        }
        try (PreparedStatement update = sql.prepareStatement("update record set state = '" + to
                + "', answered_at = coalesce(answered_at, cast(? as timestamp with time zone))"
                + " where record_id = any(?) and state in " + list(to))) {
            update.setObject(1, Database.at(now));
            for (Long[] some : dialect.portions(ids)) {
                update.setArray(2, sql.createArrayOf("bigint", some));
                update.executeUpdate();
            }
        }
    }

    /** Records whose state stays. */
    private void answeredOnly(Connection sql, Instant now) throws SQLException {
        Set<Long> ids = new TreeSet<>();
        answered.values().forEach(record -> {
            RecordState to = records.get(record.id());
            if (!record.answered() && (to == null || !from(to).contains(record.state()))) {
                ids.add(record.id());
            }
        });
        if (ids.isEmpty()) {
            return;
        }
        try (PreparedStatement update =
                sql.prepareStatement("update record set answered_at = ? where record_id = any(?)")) {
            update.setObject(1, Database.at(now));
            for (Long[] some : dialect.portions(ids)) {
                update.setArray(2, sql.createArrayOf("bigint", some));
                update.executeUpdate();
            }
        }
    }

    private void moveDoses(Connection sql, RecordState to, Set<Long> ids) throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        try (PreparedStatement update = sql.prepareStatement(
                "update dose set state = '" + to + "' where dose_id = any(?) and state in " + list(to))) {
            for (Long[] some : dialect.portions(ids)) {
                update.setArray(1, sql.createArrayOf("bigint", some));
                update.executeUpdate();
            }
        }
    }

    /** The states from which a record or dose may come here; nothing that is held or dropped ever moves. */
    private static List<RecordState> from(RecordState to) {
        return switch (to) {
            case ACCEPTED -> List.of(RecordState.READY);
            case WARNED -> List.of(RecordState.READY, RecordState.ACCEPTED);
            default -> List.of(RecordState.READY, RecordState.ACCEPTED, RecordState.WARNED);
        };
    }

    private static String list(RecordState to) {
        return from(to).stream().map(state -> "'" + state + "'").collect(Collectors.joining(", ", "(", ")"));
    }
}
