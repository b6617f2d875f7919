package org.vaxroute.operate.mbean;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.codes.CodeTableException;
import org.vaxroute.ledger.HeldAtSite;
import org.vaxroute.ledger.HeldCount;
import org.vaxroute.ledger.HeldFilter;
import org.vaxroute.ledger.Job;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.RecordState;
import org.vaxroute.operate.access.Caller;
import org.vaxroute.operate.held.FindingWords;
import org.vaxroute.operate.held.HeldWork;
import org.vaxroute.rules.RuleFileException;
import org.vaxroute.rules.RuleSet;

/** The held records of all connections. */
final class HeldOperations implements HeldMBean {
    private static final Logger LOG = LoggerFactory.getLogger(HeldOperations.class);
    private static final int MOST = 1_000;

    private final Ledger ledger;
    private final HeldWork work;
    private final Map<String, List<String>> consentRules;
    private final Supplier<Map<String, RuleSet>> rules;
    private Map<String, RuleSet> loaded;

    /**
     * @param consentRules ids of the rules about consent, by connection
     * @param rules of each connection, asked for when a rule is first explained
     */
    HeldOperations(
            Ledger ledger,
            HeldWork work,
            Map<String, List<String>> consentRules,
            Supplier<Map<String, RuleSet>> rules) {
        this.ledger = ledger;
        this.work = work;
        this.consentRules = Map.copyOf(consentRules);
        this.rules = rules;
    }

    @Override
    public List<Map<String, Object>> getCounts() {
        return ledger.records().heldCounts().stream().map(this::row).toList();
    }

    private Map<String, Object> row(HeldCount count) {
        FindingWords words = FindingWords.of(count.rule(), rules().get(count.connection()));
        return Rows.row(
                "connection", count.connection(),
                "source", count.source(),
                "rule", count.rule(),
                "reason", words.reason(),
                "remedy", words.remedy(),
                "records", count.records(),
                "doses", count.doses(),
                "oldest", count.oldest());
    }

    private synchronized Map<String, RuleSet> rules() {
        if (loaded == null) {
            try {
                loaded = rules.get();
            } catch (RuleFileException | CodeTableException broken) {
                // What is held is shown all the same, without the words of its rules.
                LOG.warn("The rules of what is held are not explained: {}", broken.getMessage());
                loaded = Map.of();
            }
        }
        return loaded;
    }

    @Override
    public List<Map<String, Object>> list(String connection, String source, String rule, long after, int limit) {
        return ledger
                .records()
                .held(HeldFilter.of(connection, source, rule), after, Math.min(Math.max(limit, 1), MOST))
                .stream()
                .map(record -> Rows.row(
                        "id", record.recordId(),
                        "connection", record.connection(),
                        "stage", record.stage(),
                        "source", record.source(),
                        "rule", record.rule(),
                        "doses", record.doses(),
                        "since", record.since()))
                .toList();
    }

    @Override
    public List<Map<String, Object>> bySite(String connection, String source, String rule) {
        return ledger.records().heldBySite(HeldFilter.of(connection, source, rule)).stream()
                .map(HeldOperations::row)
                .toList();
    }

    @Override
    public List<Map<String, Object>> consent() {
        List<HeldAtSite> all = new ArrayList<>();
        consentRules.forEach((connection, rules) ->
                rules.forEach(rule -> all.addAll(ledger.records().heldBySite(new HeldFilter(connection, null, rule)))));
        all.sort(Comparator.comparing(HeldAtSite::connection)
                .thenComparing(HeldAtSite::site)
                .thenComparing(HeldAtSite::rule));
        return all.stream().map(HeldOperations::row).toList();
    }

    private static Map<String, Object> row(HeldAtSite at) {
        return Rows.row(
                "connection", at.connection(),
                "site", at.site(),
                "rule", at.rule(),
                "records", at.records(),
                "patients", at.patients(),
                "oldest", at.oldest());
    }

    @Override
    public String release(long id, String why) {
        RecordState now = ledger.records().release(id, Caller.who(), FileOperations.reason(why));
        return "Record " + id + " is " + now
                + (now == RecordState.READY
                        ? "; it goes with the next file."
                        : ": the registry has been told what it says, or a newer record says it.");
    }

    @Override
    public String drop(long id, String why) {
        ledger.records().drop(id, Caller.who(), FileOperations.reason(why));
        return "Record " + id + " is DROPPED.";
    }

    @Override
    public String recheck(long id, String why) {
        return work.recheck(id, Caller.who(), why == null ? "" : why.strip());
    }

    @Override
    public String realPerson(long id, String why) {
        boolean fresh = ledger.realPeople().remember(id, Caller.who(), FileOperations.reason(why));
        return (fresh ? "Remembered. " : "That was known. ") + recheck(id, "real person");
    }

    @Override
    public long begin(String what, String connection, String source, String rule, String why) {
        Job.Kind kind = kind(what);
        String reason = kind == Job.Kind.RECHECK ? (why == null ? "" : why.strip()) : FileOperations.reason(why);
        return work.begin(kind, HeldFilter.of(connection, source, rule), Caller.who(), reason)
                .id();
    }

    private static Job.Kind kind(String what) {
        try {
            return Job.Kind.valueOf(String.valueOf(what).toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "\"" + what + "\" cannot be done with held records; say recheck, release or drop.", e);
        }
    }

    static String any(String text) {
        return text == null || text.isBlank() ? null : text;
    }
}
