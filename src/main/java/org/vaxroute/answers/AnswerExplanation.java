package org.vaxroute.answers;

import java.io.IOException;
import java.nio.file.Path;
import org.vaxroute.ledger.Answer;

/**
 * Tells what was understood of answer files, without touching the ledger. What it writes holds the registry's words and with them perhaps
 * patient data: it is for the person who asked.
 */
public final class AnswerExplanation {
    private final AnswerFormats formats;

    public AnswerExplanation(AnswerFormats formats) {
        this.formats = formats;
    }

    /**
     * One JSON object a line, per message or per line of a report: <code>file, controlId, outcome, items</code>, each item with
     * <code>code, severity, location, text, meaning, remedy, class</code>.
     *
     * @throws AnswerException when the file is in no form that is known
     * @throws IOException when it cannot be read
     */
    public void json(Path file, Appendable out) throws IOException {
        String name = file.getFileName().toString();
        try (AnswerFormat.Answers answers = formats.open(file)) {
            for (Answer answer = answers.next(); answer != null; answer = answers.next()) {
                json(name, answer, out);
            }
        }
    }

    /** The line of a file of which nothing was understood. */
    public void notUnderstood(Path file, String why, Appendable out) throws IOException {
        Answer.Item item = new Answer.Item(
                "", Answer.Severity.ERROR, Answer.Scope.FILE, "", 0, why, "", "", Answer.Settling.REVIEW, false);
        json(file.getFileName().toString(), new Answer(1, "", Answer.Outcome.UNKNOWN, java.util.List.of(item)), out);
    }

    /**
     * The same for people.
     *
     * @throws AnswerException when the file is in no form that is known
     * @throws IOException when it cannot be read
     */
    public void text(Path file, Appendable out) throws IOException {
        String name = file.getFileName().toString();
        int[] counts = new int[Answer.Outcome.values().length];
        try (AnswerFormat.Answers answers = formats.open(file)) {
            for (Answer answer = answers.next(); answer != null; answer = answers.next()) {
                counts[answer.outcome().ordinal()]++;
                text(answer, out);
            }
        }
        out.append(name).append(':');
        for (Answer.Outcome outcome : Answer.Outcome.values()) {
            out.append(' ')
                    .append(String.valueOf(counts[outcome.ordinal()]))
                    .append(' ')
                    .append(outcome.word());
        }
        out.append('\n');
    }

    private static void text(Answer answer, Appendable out) throws IOException {
        out.append(String.valueOf(answer.position()))
                .append("  ")
                .append(answer.controlId().isEmpty() ? "(no control id)" : printable(answer.controlId()))
                .append("  ")
                .append(answer.outcome().word())
                .append('\n');
        for (Answer.Item item : answer.items()) {
            out.append("    ")
                    .append(item.severity().word())
                    .append(item.code().isEmpty() ? "" : " " + printable(item.code()))
                    .append(item.location().isEmpty() ? "" : " at " + item.location())
                    .append(item.text().isEmpty() ? "" : ": " + printable(item.text()))
                    .append('\n');
            if (!item.meaning().isEmpty()) {
                out.append("        ").append(item.meaning()).append('\n');
            }
            out.append("        ")
                    .append(item.settling().word())
                    .append(item.remedy().isEmpty() ? "" : ": " + item.remedy())
                    .append('\n');
        }
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cc}", " ");
    }

    private static void json(String file, Answer answer, Appendable out) throws IOException {
        out.append("{\"file\":");
        string(file, out);
        out.append(",\"controlId\":");
        if (answer.controlId().isEmpty()) {
            out.append("null");
        } else {
            string(answer.controlId(), out);
        }
        out.append(",\"outcome\":");
        string(answer.outcome().word(), out);
        out.append(",\"items\":[");
        String between = "";
        for (Answer.Item item : answer.items()) {
            out.append(between);
            between = ",";
            out.append("{\"code\":");
            string(item.code(), out);
            out.append(",\"severity\":");
            string(item.severity().word(), out);
            out.append(",\"location\":");
            string(item.location(), out);
            out.append(",\"text\":");
            string(item.text(), out);
            out.append(",\"meaning\":");
            string(item.meaning(), out);
            out.append(",\"remedy\":");
            string(item.remedy(), out);
            out.append(",\"class\":");
            string(item.settling().word(), out);
            out.append('}');
        }
        out.append("]}\n");
    }

    /** A string of RFC 8259; what is not ASCII is escaped, so that no terminal's character set matters. */
    private static void string(String text, Appendable out) throws IOException {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
