package org.vaxroute.feeds;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vaxroute.ledger.HistoricalCounts;
import org.vaxroute.ledger.HistoricalLoad;

/**
 * Balances a historical load: what the sources hold now, against the ledger, against the files. Every difference has its words; one that
 * means that something is missing makes the report fail.
 *
 * @param summary one line for people and the trail
 * @param balanced whether nothing is missing
 */
public record HistoryReport(long plan, String connection, String summary, boolean balanced, List<Line> lines) {
    public HistoryReport {
        lines = List.copyOf(lines);
    }

    /**
     * One year and site.
     *
     * @param planned doses that the plan counted
     * @param source doses that the sources hold now, up to the cut-off
     * @param ledger doses that the ledger holds from them, in all their versions
     * @param filed in historical files
     * @param ahead sent ahead with the ongoing feed
     * @param other held, duplicate, superseded or dropped
     * @param words what explains the differences; empty when there is none
     */
    public record Line(
            int year,
            String site,
            long planned,
            long source,
            long ledger,
            long filed,
            long ahead,
            long other,
            String words) {}

    static HistoryReport of(
            HistoricalLoad load,
            List<HistoricalLoad.Count> plan,
            HistoryTally now,
            List<HistoricalCounts.Line> ledger,
            HistoricalCounts.Files files,
            List<String> faults) {
        Map<HistoryTally.Place, Row> rows = new TreeMap<>();
        plan.forEach(count -> row(rows, count.year(), count.site()).planned = count.doses());
        now.sums().forEach((place, sum) -> row(rows, place.year(), place.site()).now = sum);
        ledger.stream()
                .filter(line -> load.covers(line.site()))
                .forEach(line -> row(rows, line.year(), line.site()).line = line);
        List<Line> lines = new ArrayList<>();
        long missing = 0;
        long waiting = 0;
        long filed = 0;
        long held = 0;
        long ahead = 0;
        long settled = 0;
        long ledgerDoses = 0;
        for (Map.Entry<HistoryTally.Place, Row> entry : rows.entrySet()) {
            Row row = entry.getValue();
            lines.add(row.line(entry.getKey()));
            missing += row.now.missing;
            waiting += row.line.waiting();
            filed += row.line.filed();
            held += row.line.held();
            ahead += row.line.ahead();
            settled += row.line.duplicate() + row.line.superseded() + row.line.dropped();
            ledgerDoses += row.line.doses();
        }
        List<String> faultsFound = new ArrayList<>(faults);
        if (missing > 0) {
            faultsFound.add(missing + " doses of the sources are in no record; vaxroute backfill reopen "
                    + load.connection() + " --plan " + load.id() + " --why ... reads them");
        }
        if (waiting > 0) {
            faultsFound.add(waiting + " doses wait for a file");
        }
        if (files.undelivered() > 0) {
            faultsFound.add(files.undelivered() + " files did not reach the registry yet");
        }
        // Files hold what earlier loads of other sites brought, too.
        long filedInAll =
                ledger.stream().mapToLong(HistoricalCounts.Line::filed).sum();
        if (filedInAll != files.doses()) {
            faultsFound.add("the files count " + files.doses() + " doses, their records " + filedInAll);
        }
        String summary = now.doses() + " doses in the sources"
                + (load.site().equals(HistoricalLoad.ALL_SITES) ? "" : " of " + load.site())
                + "; the ledger holds " + ledgerDoses + " in all their versions: " + filed + " in "
                + (filed == filedInAll ? files.files() + " " : "") + "historical files, " + ahead
                + " with the ongoing feed, " + held + " held"
                + (settled > 0 ? ", " + settled + " duplicate, superseded or dropped" : "")
                + (waiting > 0 ? ", " + waiting + " waiting" : "") + "; "
                + (faultsFound.isEmpty() ? "everything is accounted for" : String.join("; ", faultsFound));
        return new HistoryReport(load.id(), load.connection(), summary, faultsFound.isEmpty(), lines);
    }

    private static Row row(Map<HistoryTally.Place, Row> rows, int year, String site) {
        return rows.computeIfAbsent(
                new HistoryTally.Place(year, site),
                place -> new Row(new HistoricalCounts.Line(year, site, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)));
    }

    private static final class Row {
        private long planned;
        private HistoryTally.Sum now = new HistoryTally.Sum();
        private HistoricalCounts.Line line;

        Row(HistoricalCounts.Line nothing) {
            line = nothing;
        }

        Line line(HistoryTally.Place place) {
            List<String> words = new ArrayList<>();
            say(words, now.missing, "NOT READ: in no record of the ledger");
            say(words, now.ongoing, "carried by the ongoing feed");
            long changed = line.distinct() - now.read;
            say(words, changed, "changed or deleted in the EHR after they were read");
            say(words, -changed, "stood in another year or site when they were read");
            say(words, line.doses() - line.distinct(), "read in a further version");
            say(words, planned - now.doses, "fewer than planned: changed since, carried by the ongoing feed");
            say(words, now.doses - planned, "more than planned: written before the cut-off, seen after the plan");
            say(words, line.held(), "held");
            say(words, line.duplicate(), "said nothing new");
            say(words, line.superseded(), "superseded by a corrected record");
            say(words, line.dropped(), "dropped, each with its reason");
            say(words, line.waiting(), "wait for a file");
            return new Line(
                    place.year(),
                    place.site(),
                    planned,
                    now.doses,
                    line.doses(),
                    line.filed(),
                    line.ahead(),
                    line.held() + line.duplicate() + line.superseded() + line.dropped(),
                    String.join("; ", words));
        }

        private static void say(List<String> words, long count, String what) {
            if (count > 0) {
                words.add(count + " " + what);
            }
        }
    }
}
