package org.vaxroute.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.intake.Check;
import org.vaxroute.intake.IntakeSettings;
import org.vaxroute.intake.NewerData;
import org.vaxroute.intake.Recheck;
import org.vaxroute.intake.Transform;
import org.vaxroute.ledger.HeldFilter;
import org.vaxroute.ledger.Job;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.operate.held.HeldWork;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.RuleSet;
import org.vaxroute.rules.Severity;
import org.vaxroute.rules.Transforms;
import org.vaxroute.rules.Verdict;
import org.vaxroute.vxu.Referee;

/**
 * What it takes to free records of two doses that one wrong mapping had held: the job that {@code held recheck --all} begins, by all national
 * and Texas rules, from the text as received, until every record waits to be sent. HAPI reads each.
 */
final class RecheckSpeed {
    private static final ZoneId ZONE = ZoneId.of("America/Chicago");
    private static final Judgement HELD = new Judgement(
            Verdict.HELD,
            List.of(Verdict.HELD, Verdict.HELD),
            List.of(new Finding("bench", Severity.ERROR, Effect.MESSAGE, "MSH-4", "", "")));

    private final Path shipped;
    private final Path home;

    RecheckSpeed(Path shipped, Path home) {
        this.shipped = shipped;
        this.home = home;
    }

    void run(String database, int records) throws Exception {
        Files.createDirectories(home);
        try (BenchLedger server = BenchLedger.start(database);
                Referee referee = new Referee();
                Ledger ledger = Ledger.open(
                        database.equals("h2")
                                ? LedgerSettings.of("jdbc:h2:file:held", "sa", "", Files.createTempDirectory(home, "ledger"))
                                : new LedgerSettings(server.url(), server.user(), BenchLedger.PASSWORD, 10, true),
                        Clock.systemUTC())) {
            BenchRecords.store(ledger, home, records, HELD);
            Machine.watchHeap();
            long start = System.nanoTime();
            Job job;
            try (HeldWork work = new HeldWork(ledger, () -> recheck(ledger, referee), "bench")) {
                job = work.begin(Job.Kind.RECHECK, HeldFilter.ALL, "bench", "mapping mended");
                while (job.state() == Job.State.RUNNING) {
                    Thread.sleep(100);
                    job = ledger.jobs().find(job.id()).orElseThrow();
                }
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    "%s: %s, %,d held records rechecked in %.1f s: %,d/s; %,d wait to be sent, %,d are held still; audit %s; %s%n",
                    database,
                    job.state(),
                    job.seen(),
                    seconds,
                    (long) (job.seen() / seconds),
                    job.ready(),
                    job.stillHeld(),
                    ledger.conservation().balance().balanced() ? "balanced" : "DIFFERENT",
                    Machine.heap());
        }
    }

    private Recheck recheck(Ledger ledger, Referee referee) {
        Path config = shipped.resolve("config");
        CodeTables codes = CodeTables.load(config.resolve("codes")).withFile(config.resolve("prescribers.csv"));
        Path national = config.resolve("registries/national");
        Path texas = config.resolve("registries/immtrac2");
        return new Recheck(
                new Transform(
                        Map.of(
                                "main",
                                Transforms.load(
                                        List.of(national.resolve("transform.yaml"), texas.resolve("transform.yaml")), codes, ZONE)),
                        Map.of()),
                new NewerData(ledger.knownDoses()),
                new Check(
                        Map.of("main", RuleSet.load(List.of(national.resolve("rules.yaml"), texas.resolve("rules.yaml")), codes)),
                        Map.of(),
                        referee,
                        IntakeSettings.of(home),
                        Map.of("main", ZONE),
                        Clock.systemUTC()),
                ledger.records());
    }
}
