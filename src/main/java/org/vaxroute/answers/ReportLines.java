package org.vaxroute.answers;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.vaxroute.answers.Remarks.Said;
import org.vaxroute.answers.ReportColumns.Field;
import org.vaxroute.ledger.Answer;
import org.vaxroute.ledger.Answer.Outcome;
import org.vaxroute.ledger.Answer.Severity;

/**
 * Makes answers of the rows of a report. Several codes may stand in one cell. Where all of a patient's columns are blank, the row goes on
 * about the patient of the row before it.
 */
final class ReportLines implements AnswerFormat.Answers {
    private static final List<Field> OF_THE_PATIENT =
            List.of(Field.PATIENT_ID, Field.PATIENT_NAME, Field.BIRTH_DATE, Field.CONTROL_ID);
    private static final List<Field> FILLED_DOWN =
            List.of(Field.PATIENT_ID, Field.PATIENT_NAME, Field.BIRTH_DATE, Field.CONTROL_ID, Field.SENT_ON);

    private static final List<DateTimeFormatter> DATES = List.of(
            date("uuuuMMdd"),
            date("uuuu-M-d"),
            date("M/d/uuuu"),
            date("M-d-uuuu"),
            date("d.M.uuuu"),
            date("d-MMM-uuuu"),
            shortYear("M/d/"),
            shortYear("d-MMM-"));

    /** The hundred years that two digits can mean begin here. */
    private static final int FIRST_SHORT_YEAR = 1940;

    /** Days as spreadsheets count them, which are dates of our time. */
    private static final int FIRST_SERIAL = 10_000;

    private static final int LAST_SERIAL = 80_000;

    private static final Pattern TIME_OF_DAY = Pattern.compile("(?<=[0-9])[ T]");
    private static final Pattern ANY_DATE = Pattern.compile("[1-9]");
    private static final Answer.Subject NOBODY = new Answer.Subject(null, null, null, null, null, null);

    private final ReportRows rows;
    private final Remarks remarks;
    private final Map<Field, String> patient = new EnumMap<>(Field.class);
    private int position;

    ReportLines(ReportRows rows, Remarks remarks) {
        this.rows = rows;
        this.remarks = remarks;
    }

    private static DateTimeFormatter date(String pattern) {
        return strict(new DateTimeFormatterBuilder().parseCaseInsensitive().appendPattern(pattern));
    }

    /** Two digits of the year behind the pattern. */
    private static DateTimeFormatter shortYear(String pattern) {
        return strict(new DateTimeFormatterBuilder()
                .parseCaseInsensitive()
                .appendPattern(pattern)
                .appendValueReduced(ChronoField.YEAR, 2, 2, FIRST_SHORT_YEAR));
    }

    private static DateTimeFormatter strict(DateTimeFormatterBuilder form) {
        return form.toFormatter(Locale.ENGLISH).withResolverStyle(ResolverStyle.STRICT);
    }

    @Override
    public Answer next() throws IOException {
        for (List<String> row = rows.next(); row != null; row = rows.next()) {
            if (rows.isShifted(row)) {
                patient.clear();
                return unread(row);
            }
            rememberPatient(row);
            String words = words(row);
            if (!words.isEmpty()) {
                return answer(row, words);
            }
        }
        return null;
    }

    private void rememberPatient(List<String> row) {
        if (OF_THE_PATIENT.stream().anyMatch(field -> !cell(row, field).isEmpty())) {
            FILLED_DOWN.forEach(field -> patient.put(field, cell(row, field)));
        }
    }

    /** The message behind its code; what stands in the columns of code and severity and is neither belongs to it. */
    private String words(List<String> row) {
        String code = cell(row, Field.CODE);
        String severity = cell(row, Field.SEVERITY);
        String message = cell(row, Field.MESSAGE);
        String words = (severity(severity) == null ? severity + " " + message : message).strip();
        if (code.isEmpty() || message.startsWith(code)) {
            return words;
        }
        return remarks.isCode(code) ? code + "::" + words : (code + " " + words).strip();
    }

    /** Whose row it is, and what of it is code or severity, nobody can know; the codes of the registry are found in any text. */
    private Answer unread(List<String> row) {
        String words =
                row.stream().map(String::strip).filter(cell -> !cell.isEmpty()).collect(Collectors.joining(" "));
        List<Answer.Item> items = remarks.items(new Said("", null, Severity.WARNING, ErrorLocation.NONE, words));
        return new Answer(++position, "", Outcome.UNKNOWN, items, NOBODY);
    }

    private Answer answer(List<String> row, String words) {
        String code = cell(row, Field.CODE);
        Said said = new Said(
                remarks.isCode(code) ? code : "",
                severity(cell(row, Field.SEVERITY)),
                Severity.WARNING,
                ErrorLocation.NONE,
                words);
        List<Answer.Item> items = remarks.items(said);
        Outcome outcome = remarks.tells(said) ? Remarks.outcome(items) : Outcome.UNKNOWN;
        String controlId = patient.getOrDefault(Field.CONTROL_ID, "");
        Answer.Subject subject = subject(
                orNull(patient.get(Field.PATIENT_ID)),
                orNull(patient.get(Field.PATIENT_NAME)),
                patient.get(Field.BIRTH_DATE),
                cell(row, Field.DOSE_DATE),
                cvx(cell(row, Field.CVX)),
                day(patient.get(Field.SENT_ON)));
        return new Answer(++position, controlId, outcome, items, subject);
    }

    /** Whom a line speaks of. Without a date that it gives it would fit another person's dose, so then it is nobody's. */
    static Answer.Subject subject(
            String patientId, String name, String birth, String doseDate, String cvx, LocalDate sentOn) {
        return isUnread(birth) || isUnread(doseDate)
                ? NOBODY
                : new Answer.Subject(patientId, name, day(birth), day(doseDate), cvx, sentOn);
    }

    /** Zeros and words, such as N/A, stand for no date. */
    private static boolean isUnread(String date) {
        return date != null && ANY_DATE.matcher(date).find() && day(date) == null;
    }

    private String cell(List<String> row, Field field) {
        Integer place = rows.places().get(field);
        return place == null || place >= row.size() ? "" : row.get(place).strip();
    }

    /** Null for any other word: that a vaccination was rejected may begin with the letter of information. */
    private static Severity severity(String text) {
        return switch (text.toUpperCase(Locale.ROOT)) {
            case "E", "ERR", "ERROR", "F", "FATAL", "REJ", "REJECT", "REJECTED", "REJECTION" -> Severity.ERROR;
            case "W", "WARN", "WARNING" -> Severity.WARNING;
            case "I", "INFO", "INFORMATION", "INFORMATIONAL" -> Severity.INFORMATION;
            default -> null;
        };
    }

    private static String orNull(String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    /** CVX codes have two digits at least; spreadsheets take the zero before them away. */
    private static String cvx(String text) {
        return text.isEmpty() ? null : text.matches("\\d") ? "0" + text : text;
    }

    /** Null for what is no date; a time of day behind it is left out. */
    static LocalDate day(String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        String date = TIME_OF_DAY.split(text, 2)[0];
        if (date.matches("\\d{5}(\\.\\d+)?")) {
            int serial = Integer.parseInt(date.substring(0, 5));
            return serial < FIRST_SERIAL || serial > LAST_SERIAL
                    ? null
                    : LocalDate.of(1899, 12, 30).plusDays(serial);
        }
        String compact = date.matches("\\d{12,14}") ? date.substring(0, 8) : date;
        for (DateTimeFormatter format : DATES) {
            try {
                return LocalDate.parse(compact, format);
            } catch (DateTimeException anotherForm) {
                // The next form may fit.
            }
        }
        return null;
    }

    @Override
    public Optional<String> reference() {
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
