package org.vaxroute.answers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.vaxroute.answers.Remarks.Said;
import org.vaxroute.ledger.Answer;
import org.vaxroute.ledger.Answer.Outcome;
import org.vaxroute.ledger.Answer.Severity;

/** One MSA with its ERR segments, and what a careful person makes of them. */
final class Acknowledgment {
    private final Er7Line msa;
    private final List<Er7Line> errors = new ArrayList<>();

    /** @param msa null when the message has none */
    Acknowledgment(Er7Line msa) {
        this.msa = msa;
    }

    boolean hasMsa() {
        return msa != null;
    }

    void add(Er7Line err) {
        if (errors.size() < Remarks.MOST) {
            errors.add(err);
        }
    }

    Answer answer(int position, Remarks remarks) {
        String code = msa == null ? "" : msa.get(1, 1).toUpperCase(Locale.ROOT);
        Verdict verdict = Verdict.of(code);
        List<Said> said = new ArrayList<>();
        errors.forEach(err -> said.addAll(said(err, verdict)));
        if (said.isEmpty() && verdict != Verdict.ACCEPT && msa != null && !words().isEmpty()) {
            said.add(new Said(
                    "",
                    verdict == Verdict.REJECT ? Severity.ERROR : null,
                    Severity.WARNING,
                    ErrorLocation.NONE,
                    words()));
        }
        List<Answer.Item> items = new ArrayList<>();
        boolean tells = true;
        for (Said one : said) {
            if (items.size() < Remarks.MOST) {
                items.addAll(remarks.items(one));
                tells &= remarks.tells(one);
            }
        }
        String controlId = msa == null ? "" : msa.get(2, 1);
        return new Answer(position, controlId, outcome(verdict, items, tells), items);
    }

    /** Words behind MSA-2: MSA-3 by the book, but some put them further back. */
    private String words() {
        StringBuilder words = new StringBuilder();
        for (int field : new int[] {3, 6, 7}) {
            if (!msa.words(field).isEmpty()) {
                words.append(words.isEmpty() ? "" : " ").append(msa.words(field));
            }
        }
        return words.toString();
    }

    /**
     * AE alone is no rejection: it stands for anything from an ignored field to a lost message (IZ guide, MSA-1). So the worst item decides;
     * where nothing tells how bad it is, nobody can know.
     */
    private static Outcome outcome(Verdict verdict, List<Answer.Item> items, boolean tells) {
        Outcome worst = Remarks.outcome(items);
        if (worst == Outcome.REJECTED || verdict == Verdict.REJECT) {
            return Outcome.REJECTED;
        }
        return switch (verdict) {
            case ACCEPT -> worst;
            case ERROR -> items.isEmpty() || !tells ? Outcome.UNKNOWN : worst;
            default -> items.isEmpty() || !tells || worst == Outcome.ACCEPTED ? Outcome.UNKNOWN : worst;
        };
    }

    private enum Verdict {
        ACCEPT,
        ERROR,
        REJECT,
        NONE;

        /** MSA-1 (HL70008), original and enhanced mode. */
        static Verdict of(String code) {
            return switch (code) {
                case "AA", "CA" -> ACCEPT;
                case "AE", "CE" -> ERROR;
                case "AR", "CR" -> REJECT;
                default -> NONE;
            };
        }
    }

    private static List<Said> said(Er7Line err, Verdict verdict) {
        Severity stated = severity(err.get(4, 1));
        String words = words(err);
        List<Said> said = new ArrayList<>();
        if (err.field(2).isEmpty() && err.field(3).isEmpty() && !err.field(1).isEmpty()) {
            // Before 2.5: ERR-1 (ELD) says it all, segment^sequence^field^code&text, once for each error.
            for (String eld : err.repetitions(1)) {
                String code = err.subcomponent(eld, 4, 1);
                String text = words.isEmpty() ? err.subcomponent(eld, 4, 2) : words;
                said.add(said(
                        code,
                        stated,
                        verdict,
                        ErrorLocation.of(
                                err.component(eld, 1), err.component(eld, 2), err.component(eld, 3), "", "", ""),
                        text));
            }
            return said;
        }
        // The registry's own code says more than that of the national table.
        String code = Remarks.isOfRegistry(err.get(5, 1)) ? err.get(5, 1) : err.get(3, 1);
        for (String erl : err.repetitions(2)) {
            said.add(said(
                    code,
                    stated,
                    verdict,
                    ErrorLocation.of(
                            err.component(erl, 1),
                            err.component(erl, 2),
                            err.component(erl, 3),
                            err.component(erl, 4),
                            err.component(erl, 5),
                            err.component(erl, 6)),
                    words));
        }
        return said;
    }

    private static Said said(String code, Severity stated, Verdict verdict, ErrorLocation location, String words) {
        Severity fallback = verdict == Verdict.REJECT ? Severity.ERROR : Severity.WARNING;
        return new Said(code, stated, fallback, location, words);
    }

    /** ERR-8 is for people; where it is empty the next best. */
    private static String words(Er7Line err) {
        for (int field : new int[] {8, 7, 6}) {
            String words = err.words(field);
            if (!words.isEmpty()) {
                return words;
            }
        }
        String text = err.get(5, 2).isEmpty()
                ? err.get(3, 2)
                : err.get(3, 2).isEmpty() ? err.get(5, 2) : err.get(3, 2) + ": " + err.get(5, 2);
        return text.isEmpty() ? err.get(5, 1) : text;
    }

    private static Severity severity(String code) {
        return switch (code.toUpperCase(Locale.ROOT)) {
            case "E", "F", "ERROR", "FATAL" -> Severity.ERROR;
            case "W", "WARNING" -> Severity.WARNING;
            case "I", "INFORMATION" -> Severity.INFORMATION;
            default -> null;
        };
    }
}
