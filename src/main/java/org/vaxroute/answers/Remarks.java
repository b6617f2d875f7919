package org.vaxroute.answers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vaxroute.ledger.Answer;
import org.vaxroute.ledger.Answer.Outcome;
import org.vaxroute.ledger.Answer.Scope;
import org.vaxroute.ledger.Answer.Settling;
import org.vaxroute.ledger.Answer.Severity;

/**
 * Makes items of what a registry says: several codes in one text (<code>AAA-nnn::words</code>, the space after <code>::</code> optional)
 * become several items, and each gets its meaning from the catalogue. What a code means goes before the severity that was stated, because
 * registries state severities loosely.
 */
final class Remarks {
    /** No message has more to say than this; what is over is left to the kept file. */
    static final int MOST = 2000;

    private static final String FORM = "[A-Z]{2,5}-\\d{2,5}";
    private static final Pattern CODE = Pattern.compile("\\b(" + FORM + ")(\\s*::\\s*)?");

    /** A registry's own code, or one of table HL70357. */
    private static final Pattern CODE_ALONE = Pattern.compile(FORM + "|\\d{1,3}");

    private static final Pattern CODE_OF_FAMILY = Pattern.compile("[A-Za-z]{1,10}[-.]?\\d{1,5}");

    private final AnswerCatalogue catalogue;

    Remarks(AnswerCatalogue catalogue) {
        this.catalogue = catalogue;
    }

    /**
     * One thing said, before it is understood.
     *
     * @param code beside the words, such as ERR-3.1; used when the words hold no code of the registry's own
     * @param stated severity as stated; null when none was
     * @param fallback severity to be taken when neither code nor statement tells
     * @param words may hold one code or several
     */
    record Said(String code, Severity stated, Severity fallback, ErrorLocation location, String words) {}

    /** Whether this is written like a registry's own code. */
    static boolean isOfRegistry(String text) {
        return text.matches(FORM);
    }

    /** Whether this is a code. What merely stands where one is looked for may be a name or a date, which alarms must not tell. */
    boolean isCode(String text) {
        return CODE_ALONE.matcher(text).matches()
                || catalogue.knows(text)
                || CODE_OF_FAMILY.matcher(text).matches()
                        && catalogue.family(text).isPresent();
    }

    /** The codes that stand in a text, in their order. */
    List<Answer.Item> items(Said said) {
        List<Answer.Item> items = new ArrayList<>();
        Matcher matcher = CODE.matcher(said.words);
        String code = null;
        int from = 0;
        while (matcher.find()) {
            if (matcher.group(2) == null && !catalogue.knows(matcher.group(1))) {
                continue;
            }
            if (code != null) {
                items.add(item(code, said.words.substring(from, matcher.start()), said));
            }
            code = matcher.group(1);
            from = matcher.end();
        }
        items.add(item(code == null ? said.code : code, code == null ? said.words : said.words.substring(from), said));
        return items;
    }

    private Answer.Item item(String code, String words, Said said) {
        Optional<CatalogueEntry> own = catalogue.find(code);
        CatalogueEntry entry = own.or(() -> catalogue.family(code)).orElse(null);
        Severity severity = severity(entry, said);
        String text = words.strip().replaceAll("^[:;,.\\s]+|[;,\\s]+$", "");
        Settling settling = own.isEmpty() || own.get().settling() == null
                ? code.isEmpty() && severity == Severity.INFORMATION ? Settling.BENIGN : Settling.REVIEW
                : own.get().settling();
        return new Answer.Item(
                code,
                severity,
                scope(entry, said.location),
                said.location.text(),
                said.location.dose(),
                text,
                entry == null ? "" : entry.meaning(),
                entry == null ? "" : entry.remedy(),
                settling,
                own.isPresent());
    }

    private static Severity severity(CatalogueEntry entry, Said said) {
        if (entry != null && entry.outcome() != null) {
            return switch (entry.outcome()) {
                case REJECTED -> Severity.ERROR;
                case WARNED -> Severity.WARNING;
                default -> Severity.INFORMATION;
            };
        }
        return said.stated == null ? said.fallback : said.stated;
    }

    private static Scope scope(CatalogueEntry entry, ErrorLocation location) {
        if (location.dose() > 0 && (entry == null || entry.scope() == null || entry.scope() == Scope.DOSE)) {
            return Scope.DOSE;
        }
        return entry == null || entry.scope() == null ? Scope.MESSAGE : entry.scope();
    }

    /** Whether the severity of what was said is known, and not only supposed. */
    boolean tells(Said said) {
        return said.stated != null
                || items(said).stream().allMatch(item -> catalogue
                        .find(item.code())
                        .or(() -> catalogue.family(item.code()))
                        .map(CatalogueEntry::outcome)
                        .isPresent());
    }

    /** What the worst item makes of the message; accepted when there is none. */
    static Outcome outcome(List<Answer.Item> items) {
        Outcome worst = Outcome.ACCEPTED;
        for (Answer.Item item : items) {
            if (item.severity() == Severity.ERROR) {
                return Outcome.REJECTED;
            }
            if (item.severity() == Severity.WARNING) {
                worst = Outcome.WARNED;
            }
        }
        return worst;
    }
}
