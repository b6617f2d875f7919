package org.vaxroute.answers;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.vaxroute.ledger.Alarm;
import org.vaxroute.ledger.AnswerFile;
import org.vaxroute.ledger.Ledger;

/** Ends alarms of what was answered once their cause is gone, by whichever command, node or answer that was: docs/decisions/0381. */
final class AnswerAlarms {
    /** What the subject of an answer file's alarm begins with; the name of our copy follows. */
    static final String ANSWER = "answer:";

    private static final String CODE = "code:";

    private final Ledger ledger;
    private final Map<String, AnswerFormats> formats;

    /** @param formats by connection */
    AnswerAlarms(Ledger ledger, Map<String, AnswerFormats> formats) {
        this.ledger = ledger;
        this.formats = formats;
    }

    /** The subject of the alarm that a registry answers with a code that its catalogue does not have. */
    static String subject(String connection, String code) {
        return CODE + connection + "/" + code;
    }

    /** Ends what does not stand any more. */
    void end() {
        List<Alarm> open = ledger.alarms().open();
        end(open, AnswerDesk.UNREADABLE, () -> ledger.answers().keptIn(AnswerFile.State.UNREADABLE));
        end(open, AnswerDesk.COPY_AWAY, () -> ledger.answers().keptIn(AnswerFile.State.FETCHED));
        end(open, AnswerDesk.UNMATCHED, ledger.answers()::withUnmatched);
        end(open, AnswerDesk.FILE_REFUSED, ledger.tasks()::refusals);
        open.stream()
                .filter(alarm -> alarm.kind().equals(AnswerDesk.UNKNOWN_CODE)
                        && !isUnknown(alarm.subject().substring(CODE.length())))
                .forEach(this::clear);
    }

    /** @param standing gives the names of our copies of answers of which the kind of alarm stands; asked only where there is one */
    private void end(List<Alarm> open, String kind, Supplier<Set<String>> standing) {
        List<Alarm> ours =
                open.stream().filter(alarm -> alarm.kind().equals(kind)).toList();
        if (!ours.isEmpty()) {
            Set<String> answers = standing.get();
            ours.stream()
                    .filter(alarm -> !answers.contains(alarm.subject().substring(ANSWER.length())))
                    .forEach(this::clear);
        }
    }

    private void clear(Alarm alarm) {
        ledger.alarms().clear(alarm.kind(), alarm.subject());
    }

    private boolean isUnknown(String code) {
        int slash = code.indexOf('/');
        AnswerFormats spoken = formats.get(code.substring(0, Math.max(0, slash)));
        return spoken != null && !spoken.knows(code.substring(slash + 1));
    }
}
