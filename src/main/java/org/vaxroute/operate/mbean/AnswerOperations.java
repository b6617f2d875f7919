package org.vaxroute.operate.mbean;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.vaxroute.ledger.AnswerFile;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.UnmatchedLine;
import org.vaxroute.operate.access.Caller;
import org.vaxroute.submit.Resending;

/** The answers of all registries. */
final class AnswerOperations implements AnswersMBean {
    private static final int MOST = 1_000;
    private static final int SHOWN = 100;

    private final Ledger ledger;
    private final Resending resending;
    private final Clock clock;

    AnswerOperations(Ledger ledger, Resending resending, Clock clock) {
        this.ledger = ledger;
        this.resending = resending;
        this.clock = clock;
    }

    @Override
    public long getUnmatched() {
        return ledger.answers().unmatchedCount();
    }

    @Override
    public List<Map<String, Object>> getNotUnderstood() {
        return ledger.answers().notUnderstood(SHOWN).entrySet().stream()
                .map(waiting -> {
                    Map<String, Object> row = row(waiting.getKey());
                    row.put("loose", waiting.getValue());
                    return row;
                })
                .toList();
    }

    @Override
    public List<Map<String, Object>> list(int limit) {
        return ledger.answers().recent(Math.min(Math.max(limit, 1), MOST)).stream()
                .map(AnswerOperations::row)
                .toList();
    }

    private static Map<String, Object> row(AnswerFile file) {
        return Rows.row(
                "answer", file.keptAs(),
                "connection", file.connection(),
                "state", file.state(),
                "format", file.format(),
                "messages", file.messages() < 0 ? null : file.messages(),
                "accepted", file.counts().accepted(),
                "warned", file.counts().warned(),
                "rejected", file.counts().rejected(),
                "unknown", file.counts().unknown(),
                "unmatched", file.counts().unmatched(),
                "bytes", file.size(),
                "fetchedAt", file.fetchedAt(),
                "failedWhy", file.failedWhy());
    }

    @Override
    public List<Map<String, Object>> unmatched(int limit) {
        return ledger.answers().unmatched(Math.min(Math.max(limit, 1), MOST)).stream()
                .map(this::row)
                .toList();
    }

    private Map<String, Object> row(UnmatchedLine line) {
        return Rows.row(
                "answer", line.answer(),
                "line", line.position(),
                "connection", line.connection(),
                "why", line.ambiguous() ? "several records" : "no record",
                "code", line.code(),
                "outcome", line.outcome().word(),
                "since", line.since(),
                "ageDays", Duration.between(line.since(), clock.instant()).toDays());
    }

    @Override
    public Map<String, Object> show(String answer) {
        AnswerFile file = file(answer, this::unsettled);
        Map<String, Object> row = row(file);
        row.put(
                "lines",
                ledger.answers().unmatchedOf(file, SHOWN).stream()
                        .map(this::row)
                        .toList());
        row.put("history", Rows.history(ledger.trail().of("answer:" + file.keptAs())));
        return row;
    }

    @Override
    public String dismiss(String answer, String why) {
        AnswerFile file = file(answer, this::unsettled);
        int lines = ledger.answers().dismiss(file.id(), Caller.who(), FileOperations.reason(why));
        return file.state() == AnswerFile.State.UNREADABLE
                ? file.keptAs() + " of " + file.connection() + " is DISMISSED."
                : lines + (lines == 1 ? " line of " : " lines of ") + file.keptAs() + " put aside.";
    }

    @Override
    public String again(String answer) {
        Set<AnswerFile.State> states = Set.of(AnswerFile.State.UNREADABLE, AnswerFile.State.DISMISSED);
        AnswerFile file = file(answer, one -> states.contains(one.state()));
        if (!states.contains(file.state())) {
            throw new IllegalArgumentException(
                    answer + " is " + file.state() + "; only what is UNREADABLE or DISMISSED is read again.");
        }
        ledger.answers().again(file.id());
        ledger.trail().append(Caller.who(), "answer-again", "answer:" + file.keptAs(), "");
        return answer + " is read again.";
    }

    @Override
    public Map<String, Object> outlook(String file) {
        Resending.Outlook outlook = resending.outlook(file);
        return Rows.row(
                "file", outlook.file().name(),
                "connection", outlook.file().connection(),
                "feed", outlook.file().feed(),
                "state", outlook.file().state(),
                "messages", outlook.file().messages(),
                "doses", outlook.file().doses(),
                "answered", outlook.answered(),
                "said", outlook.said(),
                "wordNeeded", outlook.wordNeeded(),
                "overtaken", outlook.overtaken(),
                "not", outlook.not());
    }

    @Override
    public String resend(String file, String told, String why) {
        SubmissionFile next =
                resending.resend(file, told == null ? "" : told, Caller.who(), FileOperations.reason(why));
        return file + " is REFUSED; its records travel in " + next.name() + " with the next run of its feed.";
    }

    private boolean unsettled(AnswerFile file) {
        return file.state() == AnswerFile.State.UNREADABLE || ledger.answers().anyUnmatched(file);
    }

    /** The file of that name of which something is to be done; else the newest, whose state tells why not. */
    private AnswerFile file(String name, Predicate<AnswerFile> todo) {
        int slash = name.indexOf('/');
        List<AnswerFile> files = ledger.answers().keptAs(name.substring(slash + 1)).stream()
                .filter(file -> slash < 0 || file.connection().equals(name.substring(0, slash)))
                .toList();
        return files.stream()
                .filter(todo)
                .findFirst()
                .or(() -> files.stream().findFirst())
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no answer " + name + "; \"vaxroute answers\" lists them."));
    }
}
