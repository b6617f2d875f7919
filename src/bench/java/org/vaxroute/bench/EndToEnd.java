package org.vaxroute.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * One ledger's share of the benchmark, in a process of its own so that its first pass is cold: VaxRoute, the naive route and HAPI alone,
 * one after the other, then all again, then VaxRoute with HAPI as referee of every record.
 */
final class EndToEnd {
    private final Path shipped;
    private final Path work;
    private final String ledgerName;
    private final int messages;
    private final int statements;
    private final Map<String, String> more;

    /** @param statements how many of PostgreSQL's statements of the last pass are listed; none of H2 */
    EndToEnd(Path shipped, Path work, String ledgerName, int messages, int statements, Map<String, String> more) {
        this.shipped = shipped;
        this.work = work;
        this.ledgerName = ledgerName;
        this.messages = messages;
        this.statements = statements;
        this.more = more;
    }

    void run(int passes, boolean rivals, boolean everyRecord) throws Exception {
        System.out.printf(Locale.ROOT, "%n%s ledger, %,d messages in one file, load before %.1f%n%n", ledgerName, messages, Machine.load());
        System.out.println("| pass | what | s | messages/s | CPU us/message | of it compiling | PostgreSQL's CPU us/message | to the naive route | |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        BenchHome.delete(work);
        BenchHome home = BenchHome.make(shipped, work.resolve("home"));
        try (BenchLedger ledger = BenchLedger.start(ledgerName)) {
            double naive = 0;
            for (int pass = 1; pass <= passes; pass++) {
                String name = pass == 1 ? "first (cold)" : pass == 2 ? "second (warm)" : pass + ".";
                boolean counted = pass == passes && statements > 0 && ledger.needsPassword();
                if (counted) {
                    ledger.countStatements();
                }
                VaxRouteRun.Timed own = vaxRoute(home, ledger, pass, 100);
                if (rivals) {
                    naive = naive(name, pass, own);
                    hapi(name, pass);
                } else {
                    row(name, "VaxRoute, referee 1 in 100", own, 0);
                }
                if (counted) {
                    System.out.println("\n" + ledger.statements(statements));
                }
            }
            if (everyRecord) {
                row("warm", "VaxRoute, referee 1 in 1", vaxRoute(home, ledger, passes + 1, 1), naive);
            }
        }
        System.out.printf(Locale.ROOT, "%nload after %.1f; %s%n", Machine.load(), Machine.heap());
        BenchHome.delete(work);
    }

    private VaxRouteRun.Timed vaxRoute(BenchHome home, BenchLedger ledger, int pass, int referee) throws Exception {
        Path folder = work.resolve("own-" + pass);
        VaxRouteRun.Timed timed = VaxRouteRun.run(home, ledger, folder, messages, pass, referee, more);
        BenchHome.delete(folder);
        return timed;
    }

    /** Runs the rival and writes both lines, since ours needs its figure. */
    private double naive(String pass, int number, VaxRouteRun.Timed own) throws Exception {
        Path folder = Files.createDirectories(work.resolve("naive-" + number));
        Path drop = Files.createDirectories(folder.resolve("in"));
        BenchInput.write(drop.resolve("export.hl7"), messages, number);
        try (BenchServer server = new BenchServer(folder)) {
            long cpu = Machine.cpuNanos();
            long compiling = Machine.compilerNanos();
            NaiveRoute.Timed timed = NaiveRoute.run(drop, messages, server);
            cpu = Machine.cpuNanos() - cpu;
            compiling = Machine.compilerNanos() - compiling;
            BenchServer.Arrived arrived = server.arrived(messages, number);
            row(pass, "VaxRoute, referee 1 in 100", own, timed.perSecond());
            line(pass, "naive route, no ledger", timed.took(), cpu, compiling, 0, 1, arrived.headers() + " arrived, " + timed.refused() + " refused");
            return timed.perSecond();
        } finally {
            BenchHome.delete(folder);
        }
    }

    private void hapi(String pass, int number) throws Exception {
        Path file = work.resolve("hapi.hl7");
        BenchInput.write(file, messages, number);
        long cpu = Machine.cpuNanos();
        long compiling = Machine.compilerNanos();
        Duration took = HapiAlone.run(file);
        cpu = Machine.cpuNanos() - cpu;
        compiling = Machine.compilerNanos() - compiling;
        line(pass, "HAPI parse and validation alone", took, cpu, compiling, 0, 0, "one thread");
    }

    private void row(String pass, String what, VaxRouteRun.Timed timed, double naive) {
        line(
                pass,
                what,
                timed.took(),
                timed.cpu().toNanos(),
                timed.compiling().toNanos(),
                timed.database().toNanos(),
                naive == 0 ? 0 : messages / (timed.took().toNanos() / 1e9) / naive,
                String.format(
                        Locale.ROOT,
                        "stored after %.1f s; %d files; %s",
                        timed.stored().toNanos() / 1e9,
                        timed.files(),
                        timed.exact() ? "each message arrived once" : "WRONG: not each message arrived once")
                        + (timed.held() == 0 ? "" : ", " + timed.held() + " held"));
    }

    private void line(String pass, String what, Duration took, long cpuNanos, long compilingNanos, long databaseNanos, double ratio, String remark) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %.1f | %,.0f | %,.0f | %,.0f | %s | %s | %s |%n",
                pass,
                what,
                took.toNanos() / 1e9,
                messages / (took.toNanos() / 1e9),
                cpuNanos / 1e3 / messages,
                compilingNanos / 1e3 / messages,
                databaseNanos == 0 ? "" : String.format(Locale.ROOT, "%.0f", databaseNanos / 1e3 / messages),
                ratio == 0 ? "" : String.format(Locale.ROOT, "%.1f", ratio),
                remark);
    }
}
