package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the answers of one chunk do to records and doses. A state only ever gets worse (READY, ACCEPTED, WARNED, REJECTED), so it makes no
 * difference in which order answers come, nor how often. A rejection that means no harm, because the registry has it already, is a WARNED.
 */
final class AnswerEffects {
    private static final List<RecordState> STATES =
            List.of(RecordState.ACCEPTED, RecordState.WARNED, RecordState.REJECTED);

    private final Map<RecordState, Set<Long>> records = new EnumMap<>(RecordState.class);
    private final Map<RecordState, Set<Long>> allDoses = new EnumMap<>(RecordState.class);
    private final List<DoseStep> doses = new ArrayList<>();
    private final Set<Long> newlyAnswered = new HashSet<>();
    private final Map<Long, Integer> answeredByFile = new TreeMap<>();

    private record DoseStep(long record, int position, RecordState to) {}

    void add(SentRecord record, Answer answer) {
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
            eachDose(record, answer);
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

    private void eachDose(SentRecord record, Answer answer) {
        Set<Integer> spokenOf = new HashSet<>();
        for (Answer.Item item : answer.items()) {
            if (item.scope() != Answer.Scope.DOSE || item.severity() == Answer.Severity.INFORMATION) {
                continue;
            }
            int dose = item.dose() == 0 && record.doses() == 1 ? 1 : item.dose();
            boolean told = dose >= 1 && dose <= record.doses();
            if (told) {
                spokenOf.add(dose);
                doses.add(new DoseStep(record.id(), dose, refuses(item) ? RecordState.REJECTED : RecordState.WARNED));
            } else if (refuses(item)) {
                // One of the doses was refused and nobody says which: no other may be called accepted.
                return;
            }
        }
        if (spokenOf.isEmpty()) {
            allDoses(record, RecordState.ACCEPTED);
            return;
        }
        for (int dose = 1; dose <= record.doses(); dose++) {
            if (!spokenOf.contains(dose)) {
                doses.add(new DoseStep(record.id(), dose, RecordState.ACCEPTED));
            }
        }
    }

    private void allDoses(SentRecord record, RecordState to) {
        allDoses.computeIfAbsent(to, s -> new HashSet<>()).add(record.id());
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
                update.setArray(2, sql.createArrayOf("bigint", newlyAnswered.toArray()));
                update.executeUpdate();
            }
        }
        for (RecordState to : STATES) {
            byRecord(sql, "record", to, records.getOrDefault(to, Set.of()));
            byRecord(sql, "dose", to, allDoses.getOrDefault(to, Set.of()));
            byDose(sql, to);
        }
    }

    private static void byRecord(Connection sql, String table, RecordState to, Set<Long> ids) throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        try (PreparedStatement update = sql.prepareStatement(
                "update " + table + " set state = '" + to + "' where record_id = any(?) and state in " + from(to))) {
            update.setArray(1, sql.createArrayOf("bigint", ids.toArray()));
            update.executeUpdate();
        }
    }

    private void byDose(Connection sql, RecordState to) throws SQLException {
        List<DoseStep> steps = doses.stream().filter(step -> step.to == to).toList();
        if (steps.isEmpty()) {
            return;
        }
        try (PreparedStatement update = sql.prepareStatement(
                "update dose set state = '" + to + "' where record_id = ? and position = ? and state in " + from(to))) {
            for (DoseStep step : steps) {
                update.setLong(1, step.record);
                update.setInt(2, step.position);
                update.addBatch();
            }
            update.executeBatch();
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
