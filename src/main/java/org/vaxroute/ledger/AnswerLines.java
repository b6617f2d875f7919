package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Set;

/** What answers say, line by line: one row for each thing that is said. */
final class AnswerLines {
    /** Lines that speak of no record that was found, or of several. */
    static final String LOOSE = "('UNMATCHED', 'AMBIGUOUS')";

    private static final String AMBIGUOUS = "AMBIGUOUS";

    private final Database database;

    AnswerLines(Database database) {
        this.database = database;
    }

    /** See {@link Answers#unmatched}. */
    List<UnmatchedLine> unmatched(int limit) {
        return unmatched("", limit);
    }

    /** See {@link Answers#unmatchedOf}. */
    List<UnmatchedLine> unmatchedOf(AnswerFile file, int limit) {
        return unmatched(" and a.answer_file_id = ?", file.id(), limit);
    }

    private List<UnmatchedLine> unmatched(String where, Object... values) {
        return database.call(sql -> sql.sql(
                        "select f.kept_as, a.position, f.connection, a.matched, min(a.code) code, a.outcome, f.fetched_at"
                                + " from answer a join answer_file f on f.answer_file_id = a.answer_file_id where a.matched in "
                                + LOOSE
                                + where
                                + " group by f.kept_as, a.position, f.connection, a.matched, a.outcome, f.fetched_at,"
                                + " f.answer_file_id order by f.answer_file_id, a.position fetch first ? rows only")
                .params(values)
                .query((row, n) -> new UnmatchedLine(
                        row.getString("kept_as"),
                        row.getInt("position"),
                        row.getString("connection"),
                        row.getString("matched").equals(AMBIGUOUS),
                        row.getString("code"),
                        Answer.Outcome.valueOf(row.getString("outcome")),
                        Database.instant(row, "fetched_at")))
                .list());
    }

    /** See {@link Answers#unmatchedCount}. */
    long unmatchedCount() {
        return database.call(sql -> sql.sql("select count(*) from (select distinct answer_file_id, position from answer"
                        + " where matched in " + LOOSE + ") lines")
                .query(Long.class)
                .single());
    }

    /** See {@link Answers#withUnmatched}. */
    Set<String> unmatchedIn() {
        return database.call(sql -> sql.sql(
                        "select distinct f.kept_as from answer a join answer_file f on f.answer_file_id = a.answer_file_id"
                                + " where a.matched in " + LOOSE)
                .query(String.class)
                .set());
    }

    /** Puts the loose lines of a file aside; gives how many things are said in them. */
    int dismiss(long answerFile) {
        return database.call(sql -> sql.sql(
                        "update answer set matched = 'DISMISSED' where answer_file_id = ? and matched in " + LOOSE)
                .param(answerFile)
                .update());
    }

    /** Whether a line of it may speak of a record that was not found: then nobody is accepted for not being mentioned. */
    boolean anyLoose(AnswerFile file) {
        return database.call(
                        sql -> sql.sql("select count(*) from answer where answer_file_id = ? and matched in " + LOOSE)
                                .param(file.id())
                                .query(Long.class)
                                .single())
                > 0;
    }

    /** Writes the lines of a chunk, in its transaction. */
    static final class Writer implements AutoCloseable {
        private final AnswerFile file;
        private final PreparedStatement insert;
        private boolean any;

        Writer(Connection sql, AnswerFile file) throws SQLException {
            this.file = file;
            insert = sql.prepareStatement("insert into answer (answer_file_id, position, item, record_id,"
                    + " dose, matched, control_id, outcome, code, severity, scope, settling, location, words)"
                    + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        }

        /** One row for each item; one without an item where the answer tells nothing, or nobody knows of whom. */
        void add(Answer answer, AnswerMatching.Match match) throws SQLException {
            SentRecord record = match.record();
            if (answer.items().isEmpty() && record != null && answer.outcome() == Answer.Outcome.ACCEPTED) {
                return;
            }
            List<Answer.Item> items = answer.said();
            for (int i = 0; i < items.size(); i++) {
                Answer.Item item = items.get(i);
                int dose = record != null && item.dose() <= record.doses() ? item.dose() : 0;
                insert.setLong(1, file.id());
                insert.setInt(2, answer.position());
                insert.setInt(3, i);
                insert.setObject(4, record == null ? null : record.id(), Types.BIGINT);
                insert.setObject(5, dose == 0 ? null : dose, Types.INTEGER);
                insert.setString(6, matched(match, answer));
                insert.setString(7, Texts.column(answer.controlId(), 199));
                insert.setString(8, answer.outcome().name());
                insert.setString(9, Texts.column(item.code(), 40));
                insert.setString(10, item.severity().name());
                insert.setString(11, item.scope().name());
                insert.setString(12, item.settling().name());
                insert.setString(13, Texts.column(item.location(), 100));
                insert.setString(14, Texts.column(item.text(), 2000));
                insert.addBatch();
            }
            any = true;
        }

        private static String matched(AnswerMatching.Match match, Answer answer) {
            if (match.record() != null) {
                return "MATCHED";
            }
            return answer.speaksOfTheFile() ? "FILE" : match.ambiguous() ? AMBIGUOUS : "UNMATCHED";
        }

        void flush() throws SQLException {
            if (any) {
                insert.executeBatch();
            }
        }

        @Override
        public void close() throws SQLException {
            insert.close();
        }
    }
}
