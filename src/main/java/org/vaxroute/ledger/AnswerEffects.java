package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the answers of one chunk do to records and doses. A state only ever gets worse (READY, ACCEPTED, WARNED, REJECTED), so it makes no
 * difference in which order answers come, nor how often. A rejection that means no harm, because the registry has it already, is a WARNED.
 */
final class AnswerEffects {
    private static final List<RecordState> STATES =
            List.of(RecordState.ACCEPTED, RecordState.WARNED, RecordState.REJECTED);

    private final Map<RecordState, Set<Long>> records = new EnumMap<>(RecordState.class);
    private final Map<RecordState, Set<Long>> doses = new EnumMap<>(RecordState.class);
    private final Set<Long> newlyAnswered = new HashSet<>();
    private final Map<Long, Integer> answeredByFile = new TreeMap<>();

    /** @param whole whether the answer says everything about its record, so that what it does not mention was taken */
    void add(SentRecord record, Answer answer, boolean whole) {
        if (!record.answered() && newlyAnswered.add(record.id())) {
            answeredByFile.merge(record.file(), 1, Integer::sum);
        }
        if (answer.outcome() == Answer.Outcome.UNKNOWN) {
            return;
        }
        records.computeIfAbsent(state(answer), s -> new HashSet<>()).add(record.id());
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
        doses.computeIfAbsent(to, s -> new HashSet<>()).add(DoseIds.of(record.id(), position));
    }

    /** How many records of each submission file got their first answer. */
    Map<Long, Integer> answeredByFile() {
        return answeredByFile;
    }

    /** All of it on the transaction's connection, from the best state to the worst. */
    void write(Connection sql, Instant now) throws SQLException {
        if (!newlyAnswered.isEmpty()) {
            try (PreparedStatement update =
                    sql.prepareStatement("update record set answered_at = ? where record_id = any(?)")) {
                update.setObject(1, Database.at(now));
                update.setArray(2, sql.createArrayOf("bigint", new TreeSet<>(newlyAnswered).toArray()));
                update.executeUpdate();
            }
        }
        for (RecordState to : STATES) {
            move(sql, "record", "record_id", to, records.getOrDefault(to, Set.of()));
            move(sql, "dose", "dose_id", to, doses.getOrDefault(to, Set.of()));
        }
    }

    private static void move(Connection sql, String table, String key, RecordState to, Set<Long> ids)
            throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        try (PreparedStatement update = sql.prepareStatement(
                "update " + table + " set state = '" + to + "' where " + key + " = any(?) and state in " + from(to))) {
            update.setArray(1, sql.createArrayOf("bigint", new TreeSet<>(ids).toArray()));
            update.executeUpdate();
        }
    }

    /** The states from which a record or dose may come here; nothing that is held or dropped ever moves. */
    private static String from(RecordState to) {
        return switch (to) {
            case ACCEPTED -> "('READY')";
            case WARNED -> "('READY', 'ACCEPTED')";
            default -> "('READY', 'ACCEPTED', 'WARNED')";
        };
    }
}
