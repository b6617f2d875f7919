package org.vaxroute.intake;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntPredicate;
import org.vaxroute.hl7.Hl7FormatException;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.Stage;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.CheckContext;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.RuleSet;
import org.vaxroute.rules.Severity;
import org.vaxroute.rules.Verdict;
import org.vaxroute.vxu.Referee;
import org.vaxroute.vxu.Refusal;

/**
 * The check step: the rules and the standing of its clinic judge every record of a chunk, and HAPI as the second reader judges one in so many.
 *
 * <p>A record that HAPI cannot read is held with the finding {@value #REFEREE}. A record on which a rule fails in itself
 * is held with {@value #FAILED}; the others of the chunk go on.
 */
public final class Check {
    /** Rule id of the finding on a record that HAPI's 2.5.1 model refuses. */
    public static final String REFEREE = "HAPI-REFEREE";

    /** Rule id of the finding on a record that could not be checked. */
    public static final String FAILED = "CHECK-FAILED";

    private record InForce(Map<String, RuleSet> rules, Map<String, Sites> sites) {}

    private volatile InForce inForce;
    private final Referee referee;
    private final Map<Feed, Integer> oneIn = new EnumMap<>(Feed.class);
    private final Map<Feed, AtomicLong> seen = new EnumMap<>(Feed.class);
    private final Map<String, ZoneId> zones;
    private final Clock clock;
    private RealPersons realPersons;

    /**
     * @param rules by connection, since each speaks to its own registry
     * @param sites by connection; one that is not there reports no sites
     * @param zones by connection; "today" is that of the connection
     */
    public Check(
            Map<String, RuleSet> rules,
            Map<String, Sites> sites,
            Referee referee,
            IntakeSettings settings,
            Map<String, ZoneId> zones,
            Clock clock) {
        use(rules, sites);
        this.referee = Objects.requireNonNull(referee, "referee");
        this.zones = Map.copyOf(zones);
        this.clock = Objects.requireNonNull(clock, "clock");
        oneIn.put(Feed.TEST, settings.refereeTest());
        oneIn.put(Feed.ONGOING, settings.refereeOngoing());
        oneIn.put(Feed.HISTORICAL, settings.refereeHistorical());
        for (Feed feed : Feed.values()) {
            seen.put(feed, new AtomicLong());
        }
    }

    /** From the next chunk on judges by these, by connection. */
    public void use(Map<String, RuleSet> rules, Map<String, Sites> sites) {
        inForce = new InForce(Map.copyOf(rules), Map.copyOf(sites));
    }

    /** Lets the rules about test patients pass over those of whom a person said that they are real. */
    public Check heeding(RealPersons persons) {
        realPersons = persons;
        return this;
    }

    /** Judges each record of the chunk that can be read. */
    public void check(Chunk chunk) {
        InForce now = inForce;
        RuleSet own = now.rules.get(chunk.connection());
        if (own == null) {
            throw new SourceFaultException(
                    chunk.source(),
                    "There are no rules for connection " + chunk.connection() + "; check its registry setting.");
        }
        LocalDate today = LocalDate.now(clock.withZone(zones.getOrDefault(chunk.connection(), ZoneOffset.UTC)));
        var context = new CheckContext(today, chunk.feed().stage() == Stage.PRODUCTION);
        Sites ownSites = now.sites.getOrDefault(chunk.connection(), Sites.NONE);
        for (TakenRecord record : chunk.records()) {
            if (record.readable()) {
                check(chunk, record, own, ownSites, context);
            }
        }
    }

    private void check(Chunk chunk, TakenRecord record, RuleSet own, Sites ownSites, CheckContext context) {
        try {
            ownSites.judge(record, context.today());
            Judgement judgement = own.check(record.message(), context);
            if (realPersons != null && judgement.verdict() == Verdict.HELD) {
                judgement = realPersons.of(chunk.connection(), chunk.feed().stage(), record, own, judgement);
            }
            Findings.judge(record, judgement);
            boolean asked = seen.get(chunk.feed()).getAndIncrement() % oneIn.get(chunk.feed()) == 0;
            if (asked && record.judgement().verdict() != Verdict.HELD) {
                askReferee(record);
            }
        } catch (RuntimeException e) {
            Findings.hold(
                    record,
                    new Finding(
                            FAILED,
                            Severity.ERROR,
                            Effect.MESSAGE,
                            "",
                            "The check stopped with " + e.getClass().getSimpleName() + " on this record.",
                            "Report it to the keepers of the rules, then recheck the record."));
        }
    }

    /** Asks about what would leave. A dose that HAPI does not read is held by itself, as one that a rule holds. */
    private void askReferee(TakenRecord record) {
        Optional<Refusal> refusal = refusal(record, dose -> leaves(record, dose));
        if (refusal.isPresent() && refusal(record, dose -> false).isEmpty()) {
            for (int dose = 1; dose <= record.message().doses(); dose++) {
                int one = dose;
                Optional<Refusal> own = leaves(record, one) ? refusal(record, other -> other == one) : Optional.empty();
                own.ifPresent(r -> Findings.holdDose(record, finding(place(one, r.location()), r, Effect.DOSE), one));
            }
            refusal = refusal(record, dose -> leaves(record, dose));
        }
        refusal.ifPresent(r -> Findings.hold(record, finding(r.location(), r, Effect.MESSAGE)));
    }

    private static boolean leaves(TakenRecord record, int dose) {
        return record.judgement().doses().get(dose - 1) != Verdict.HELD;
    }

    private Optional<Refusal> refusal(TakenRecord record, IntPredicate doses) {
        Message message = record.message();
        try {
            return referee.refusal(message.keepDoses(doses).bytes());
        } catch (Hl7FormatException inseparable) {
            return referee.refusal(message.bytes());
        }
    }

    /** The referee saw the dose as the only one. */
    private static String place(int dose, String location) {
        String inDose = location.substring(location.indexOf('/') + 1);
        return "ORDER[" + dose + "]/" + (inDose.startsWith("MSH") ? "RXA" : inDose);
    }

    private static Finding finding(String location, Refusal refusal, Effect effect) {
        return new Finding(
                REFEREE,
                Severity.ERROR,
                effect,
                location,
                refusal.reason(),
                "Correct the place in the EHR, or by a transform, then recheck: a second HL7 reader cannot read the message as 2.5.1.");
    }
}
