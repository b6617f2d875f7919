package org.vaxroute.answers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.vaxroute.answers.Remarks.Said;
import org.vaxroute.answers.ResponseWords.What;
import org.vaxroute.ledger.Answer;
import org.vaxroute.ledger.Answer.Outcome;
import org.vaxroute.ledger.Answer.Scope;
import org.vaxroute.ledger.Answer.Settling;
import org.vaxroute.ledger.Answer.Severity;

/**
 * Reads a response file. An entry of a section may stand on one line, its parts two spaces or more apart, or be a block of
 * <code>label: value</code> lines; a new one begins where a label comes again, or where a line begins with whom it speaks of.
 */
final class ResponseAnswers implements AnswerFormat.Answers {
    private static final List<What> SECTIONS =
            List.of(What.REJECTED_CLIENTS, What.REJECTED_DOSES, What.WARNINGS, What.PENDING, What.OTHER);
    private static final List<What> LABELS = List.of(
            What.CONTROL_ID,
            What.PATIENT_ID,
            What.PATIENT_NAME,
            What.BIRTH_DATE,
            What.DOSE_DATE,
            What.CVX,
            What.LOCATION,
            What.MESSAGE);
    private static final Pattern ERL = Pattern.compile("[A-Z][A-Z0-9]{2}(\\^[0-9]*)*");

    private final TextLines lines;
    private final ResponseWords words;
    private final Remarks remarks;
    private final List<Answer> ready = new ArrayList<>();
    private Map<What, String> entry = new EnumMap<>(What.class);
    private What section;
    private String reference;
    private String status = "";
    private String reason = "";
    private int processed;
    private boolean statusTold;
    private boolean ended;
    private int position;

    ResponseAnswers(TextLines lines, ResponseWords words, Remarks remarks) {
        this.lines = lines;
        this.words = words;
        this.remarks = remarks;
    }

    @Override
    public Answer next() throws IOException {
        while (ready.isEmpty() && !ended) {
            String line = lines.next();
            if (line == null) {
                ended = true;
                endEntry();
                tellStatus();
            } else {
                take(line);
            }
        }
        return ready.isEmpty() ? null : ready.remove(0);
    }

    private void take(String line) {
        for (What title : SECTIONS) {
            if (words.is(title, line.replaceFirst("\\s*:\\s*$", ""))) {
                endEntry();
                tellStatus();
                section = title;
                return;
            }
        }
        if (section == null || section == What.OTHER) {
            header(line);
        } else if (!words.is(What.NONE, line)) {
            entry(line);
        }
    }

    private void header(String line) {
        words.behind(What.FILE, line).filter(name -> !name.isEmpty()).ifPresent(name -> reference = name);
        words.behind(What.STATUS, line).ifPresent(value -> status = value);
        words.behind(What.REASON, line).ifPresent(value -> reason = value);
        words.behind(What.PROCESSED, line)
                .filter(count -> count.matches("\\d{1,8}"))
                .ifPresent(count -> processed = Integer.parseInt(count));
    }

    /** A job that failed says so before anything else. */
    private void tellStatus() {
        boolean failed = words.is(What.FAILED, status);
        if (statusTold || !failed && !words.is(What.WAITS, status)) {
            return;
        }
        statusTold = true;
        String text = reason.isEmpty() ? status : reason;
        Answer.Item item = remarks.items(new Said("", Severity.ERROR, Severity.ERROR, ErrorLocation.NONE, text))
                .get(0);
        ready.add(new Answer(
                ++position,
                "",
                Outcome.REJECTED,
                List.of(new Answer.Item(
                        item.code(),
                        Severity.ERROR,
                        Scope.FILE,
                        "",
                        0,
                        item.text(),
                        failed
                                ? "The job ended in an error; nothing of the file was loaded"
                                : "The registry failed on its side; nothing is wrong with the file",
                        failed
                                ? "Mend what it names, then send the file again: vaxroute files resend"
                                : "Wait until the registry says that the file may be sent again",
                        failed ? Settling.REVIEW : Settling.WAIT,
                        true))));
    }

    private void entry(String line) {
        boolean first = true;
        for (String part : line.split("\\s{2,}|\\t+")) {
            if (!part.isBlank()) {
                part(part.strip(), first);
                first = false;
            }
        }
    }

    private void part(String part, boolean beginsLine) {
        for (What label : LABELS) {
            Optional<String> value = words.behind(label, part);
            if (value.isPresent()) {
                boolean another = entry.containsKey(label) && (label != What.MESSAGE && label != What.LOCATION)
                        || beginsLine && isWho(label) && entry.containsKey(What.MESSAGE);
                if (another) {
                    endEntry();
                }
                add(label, value.get());
                return;
            }
        }
        add(ERL.matcher(part).matches() && !entry.containsKey(What.MESSAGE) ? What.LOCATION : What.MESSAGE, part);
    }

    private static boolean isWho(What label) {
        return label == What.CONTROL_ID || label == What.PATIENT_ID || label == What.PATIENT_NAME;
    }

    private void add(What label, String value) {
        String before = entry.getOrDefault(label, "");
        if (before.length() < TextLines.LONGEST) {
            entry.put(label, before.isEmpty() ? value : before + " " + value);
        }
    }

    private void endEntry() {
        Map<What, String> done = entry;
        entry = new EnumMap<>(What.class);
        if (done.isEmpty() || section == null) {
            return;
        }
        boolean pending = section == What.PENDING;
        Severity supposed =
                section == What.REJECTED_CLIENTS || section == What.REJECTED_DOSES ? Severity.ERROR : Severity.WARNING;
        String[] at = done.getOrDefault(What.LOCATION, "").split("\\^", -1);
        ErrorLocation location = ErrorLocation.of(at[0], at(at, 1), at(at, 2), at(at, 3), at(at, 4), at(at, 5));
        List<Answer.Item> items =
                remarks.items(new Said("", null, supposed, location, done.getOrDefault(What.MESSAGE, ""))).stream()
                        .map(item -> item.known() && item.settling() != null ? item : inSection(item, pending))
                        .toList();
        ready.add(new Answer(
                ++position,
                done.getOrDefault(What.CONTROL_ID, ""),
                Remarks.outcome(items),
                items,
                ReportLines.subject(
                        done.get(What.PATIENT_ID),
                        done.get(What.PATIENT_NAME),
                        done.get(What.BIRTH_DATE),
                        done.get(What.DOSE_DATE),
                        done.get(What.CVX),
                        null)));
    }

    private static String at(String[] parts, int index) {
        return index < parts.length ? parts[index] : "";
    }

    /** What no catalogue tells, the section does. */
    private Answer.Item inSection(Answer.Item item, boolean pending) {
        Scope scope =
                switch (section) {
                    case REJECTED_CLIENTS -> Scope.PATIENT;
                    case REJECTED_DOSES -> Scope.DOSE;
                    default -> item.scope();
                };
        return new Answer.Item(
                item.code(),
                item.severity(),
                item.scope() == Scope.MESSAGE ? scope : item.scope(),
                item.location(),
                item.dose(),
                item.text(),
                item.meaning(),
                item.remedy(),
                pending && item.code().isEmpty() ? Settling.WAIT : item.settling(),
                item.known());
    }

    @Override
    public Optional<String> reference() {
        return Optional.ofNullable(reference);
    }

    @Override
    public int speaksFor() {
        return words.is(What.COMPLETE, status) ? processed : 0;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
