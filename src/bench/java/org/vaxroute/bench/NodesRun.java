package org.vaxroute.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.vaxroute.crash.SentRecords;
import org.vaxroute.feeds.OngoingFeed;
import org.vaxroute.kafka.KafkaBroker;

/**
 * Several nodes as processes over many connections of very different size, each with an account of its own at the registry's server. After a first share of the
 * records, which warms the nodes up, the rest comes at once, or spread over a compressed day of 24 hours. In the end each account's files are read by the
 * reader of the crash tests, which shares no code with the product, the server's book of sessions is looked at, and the ledger is audited.
 */
final class NodesRun {
    private static final int MOST_SITES = 500;
    private static final int HOURS = 24;
    private static final int A_DROP = 500;
    private static final String INPUT = "input";
    private static final String TOPIC = "records";
    private static final int PARTITIONS = 12;

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
    private final int faults;
    private final int topic;
    private final long seed;
    private final List<Tenant> tenants = new ArrayList<>();
    private final List<Drop> warming = new ArrayList<>();
    private final List<Drop> drops = new ArrayList<>();

    /** A connection with its clinics, how many records it has, and whether they come out of the topic. */
    private record Tenant(String id, int sites, int records, boolean inTopic) {
        String source() {
            return id + (inTopic ? "-topic" : "-files");
        }

        String facility(int patient) {
            return "F" + id.substring(1) + "-" + patient % sites;
        }
    }

    /** Records that are handed over together and in which hour: a file that is ready to be laid down, or what goes into the topic. */
    private record Drop(Tenant tenant, int hour, int first, int records) {
        /** What they are made of; the same each time. */
        Random random() {
            return new Random(Objects.hash(tenant.id(), first));
        }
    }

    /** A drop and the moment from which it lay there, for the source to find. */
    private record Laid(Drop drop, Instant at) {}

    /** How long a drop took until the server had the last of it. */
    private record Taken(Laid laid, Duration time) {}

    private NodesRun(Path work, Map<String, String> said) {
        this.work = work;
        count = Integer.parseInt(said.getOrDefault("nodes", "3"));
        messages = Integer.parseInt(said.getOrDefault("messages", "100000"));
        warm = Integer.parseInt(said.getOrDefault("warm", "20000"));
        day = Integer.parseInt(said.getOrDefault("day", "0"));
        referee = Integer.parseInt(said.getOrDefault("referee", "1"));
        every = said.getOrDefault("every", "10s");
        statements = Integer.parseInt(said.getOrDefault("statements", "0"));
        faults = Integer.parseInt(said.getOrDefault("faults", "0"));
        topic = Integer.parseInt(said.getOrDefault("topic", "0"));
        seed = said.containsKey("seed") ? Long.parseLong(said.get("seed")) : System.nanoTime();
        if (faults > 0 && day == 0) {
            throw new IllegalArgumentException("Faults are spread over a day: say day=SECONDS as well.");
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
            boolean inTopic = topic > 0 && n % (connections / topic) == connections / topic / 2;
            tenants.add(new Tenant("c%03d".formatted(n), Math.max(1, (int) Math.round(sizes[n])), records, inTopic));
        }
        tenants.sort(Comparator.comparing(Tenant::id));
    }

    private void run(Path shipped) throws Exception {
        System.out.printf(
                Locale.ROOT,
                "%n%d nodes, %,d connections of %d to %d clinics (%,d together) with %,d to %,d records, %,d records of 1.5 KB in all after %,d to warm up; %d connections out of a topic; HAPI reads 1 in %d; load before %.1f%n",
                count,
                tenants.size(),
                tenants.get(tenants.size() - 1).sites(),
                tenants.get(0).sites(),
                tenants.stream().mapToInt(Tenant::sites).sum(),
                tenants.get(tenants.size() - 1).records(),
                tenants.get(0).records(),
                messages,
                warm,
                topic,
                referee,
                Machine.load());
        plan();
        Map<String, Map<String, Object>> settings = new TreeMap<>();
        tenants.forEach(tenant -> settings.put(
                tenant.id(), Map.of("source." + tenant.source() + ".kind", tenant.inTopic() ? "kafka" : "file", "feed.ongoing.every", every)));
        // Ticks as shipped: with hundreds of connections they cost something.
        Map<String, Object> global = new TreeMap<>(Map.of("intake.referee.ongoing", referee));
        try (KafkaBroker broker = topic == 0 ? null : new KafkaBroker(work.resolve("kafka"), count).start()) {
            if (broker != null) {
                broker.createTopic(TOPIC, PARTITIONS);
                global.put("intake.kafka.enabled", true);
                global.put("intake.kafka.servers", "{{env:VAXROUTE_KAFKA:" + broker.servers() + "}}");
                global.put("intake.kafka.topic", TOPIC);
            }
            try (BenchCluster cluster = BenchCluster.make(shipped, work, settings, global);
                    KafkaBroker.Sender sender = broker == null ? null : broker.sender(TOPIC);
                    Faults befalling = faults == 0 ? null : new Faults(cluster, broker, count, seed)) {
                run(cluster, sender, befalling);
            }
        }
    }

    private void run(BenchCluster cluster, KafkaBroker.Sender sender, Faults befalling) throws Exception {
        write(cluster.home());
        sites(cluster.home());
        for (Tenant tenant : tenants) {
            cluster.live(tenant.id());
            Files.createDirectories(cluster.home().resolve("work/in").resolve(tenant.source()));
        }
        cluster.startNodes(count);
        for (Drop drop : warming) {
            lay(cluster, sender, drop);
        }
        sendAll(cluster, sum(warming));
        System.out.printf(Locale.ROOT, "warm; PostgreSQL with fsync %s%n", cluster.fsync());
        List<Laid> laid = timed(cluster, sender, befalling);
        judge(cluster, laid);
    }

    private List<Laid> timed(BenchCluster cluster, KafkaBroker.Sender sender, Faults befalling) throws Exception {
        long before = cluster.sent();
        double loadBefore = Machine.load();
        int sessions = cluster.server().sessions();
        if (statements > 0) {
            cluster.database().countStatements();
        }
        BenchCluster.Cpu begin = cluster.cpu();
        double late = 0;
        List<Laid> laid = new ArrayList<>();
        CompletableFuture<Map<Faults.Fault, Integer>> befell = CompletableFuture.supplyAsync(
                () -> befalling == null ? Map.of() : befalling.befall(faults, Duration.ofSeconds(day)));
        for (Drop drop : drops) {
            long due = begin.at() + (long) (1e9 * day * drop.hour() / HOURS);
            while (System.nanoTime() < due) {
                if (befell.isCompletedExceptionally()) {
                    befell.join();
                }
                Thread.sleep(20);
            }
            late = Math.max(late, (System.nanoTime() - due) / 1e9);
            lay(cluster, sender, drop);
            laid.add(new Laid(drop, Instant.now()));
        }
        System.out.printf(Locale.ROOT, "all files are laid after %.1f s%n", (System.nanoTime() - begin.at()) / 1e9);
        if (faults > 0) {
            System.out.printf(Locale.ROOT, "faults with seed %d: %s, the last over after %.1f s%n", seed, befell.join(), (System.nanoTime() - begin.at()) / 1e9);
        }
        cluster.await("everything stored", () -> cluster.stored() >= before + sum(drops));
        double stored = cluster.cpu().since(begin).seconds();
        sendAll(cluster, before + sum(drops));
        BenchCluster.Cpu used = cluster.cpu().since(begin);
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
            System.out.println(cluster.database().statements(statements));
        }
        System.out.printf(Locale.ROOT, "stored after %.1f s%s%n", stored, day == 0 ? "" : ", a day of " + day + " s, no file was laid more than %.1f s late".formatted(late));
        return laid;
    }

    /** As an operator's "run now" once all is stored, so that the schedule adds nothing. */
    private void sendAll(BenchCluster cluster, long records) {
        cluster.await("stored", () -> cluster.stored() >= records);
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        tenants.forEach(tenant -> cluster.ledger().runs().claim(tenant.id(), OngoingFeed.SUBJECT, now, "bench"));
        cluster.await("sent", () -> cluster.sent() >= records);
    }

    private void judge(BenchCluster cluster, List<Laid> laid) throws IOException, InterruptedException {
        long doses = 0;
        List<String> wrong = new ArrayList<>();
        List<Taken> taken = new ArrayList<>();
        for (Tenant tenant : tenants) {
            SentRecords sent = SentRecords.in(cluster.server().dropOff(tenant.id()));
            int first = tenant.records() + warmOf(tenant);
            Set<SentRecords.Dose> there = sent.doses();
            doses += there.size();
            sent.faults().stream().limit(3).forEach(fault -> wrong.add(tenant.id() + ": " + fault));
            for (int patient = 1; patient <= first; patient++) {
                String id = tenant.id() + "-" + patient;
                for (int dose = 1; dose <= 2; dose++) {
                    if (!there.contains(new SentRecords.Dose(id, id + "." + dose))) {
                        wrong.add(tenant.id() + ": dose " + dose + " of " + id + " is missing");
                    }
                }
            }
            if (there.size() != 2 * first) {
                wrong.add(tenant.id() + ": " + there.size() + " doses in place of " + 2 * first);
            }
            for (Laid one : laid) {
                if (one.drop().tenant().equals(tenant)) {
                    taken.add(new Taken(one, Duration.between(one.at(), arrival(one.drop(), sent, cluster.server().dropOff(tenant.id())))));
                }
            }
        }
        cluster.stopNodes();
        int audit = cluster.command("audit");
        System.out.printf(
                Locale.ROOT,
                "read back from the server: %,d doses of %,d records, each %s; %,d logins, accounts with two sessions at a time: %s; audit %s%n",
                doses,
                sum(warming) + sum(drops),
                wrong.isEmpty() ? "once" : "NOT once: " + wrong.subList(0, Math.min(10, wrong.size())),
                cluster.server().sessions(),
                cluster.server().together().isEmpty() ? "none" : cluster.server().together(),
                audit == 0 ? "balances" : "DOES NOT BALANCE");
        say(taken);
        if (!wrong.isEmpty() || audit != 0 || !cluster.server().together().isEmpty()) {
            throw new IllegalStateException("This run is worth nothing; what it left lies in " + work);
        }
    }

    /** When the server had the last record of a drop, by the clock of its files. */
    private static Instant arrival(Drop drop, SentRecords sent, Path folder) throws IOException {
        Set<String> files = new TreeSet<>();
        for (int patient = drop.first(); patient < drop.first() + drop.records(); patient++) {
            String id = drop.tenant().id() + "-" + patient;
            files.addAll(sent.where(new SentRecords.Dose(id, id + ".1")));
        }
        Instant last = Instant.EPOCH;
        for (String file : files) {
            Instant written = Files.getLastModifiedTime(folder.resolve(file)).toInstant();
            last = written.isAfter(last) ? written : last;
        }
        return last;
    }

    private static void say(List<Taken> taken) {
        for (boolean small : new boolean[] {true, false}) {
            List<Taken> its = taken.stream()
                    .filter(one -> one.laid().drop().records() <= A_DROP == small)
                    .sorted(Comparator.comparing(Taken::time))
                    .toList();
            if (!its.isEmpty()) {
                System.out.printf(
                        Locale.ROOT,
                        "%,d drops of %s %d records took until they were at the server: median %.1f s, 95 %% %.1f s, 99 %% %.1f s; the longest %s%n",
                        its.size(),
                        small ? "up to" : "more than",
                        A_DROP,
                        seconds(its, 0.5),
                        seconds(its, 0.95),
                        seconds(its, 0.99),
                        its.subList(Math.max(0, its.size() - 5), its.size()).stream()
                                .map(one -> "%.1f s (%s, laid at %s)".formatted(one.time().toMillis() / 1e3, one.laid().drop().tenant().id(), one.laid().at()))
                                .toList());
            }
        }
    }

    private static double seconds(List<Taken> sorted, double share) {
        return sorted.get((int) (share * (sorted.size() - 1))).time().toMillis() / 1e3;
    }

    private static long sum(List<Drop> drops) {
        return drops.stream().mapToLong(Drop::records).sum();
    }

    private int warmOf(Tenant tenant) {
        return (int) Math.ceil((double) warm * tenant.records() / messages);
    }

    /** The first records of each connection warm up, the others come by the hour. */
    private void plan() {
        Random random = new Random(7);
        for (Tenant tenant : tenants) {
            int first = 1 + warmOf(tenant);
            if (first > 1) {
                warming.add(new Drop(tenant, 0, 1, first - 1));
            }
            int files = day == 0 ? 1 : Math.max(1, Math.min(HOURS, tenant.records() / A_DROP));
            int start = random.nextInt(HOURS);
            for (int n = 0; n < files; n++) {
                int until = 1 + warmOf(tenant) + (int) ((long) tenant.records() * (n + 1) / files);
                int hour = day == 0 ? 0 : (start + n * HOURS / files) % HOURS;
                drops.add(new Drop(tenant, hour, first, until - first));
                first = until;
            }
        }
        drops.sort(Comparator.comparingInt(Drop::hour));
    }

    /** All files, before anything is timed. */
    private void write(Path home) throws IOException {
        Files.createDirectories(home.resolve(INPUT));
        for (List<Drop> all : List.of(warming, drops)) {
            for (Drop drop : all) {
                if (!drop.tenant().inTopic()) {
                    BenchInput.write(file(home, drop), drop.first(), drop.records(), drop.tenant().id(), drop.tenant()::facility, drop.random());
                }
            }
        }
    }

    private static Path file(Path home, Drop drop) {
        return home.resolve(INPUT).resolve(drop.tenant().id() + "-" + drop.first() + ".hl7");
    }

    private static void lay(BenchCluster cluster, KafkaBroker.Sender sender, Drop drop) throws Exception {
        Tenant tenant = drop.tenant();
        if (tenant.inTopic()) {
            Random random = drop.random();
            for (int patient = drop.first(); patient < drop.first() + drop.records(); patient++) {
                String text = BenchInput.message(patient, tenant.id(), tenant.facility(patient), random);
                sender.send(tenant.id() + "/" + tenant.id() + "-" + patient, text.getBytes(StandardCharsets.US_ASCII), tenant.source());
            }
            sender.flush();
        } else {
            Path file = file(cluster.home(), drop);
            Path there = cluster.home().resolve("work/in").resolve(tenant.source());
            Files.move(file, there.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        }
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
