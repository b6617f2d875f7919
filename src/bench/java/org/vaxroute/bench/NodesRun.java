package org.vaxroute.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.vaxroute.crash.SentRecords;
import org.vaxroute.feeds.OngoingFeed;

/**
 * Several nodes as processes over many connections of very different size, each with an account of its own at the registry's server. After a first share of the
 * records, which warms the nodes up, the rest comes at once, or spread over a compressed day of 24 hours. In the end each account's files are read by the
 * reader of the crash tests, which shares no code with the product, the server's book of sessions is looked at, and the ledger is audited.
 */
final class NodesRun {
    private static final int MOST_SITES = 500;
    private static final int HOURS = 24;
    private static final int A_DROP = 500;

    /** What was measured on this machine with nothing else on it, docs/benchmarks.md: microseconds of processor time for a record, and records/s. */
    private static final Map<Integer, int[]> MODEL = Map.of(100, new int[] {199, 73, 6425}, 1, new int[] {496, 73, 2501});

    private final Path work;
    private final int count;
    private final int messages;
    private final int warm;
    private final int day;
    private final int referee;
    private final String every;
    private final int statements;
    private final int kills;
    private final List<Tenant> tenants = new ArrayList<>();
    private final List<Drop> warming = new ArrayList<>();
    private final List<Drop> drops = new ArrayList<>();

    /** A connection with its clinics and how many records it has. */
    private record Tenant(String id, int sites, int records) {
        String source() {
            return id + "-files";
        }

        String facility(int patient) {
            return "F" + id.substring(1) + "-" + patient % sites;
        }
    }

    /** A file that is ready to be laid down, and in which hour. */
    private record Drop(Path file, Tenant tenant, int hour, int records) {}

    private NodesRun(Path work, Map<String, String> said) {
        this.work = work;
        count = Integer.parseInt(said.getOrDefault("nodes", "3"));
        messages = Integer.parseInt(said.getOrDefault("messages", "100000"));
        warm = Integer.parseInt(said.getOrDefault("warm", "20000"));
        day = Integer.parseInt(said.getOrDefault("day", "0"));
        referee = Integer.parseInt(said.getOrDefault("referee", "1"));
        every = said.getOrDefault("every", "10s");
        statements = Integer.parseInt(said.getOrDefault("statements", "0"));
        kills = Integer.parseInt(said.getOrDefault("kills", "0"));
        if (kills > 0 && day == 0) {
            throw new IllegalArgumentException("Kills are spread over a day: say day=SECONDS as well.");
        }
        share(Integer.parseInt(said.getOrDefault("connections", "200")));
    }

    static void run(Path shipped, Path work, Map<String, String> said) throws Exception {
        BenchHome.delete(work);
        NodesRun run = new NodesRun(work, said);
        run.run(shipped);
        BenchHome.delete(work);
    }

    /** The n-th connection has 500 / n^k clinics, the last one has one, and records in proportion. */
    private void share(int connections) {
        double exponent = connections == 1 ? 0 : Math.log(MOST_SITES) / Math.log(connections);
        double[] sizes = new double[connections];
        double all = 0;
        for (int n = 0; n < connections; n++) {
            sizes[n] = MOST_SITES / Math.pow(n + 1, exponent);
            all += sizes[n];
        }
        int given = 0;
        for (int n = connections - 1; n >= 0; n--) {
            int records = n == 0 ? messages - given : Math.max(1, (int) (messages * sizes[n] / all));
            given += records;
            tenants.add(new Tenant("c%03d".formatted(n), Math.max(1, (int) Math.round(sizes[n])), records));
        }
        tenants.sort(Comparator.comparing(Tenant::id));
    }

    private void run(Path shipped) throws Exception {
        System.out.printf(
                Locale.ROOT,
                "%n%d nodes, %,d connections of %d to %d clinics (%,d together) with %,d to %,d records, %,d records of 1.5 KB in all after %,d to warm up; HAPI reads 1 in %d; load before %.1f%n",
                count,
                tenants.size(),
                tenants.get(tenants.size() - 1).sites(),
                tenants.get(0).sites(),
                tenants.stream().mapToInt(Tenant::sites).sum(),
                tenants.get(tenants.size() - 1).records(),
                tenants.get(0).records(),
                messages,
                warm,
                referee,
                Machine.load());
        write();
        Map<String, Map<String, Object>> settings = new TreeMap<>();
        tenants.forEach(tenant -> settings.put(
                tenant.id(), Map.of("source." + tenant.source() + ".kind", "file", "feed.ongoing.every", every)));
        // Ticks as shipped: with hundreds of connections they cost something.
        Map<String, Object> global = Map.of("intake.referee.ongoing", referee);
        try (BenchCluster cluster = BenchCluster.make(shipped, work, settings, global)) {
            sites(cluster.home());
            for (Tenant tenant : tenants) {
                cluster.live(tenant.id());
                Files.createDirectories(cluster.home().resolve("work/in").resolve(tenant.source()));
            }
            cluster.startNodes(count);
            for (Drop drop : warming) {
                lay(cluster, drop);
            }
            sendAll(cluster, sum(warming));
            System.out.printf(Locale.ROOT, "warm; PostgreSQL with fsync %s%n", cluster.fsync());
            timed(cluster);
            judge(cluster);
        }
    }

    private void timed(BenchCluster cluster) throws IOException, InterruptedException {
        long before = cluster.sent();
        double loadBefore = Machine.load();
        int sessions = cluster.server().sessions();
        if (statements > 0) {
            cluster.countStatements();
        }
        BenchCluster.Cpu begin = cluster.cpu();
        double late = 0;
        CompletableFuture<Integer> killing = CompletableFuture.supplyAsync(() -> kill(cluster));
        for (Drop drop : drops) {
            long due = begin.at() + (long) (1e9 * day * drop.hour() / HOURS);
            while (System.nanoTime() < due) {
                Thread.sleep(20);
            }
            late = Math.max(late, (System.nanoTime() - due) / 1e9);
            lay(cluster, drop);
        }
        System.out.printf(Locale.ROOT, "all files are laid after %.1f s%n", (System.nanoTime() - begin.at()) / 1e9);
        cluster.await("everything stored", () -> cluster.stored() >= before + sum(drops));
        double stored = cluster.cpu().since(begin).seconds();
        sendAll(cluster, before + sum(drops));
        BenchCluster.Cpu used = cluster.cpu().since(begin);
        if (kills > 0) {
            System.out.printf(Locale.ROOT, "nodes killed with -9: %d%n", killing.join());
        }
        int[] model = MODEL.getOrDefault(referee, new int[] {0, 0, 0});
        double records = sum(drops);
        System.out.printf(
                Locale.ROOT,
                "%n| nodes | records | s | records/s | model | CPU us/record of nodes and SFTP server | model | of it SFTP server | of PostgreSQL | model | cores ours | cores others' | files | logins | load |%n"
                        + "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|%n"
                        + "| %d | %,.0f | %.1f | %,.0f | %,d | %,.0f | %d | %,.0f | %,.0f | %d | %.2f | %.2f | %,d | %,d | %.1f to %.1f |%n%n",
                count,
                records,
                used.seconds(),
                records / used.seconds(),
                model[2],
                1e6 * (used.nodes() + used.server()) / records,
                model[0],
                1e6 * used.server() / records,
                1e6 * used.postgres() / records,
                model[1],
                used.ours(),
                used.others(),
                cluster.ask("select count(*) from submission_file where state = 'SENT'"),
                cluster.server().sessions() - sessions,
                loadBefore,
                Machine.load());
        if (statements > 0) {
            System.out.println(cluster.statements(statements));
        }
        System.out.printf(Locale.ROOT, "stored after %.1f s%s%n", stored, day == 0 ? "" : ", a day of " + day + " s, no file was laid more than %.1f s late".formatted(late));
    }

    /** Nodes killed with -9 and started again, spread over the day; the last one before its end. */
    private int kill(BenchCluster cluster) {
        Random random = new Random(11);
        try {
            for (int n = 0; n < kills; n++) {
                TimeUnit.MILLISECONDS.sleep(1000L * day / (kills + 1));
                cluster.killNode(random.nextInt(count));
            }
            return kills;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As an operator's "run now" once all is stored, so that the schedule adds nothing. */
    private void sendAll(BenchCluster cluster, long records) {
        cluster.await("stored", () -> cluster.stored() >= records);
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        tenants.forEach(tenant -> cluster.ledger().runs().claim(tenant.id(), OngoingFeed.SUBJECT, now, "bench"));
        cluster.await("sent", () -> cluster.sent() >= records);
    }

    private void judge(BenchCluster cluster) throws IOException, InterruptedException {
        long doses = 0;
        List<String> faults = new ArrayList<>();
        for (Tenant tenant : tenants) {
            SentRecords sent = SentRecords.in(cluster.server().dropOff(tenant.id()));
            int first = tenant.records() + warmOf(tenant);
            Set<SentRecords.Dose> there = sent.doses();
            doses += there.size();
            sent.faults().stream().limit(3).forEach(fault -> faults.add(tenant.id() + ": " + fault));
            for (int patient = 1; patient <= first; patient++) {
                String id = tenant.id() + "-" + patient;
                for (int dose = 1; dose <= 2; dose++) {
                    if (!there.contains(new SentRecords.Dose(id, id + "." + dose))) {
                        faults.add(tenant.id() + ": dose " + dose + " of " + id + " is missing");
                    }
                }
            }
            if (there.size() != 2 * first) {
                faults.add(tenant.id() + ": " + there.size() + " doses in place of " + 2 * first);
            }
        }
        cluster.stopNodes();
        int audit = cluster.command("audit");
        System.out.printf(
                Locale.ROOT,
                "read back from the server: %,d doses of %,d records, each %s; %,d logins, accounts with two sessions at a time: %s; audit %s%n",
                doses,
                sum(warming) + sum(drops),
                faults.isEmpty() ? "once" : "NOT once: " + faults.subList(0, Math.min(10, faults.size())),
                cluster.server().sessions(),
                cluster.server().together().isEmpty() ? "none" : cluster.server().together(),
                audit == 0 ? "balances" : "DOES NOT BALANCE");
        if (!faults.isEmpty() || audit != 0 || !cluster.server().together().isEmpty()) {
            throw new IllegalStateException("This run is worth nothing; what it left lies in " + work);
        }
    }

    private static long sum(List<Drop> drops) {
        return drops.stream().mapToLong(Drop::records).sum();
    }

    private int warmOf(Tenant tenant) {
        return (int) Math.ceil((double) warm * tenant.records() / messages);
    }

    /** All files, before anything is timed: the first ones of each connection warm up, the others come by the hour. */
    private void write() throws IOException {
        Random random = new Random(7);
        Path folder = Files.createDirectories(work.resolve("input"));
        for (Tenant tenant : tenants) {
            int first = 1 + warmOf(tenant);
            if (first > 1) {
                warming.add(drop(folder, tenant, 0, 1, first - 1, random));
            }
            int files = day == 0 ? 1 : Math.max(1, Math.min(HOURS, tenant.records() / A_DROP));
            int start = random.nextInt(HOURS);
            for (int n = 0; n < files; n++) {
                int until = 1 + warmOf(tenant) + (int) ((long) tenant.records() * (n + 1) / files);
                int hour = day == 0 ? 0 : (start + n * HOURS / files) % HOURS;
                drops.add(drop(folder, tenant, hour, first, until - first, random));
                first = until;
            }
        }
        drops.sort(Comparator.comparingInt(Drop::hour));
    }

    private static Drop drop(Path folder, Tenant tenant, int hour, int first, int records, Random random) throws IOException {
        Path file = folder.resolve(tenant.id() + "-" + first + ".hl7");
        BenchInput.write(file, first, records, tenant.id(), (IntFunction<String>) tenant::facility, random);
        return new Drop(file, tenant, hour, records);
    }

    private static void lay(BenchCluster cluster, Drop drop) throws IOException {
        Path there = cluster.home().resolve("work/in").resolve(drop.tenant().source());
        Files.move(drop.file(), there.resolve(drop.file().getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }

    private void sites(Path home) throws IOException {
        StringBuilder table = new StringBuilder(
                "site,name,sourceFacility,registryId,parent,agreementUntil,activeFrom,activeUntil,connection\n");
        int number = 0;
        for (Tenant tenant : tenants) {
            for (int site = 0; site < tenant.sites(); site++) {
                number++;
                table.append("%s-%d,Clinic %d,%s,%010d,,,,,%s%n"
                        .formatted(tenant.id(), site, number, tenant.facility(site), 1_000_000 + number, tenant.id()));
            }
        }
        Files.writeString(home.resolve("config/sites.csv"), table, StandardCharsets.UTF_8);
    }
}
