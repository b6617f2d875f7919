package org.vaxroute.operate.mbean;

import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.vaxroute.answers.AnswerCatalogue;
import org.vaxroute.answers.CatalogueEntry;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.Quality;

/** Acceptance of all connections. */
final class QualityOperations implements QualityMBean {
    /** Registries name this rate when they speak of good data (domain: about 90 percent). */
    static final double TARGET = 90;

    private static final int WEEKS = 26;
    private static final int CAUSES = 10;
    private static final int REPORTED_WITHIN = 30;

    private final Ledger ledger;
    private final Map<String, AnswerCatalogue> catalogues;
    private final Map<String, ZoneId> zones;
    private final Clock clock;
    private final Remembered<Double> acceptanceRate;
    private final Remembered<List<Map<String, Object>>> curve;

    /**
     * @param catalogues by connection
     * @param zones by connection
     */
    QualityOperations(Ledger ledger, Map<String, AnswerCatalogue> catalogues, Map<String, ZoneId> zones, Clock clock) {
        this.ledger = ledger;
        this.catalogues = Map.copyOf(catalogues);
        this.zones = Map.copyOf(zones);
        this.clock = clock;
        this.acceptanceRate = new Remembered<>(this::findAcceptanceRate, Duration.ofMinutes(1), clock);
        this.curve = new Remembered<>(this::drawCurve, Duration.ofMinutes(1), clock);
    }

    private static final class Sum {
        private long accepted;
        private long warned;
        private long rejected;
        private long waiting;

        void add(Quality.Fate fate) {
            accepted += fate.accepted();
            warned += fate.warned();
            rejected += fate.rejected();
            waiting += fate.waiting();
        }

        double rate() {
            long answered = accepted + warned + rejected;
            return answered == 0 ? -1 : Math.round(1000.0 * (accepted + warned) / answered) / 10.0;
        }

        Map<String, Object> row(Object... more) {
            Map<String, Object> row = new LinkedHashMap<>(Rows.row(more));
            row.putAll(Rows.row(
                    "records", accepted + warned + rejected + waiting,
                    "accepted", accepted,
                    "warned", warned,
                    "rejected", rejected,
                    "waiting", waiting,
                    "rate", rate()));
            return row;
        }
    }

    @Override
    public double getAcceptanceRate() {
        return acceptanceRate.get();
    }

    private double findAcceptanceRate() {
        Instant now = clock.instant();
        Sum all = new Sum();
        zones.keySet().forEach(connection -> production(connection, now.minus(Duration.ofDays(30)), now)
                .forEach(all::add));
        return all.rate();
    }

    private List<Quality.Fate> production(String connection, Instant from, Instant to) {
        return ledger.quality().fates(connection, from, to.plusSeconds(1)).stream()
                .filter(fate -> fate.feed() != Feed.TEST)
                .toList();
    }

    @Override
    public double getTarget() {
        return TARGET;
    }

    @Override
    public List<Map<String, Object>> getCurve() {
        return curve.get();
    }

    private List<Map<String, Object>> drawCurve() {
        Instant now = clock.instant();
        List<Map<String, Object>> curve = new ArrayList<>();
        zones.forEach((connection, zone) -> by(
                        production(connection, now.minus(Duration.ofDays(7L * WEEKS)), now), fate -> week(fate, zone))
                .forEach((week, sum) -> curve.add(sum.row("connection", connection, "week", week))));
        return curve;
    }

    private static String week(Quality.Fate fate, ZoneId zone) {
        return fate.sent()
                .atZone(zone)
                .toLocalDate()
                .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                .toString();
    }

    private static Map<String, Sum> by(List<Quality.Fate> fates, Function<Quality.Fate, String> key) {
        Map<String, Sum> sums = new LinkedHashMap<>();
        fates.forEach(
                fate -> sums.computeIfAbsent(key.apply(fate), k -> new Sum()).add(fate));
        return sums;
    }

    @Override
    public Map<String, Object> report(String connection, String from, String to) {
        ZoneId zone = zones.get(connection);
        if (zone == null) {
            throw new IllegalArgumentException(
                    zones.isEmpty()
                            ? "No connection of this home is in use: set enabled = true in its settings, or name another home."
                            : "There is no connection \"" + connection + "\" in use; there are "
                                    + String.join(
                                            ", ",
                                            zones.keySet().stream().sorted().toList()) + ".");
        }
        LocalDate first = day(from);
        LocalDate last = day(to);
        if (last.isBefore(first)) {
            throw new IllegalArgumentException("The first day " + from + " lies behind the last day " + to + ".");
        }
        Instant begin = first.atStartOfDay(zone).toInstant();
        Instant end = last.plusDays(1).atStartOfDay(zone).toInstant();
        List<Quality.Fate> fates = ledger.quality().fates(connection, begin, end);
        List<Quality.Fate> live =
                fates.stream().filter(fate -> fate.feed() != Feed.TEST).toList();
        Sum all = new Sum();
        live.forEach(all::add);
        Quality.Doses doses = ledger.quality().doses(connection, begin, end);
        Map<String, Object> report = new LinkedHashMap<>(Rows.row(
                "connection", connection,
                "from", first.toString(),
                "to", last.toString(),
                "made", clock.instant(),
                "target", TARGET,
                "dosesSent", doses.sent(),
                "dosesTaken", doses.taken(),
                "openTasks", ledger.tasks().openOf(connection)));
        report.put("all", all.row());
        Map<Long, Quality.Fate> files = new LinkedHashMap<>();
        fates.forEach(fate -> files.putIfAbsent(fate.file(), fate));
        Map<String, Sum> byFile = by(fates, fate -> Long.toString(fate.file()));
        report.put(
                "files",
                byFile.entrySet().stream()
                        .map(file -> {
                            Quality.Fate one = files.get(Long.valueOf(file.getKey()));
                            return file.getValue().row("file", one.name(), "feed", one.feed(), "sentAt", one.sent());
                        })
                        .toList());
        report.put("sites", rows(by(live, Quality.Fate::site), "site"));
        report.put("weeks", rows(by(live, fate -> week(fate, zone)), "week"));
        // One load of history, larger than all weeks together, would hide how the daily work goes.
        report.put(
                "ongoingWeeks",
                rows(
                        by(
                                live.stream()
                                        .filter(fate -> fate.feed() == Feed.ONGOING)
                                        .toList(),
                                fate -> week(fate, zone)),
                        "week"));
        report.put("feeds", rows(by(fates, fate -> fate.feed().name()), "feed"));
        report.put("causes", causes(connection, begin, end));
        report.put("days", days(ledger.quality().delays(connection, begin, end)));
        return report;
    }

    private static List<Map<String, Object>> rows(Map<String, Sum> sums, String name) {
        return sums.entrySet().stream()
                .map(sum -> sum.getValue().row(name, sum.getKey()))
                .toList();
    }

    private List<Map<String, Object>> causes(String connection, Instant from, Instant to) {
        AnswerCatalogue catalogue = catalogues.get(connection);
        return ledger.quality().causes(connection, from, to, CAUSES).stream()
                .map(cause -> Rows.row(
                        "code", cause.code(),
                        "meaning",
                                catalogue
                                        .find(cause.code())
                                        .or(() -> catalogue.family(cause.code()))
                                        .map(CatalogueEntry::meaning)
                                        .orElse(""),
                        "class", cause.settling().word(),
                        "tasks", cause.tasks(),
                        "settled", cause.closed()))
                .toList();
    }

    /** How many doses took how long, with the middle one and the one in ten that took longest. */
    private static Map<String, Object> days(List<Quality.Delay> delays) {
        long[][] sorted = delays.stream()
                .map(delay ->
                        new long[] {Math.max(0, ChronoUnit.DAYS.between(delay.given(), delay.accepted())), delay.doses()
                        })
                .sorted((a, b) -> Long.compare(a[0], b[0]))
                .toArray(long[][]::new);
        long all = Arrays.stream(sorted).mapToLong(delay -> delay[1]).sum();
        long inTime = Arrays.stream(sorted)
                .filter(delay -> delay[0] <= REPORTED_WITHIN)
                .mapToLong(delay -> delay[1])
                .sum();
        Map<String, Object> rows = new LinkedHashMap<>(Rows.row(
                "doses", all, "median", at(sorted, all, 0.5), "nineOfTen", at(sorted, all, 0.9), "within30", inTime));
        String[] names = {"0-1", "2-3", "4-7", "8-14", "15-30", "over 30"};
        long[] ends = {1, 3, 7, 14, 30, Long.MAX_VALUE};
        List<Map<String, Object>> groups = new ArrayList<>();
        long begin = 0;
        for (int i = 0; i < names.length; i++) {
            long from = begin;
            long to = ends[i];
            groups.add(Rows.row(
                    "days",
                    names[i],
                    "doses",
                    Arrays.stream(sorted)
                            .filter(delay -> delay[0] >= from && delay[0] <= to)
                            .mapToLong(delay -> delay[1])
                            .sum()));
            begin = to + 1;
        }
        rows.put("groups", groups);
        return rows;
    }

    private static Long at(long[][] sorted, long all, double share) {
        long passed = 0;
        for (long[] delay : sorted) {
            passed += delay[1];
            if (passed >= share * all) {
                return delay[0];
            }
        }
        return null;
    }

    private static LocalDate day(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("\"" + text + "\" is no day; write it as 2026-01-31.", e);
        }
    }
}
