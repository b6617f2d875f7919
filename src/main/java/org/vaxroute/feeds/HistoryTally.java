package org.vaxroute.feeds;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.HistoricalLoad;
import org.vaxroute.ledger.KnownDoses;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Severity;
import org.vaxroute.rules.Verdict;

/** Counts records of history by year and site, and what the rules would hold. Keeps counts only. */
final class HistoryTally {
    /** A year and a site; ordered as in a table. */
    record Place(int year, String site) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            return year == other.year ? site.compareTo(other.site) : Integer.compare(year, other.year);
        }
    }

    /** Of one year and site. */
    static final class Sum {
        long records;
        long doses;
        long read;
        long ongoing;
        long missing;
    }

    // A facility that is no site can be anything; enough to see what is meant.
    private static final int MOST_SITES = 50;

    private final Map<Place, Sum> sums = new TreeMap<>();
    private final Map<String, Long> heldByRule = new TreeMap<>();
    private long records;
    private long doses;
    private long held;
    private long leftOut;
    private long messages;
    private long bytes;
    private long withoutDose;
    private long ofOtherSites;
    private final Set<String> otherSites = new TreeSet<>();
    private final String sites;

    /** @param sites of the load; records of others are only counted */
    HistoryTally(String sites) {
        this.sites = sites;
    }

    /** Takes in a chunk that was checked. */
    void plan(Chunk chunk) {
        for (TakenRecord record : chunk.records()) {
            if (covers(record)) {
                count(record, null);
                judge(record);
            }
        }
    }

    private boolean covers(TakenRecord record) {
        // As the ledger does when it stores: what cannot be read names no site.
        boolean covered = !record.readable() || HistoricalLoad.covers(sites, record.site());
        if (!covered) {
            ofOtherSites++;
            if (otherSites.size() < MOST_SITES) {
                otherSites.add(record.site());
            }
        }
        return covered;
    }

    /** Takes in a chunk that was read again, with what the ledger knows of it. */
    void again(Chunk chunk, List<KnownDoses.Known> known) {
        for (int i = 0; i < known.size(); i++) {
            if (covers(chunk.records().get(i))) {
                count(chunk.records().get(i), known.get(i).doses());
            }
        }
    }

    private void count(TakenRecord record, KnownDoses.By[] known) {
        records++;
        int count = record.readable() ? record.message().doses() : 0;
        if (count == 0) {
            withoutDose++;
            return;
        }
        doses += count;
        String site = record.site().length() > 64 ? record.site().substring(0, 64) : record.site();
        for (int dose = 1; dose <= count; dose++) {
            Sum sum = sums.computeIfAbsent(new Place(year(record.message(), dose), site), place -> new Sum());
            sum.records += dose == 1 ? 1 : 0;
            sum.doses++;
            if (known != null) {
                switch (known[dose - 1]) {
                    case HISTORY -> sum.read++;
                    case ONGOING -> sum.ongoing++;
                    case NOBODY -> sum.missing++;
                }
            }
        }
    }

    private void judge(TakenRecord record) {
        if (record.excluded() != null) {
            leftOut++;
            return;
        }
        Judgement judgement = record.judgement();
        long faulty = judgement.doses().stream()
                .filter(verdict -> verdict == Verdict.HELD)
                .count();
        boolean whole = judgement.verdict() == Verdict.HELD
                || judgement.verdict() == Verdict.UNREADABLE
                || faulty > 0 && faulty == judgement.doses().size();
        if (whole || faulty > 0) {
            held++;
            heldByRule.merge(
                    judgement.findings().stream()
                            .filter(finding -> finding.severity() == Severity.ERROR)
                            .map(Finding::rule)
                            .findFirst()
                            .orElse("UNNAMED"),
                    1L,
                    Long::sum);
        }
        if (!whole) {
            messages++;
            bytes += record.message().length();
        }
    }

    private static int year(Message message, int dose) {
        int rxa = message.findInDose("RXA", dose);
        String date = rxa < 0 ? "" : message.field(rxa, 3, 1, 1);
        if (date.length() < 8) {
            return 0;
        }
        try {
            return LocalDate.of(
                            Integer.parseInt(date, 0, 4, 10),
                            Integer.parseInt(date, 4, 6, 10),
                            Integer.parseInt(date, 6, 8, 10))
                    .getYear();
        } catch (DateTimeException | NumberFormatException noDate) {
            // Counted under no year, as the ledger does; rules judge dates.
            return 0;
        }
    }

    /** Records that belong to sites that the load is not for. */
    long ofOtherSites() {
        return ofOtherSites;
    }

    /** Some of these sites. */
    Set<String> otherSites() {
        return otherSites;
    }

    Map<Place, Sum> sums() {
        return sums;
    }

    List<HistoricalLoad.Count> counts() {
        List<HistoricalLoad.Count> counts = new ArrayList<>();
        sums.forEach((place, sum) ->
                counts.add(new HistoricalLoad.Count(place.year(), place.site(), sum.records, sum.doses)));
        return counts;
    }

    Map<String, Long> heldByRule() {
        return heldByRule;
    }

    long records() {
        return records;
    }

    long doses() {
        return doses;
    }

    long held() {
        return held;
    }

    long leftOut() {
        return leftOut;
    }

    long messages() {
        return messages;
    }

    long bytes() {
        return bytes;
    }

    long withoutDose() {
        return withoutDose;
    }
}
