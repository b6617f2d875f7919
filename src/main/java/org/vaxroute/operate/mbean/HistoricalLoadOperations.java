package org.vaxroute.operate.mbean;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.vaxroute.feeds.Backfill;
import org.vaxroute.feeds.HistoryReport;
import org.vaxroute.ledger.HistoricalLoad;
import org.vaxroute.ledger.HistoricalLoads;
import org.vaxroute.ledger.Job;
import org.vaxroute.ledger.LoadState;
import org.vaxroute.operate.access.Caller;

/** The historical load of one connection, each step in the name of whoever calls. */
final class HistoricalLoadOperations implements HistoricalLoadMBean {
    private final String connection;
    private final Backfill backfill;
    private final HistoricalLoads loads;
    private final JobOperations jobs;

    HistoricalLoadOperations(String connection, Backfill backfill, HistoricalLoads loads, JobOperations jobs) {
        this.connection = connection;
        this.backfill = backfill;
        this.loads = loads;
        this.jobs = jobs;
    }

    @Override
    public String getState() {
        return loads.current(connection)
                .map(HistoricalLoad::state)
                .map(LoadState::name)
                .orElseGet(() -> loads.of(connection).isEmpty() ? "NONE" : LoadState.PLANNED.name());
    }

    @Override
    public List<String> getStatus() {
        return backfill.status(connection);
    }

    @Override
    public List<Map<String, Object>> getPlans() {
        return loads.of(connection).stream()
                .map(load -> Rows.row(
                        "plan", load.id(),
                        "state", load.state(),
                        "sites", load.site(),
                        "records", load.figures().records(),
                        "doses", load.figures().doses(),
                        "held", load.figures().held(),
                        "files", load.figures().files(),
                        "bytes", load.figures().bytes(),
                        "days", load.figures().days(),
                        "planned", load.plannedAt(),
                        "started", load.startedAt(),
                        "ended", load.endedAt(),
                        "who", load.who(),
                        "why", load.why()))
                .toList();
    }

    @Override
    public long plan() {
        return plan(Set.of());
    }

    @Override
    public long planSites(String sites) {
        Set<String> named = Pattern.compile(",")
                .splitAsStream(sites)
                .map(String::strip)
                .filter(site -> !site.isEmpty())
                .collect(Collectors.toSet());
        if (named.isEmpty()) {
            throw new IllegalArgumentException("Name at least one site, or plan for all of them.");
        }
        return plan(named);
    }

    private long plan(Set<String> sites) {
        return jobs.begin(
                Job.Kind.PLAN,
                connection,
                "plan the historical load of " + connection,
                progress -> plan(sites, records -> progress.accept(records + " records counted")));
    }

    private List<String> plan(Set<String> sites, LongConsumer progress) {
        Backfill.Planned planned = backfill.plan(connection, sites, Caller.who(), progress);
        List<String> lines = new ArrayList<>();
        lines.add("plan " + planned.load().id() + " of " + planned.load().of());
        lines.addAll(planned.facts());
        lines.add("by year and site: " + planned.page());
        lines.add(loads.obstacle(planned.load())
                .map(why -> "it cannot be started: " + why)
                .orElse("to start it: vaxroute backfill start " + planned.load().id()));
        return lines;
    }

    @Override
    public String start(long plan) {
        return said(backfill.start(plan, Caller.who()));
    }

    @Override
    public String pause(String why) {
        return said(backfill.pause(connection, Caller.who(), why));
    }

    @Override
    public String resume(String why) {
        return said(backfill.resume(connection, Caller.who(), why));
    }

    @Override
    public long report() {
        return jobs.begin(
                Job.Kind.BALANCE,
                connection,
                "balance the historical load of " + connection,
                progress -> report(records -> progress.accept(records + " records read again")));
    }

    private List<String> report(LongConsumer progress) {
        HistoryReport report = backfill.report(connection, progress);
        List<String> lines = new ArrayList<>();
        lines.add(report.balanced() ? "balances" : "DOES NOT BALANCE");
        lines.add(report.summary());
        report.lines().stream()
                .filter(line -> !line.words().isEmpty())
                .forEach(line -> lines.add(line.year() + " " + line.site() + ": " + line.words()));
        return lines;
    }

    @Override
    public String waive(String why) {
        return said(backfill.waive(connection, Caller.who(), why));
    }

    @Override
    public String reopen(String why) {
        return said(backfill.reopen(connection, Caller.who(), why));
    }

    @Override
    public String reopenPlan(long plan, String why) {
        return said(backfill.reopen(connection, plan, Caller.who(), why));
    }

    private static String said(HistoricalLoad load) {
        return "The historical load of " + load.of() + " (plan " + load.id() + ") is " + load.state() + ".";
    }
}
