package org.vaxroute.bench;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SftpException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.vaxroute.boot.VaxRoute;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.HistoricalLoad;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LoadState;

/**
 * The historical load of an EHR's PostgreSQL database, by its SQL and column map (config/sources/practice): planned, started, and carried to
 * files on the server; and beside it the least that anybody would have to do: COPY of the same rows into a file and one SFTP put of the same
 * bytes. Another session looks all the while what the database sees of us.
 */
final class JdbcRun {
    private static final String ROWS = "select p.*, d.*, c.* from dose d join patient p on p.mrn = d.mrn"
            + " join clinic c on c.clinic_id = d.clinic_id order by d.changed_at, p.mrn, d.dose_id";
    private static final int REQUESTS = 512;

    private JdbcRun() {}

    /** @param doses two for each patient */
    static void run(Path shipped, Path work, String ledgerName, int doses, Map<String, String> more) throws Exception {
        System.out.printf(
                Locale.ROOT, "%n%s ledger, %,d doses in a PostgreSQL database, load before %.1f%n%n", ledgerName, doses, Machine.load());
        BenchHome.delete(work);
        BenchHome home = BenchHome.make(shipped, work.resolve("home"));
        try (BenchLedger ehr = BenchLedger.start("pg");
                BenchLedger ledger = BenchLedger.start(ledgerName);
                BenchServer server = new BenchServer(Files.createDirectories(work.resolve("own")))) {
            fill(ehr, doses / 2);
            home.settings(server, ledger, 100, new TreeMap<>(more), source(ehr));
            Load load;
            int sessions;
            try (Watched watched = Watched.begin(ehr)) {
                load = load(home);
                sessions = watched.most();
            }
            BenchServer.Doses arrived = server.doses();
            if (arrived.lines() != doses || arrived.different() != doses) {
                throw new IllegalStateException(arrived.lines() + " doses arrived, " + arrived.different() + " of them different, instead of "
                        + doses + ": this run is worth nothing.");
            }
            System.out.printf(
                    Locale.ROOT,
                    "plan: %,d records, %,d doses, %,d held; each dose once at the server; at most %d session(s) at the EHR's database; %s%n%n",
                    load.plan().records(),
                    load.plan().doses(),
                    load.plan().held(),
                    sessions,
                    load.report());
            long bytes = 0;
            Path all = work.resolve("all.hl7");
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(all), 1 << 20)) {
                for (Path file : server.received()) {
                    bytes += Files.copy(file, out);
                }
            }
            double copy = copy(ehr, work.resolve("rows.txt"));
            double put = put(server, all);
            System.out.println("| what | s | doses/s |");
            System.out.println("|---|---|---|");
            row("VaxRoute, plan: start of the server, everything read and judged, nothing stored", load.planned(), doses);
            row("VaxRoute, load: start of the plan to the last file SENT", load.sent(), doses);
            row("VaxRoute, report: everything read again and balanced", load.balanced(), doses);
            row("COPY of the rows into a file", copy, doses);
            row("one SFTP put of the " + (bytes >> 20) + " MB that VaxRoute sent", put, doses);
            System.out.printf(
                    Locale.ROOT,
                    "%nThe load takes %.1f times as long as COPY and put together, %.1f times with plan and report; %d files; load after %.1f; %s%n",
                    load.sent() / (copy + put),
                    (load.planned() + load.sent() + load.balanced()) / (copy + put),
                    server.received().size(),
                    Machine.load(),
                    Machine.heap());
        }
        BenchHome.delete(work);
    }

    private static void row(String what, double seconds, int doses) {
        System.out.printf(Locale.ROOT, "| %s | %.1f | %,.0f |%n", what, seconds, doses / seconds);
    }

    static Map<String, Object> source(BenchLedger ehr) {
        Map<String, Object> own = new TreeMap<>();
        own.put("source.rows.kind", "jdbc");
        own.put("source.rows.ehr", "practice");
        own.put("source.rows.url", ehr.url());
        own.put("source.rows.user", ehr.user());
        own.put("source.rows.cron", "* * * * * ?");
        own.put("source.rows.overlap", "0s");
        own.put("source.rows.feed", "historical");
        // The agreed pace is not what is measured.
        own.put("feed.historical.files-per-day", 100_000);
        return own;
    }

    /**
     * What a load took, in seconds.
     *
     * @param plan what the plan counted
     * @param report what the report at its end says
     */
    private record Load(HistoricalLoad.Figures plan, double planned, double sent, double balanced, String report) {}

    private static Load load(BenchHome home) throws IOException {
        long begin = System.nanoTime();
        try (VaxRoute vaxRoute = VaxRoute.start(Settings.load(Home.of(home.folder())), Clock.systemDefaultZone())) {
            String connection = BenchHome.CONNECTION;
            vaxRoute.gatekeeper().adopt(connection, "the benchmark", Instant.EPOCH, true, "bench");
            vaxRoute.gatekeeper().agreeHistory(connection, "the benchmark", "bench");
            HistoricalLoad plan = vaxRoute.backfill().plan(connection, Set.of(), "bench", records -> {}).load();
            double planned = seconds(begin);
            begin = System.nanoTime();
            vaxRoute.backfill().start(plan.id(), "bench");
            Ledger ledger = vaxRoute.ledger();
            VaxRouteRun.await(() -> isRead(ledger) && ledger.records().waiting(connection, Feed.HISTORICAL) == 0
                    && ledger.submissionFiles().of(connection, Feed.HISTORICAL).stream().allMatch(file -> file.state() == FileState.SENT));
            double sent = seconds(begin);
            begin = System.nanoTime();
            VaxRouteRun.await(() -> current(ledger).state() == LoadState.DONE);
            return new Load(plan.figures(), planned, sent, seconds(begin), current(ledger).why());
        }
    }

    private static HistoricalLoad current(Ledger ledger) {
        return ledger.historicalLoads().current(BenchHome.CONNECTION).orElseThrow();
    }

    private static boolean isRead(Ledger ledger) {
        return current(ledger).sources().stream().allMatch(source -> source.readAt() != null);
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    /** Looks in a session of its own how many others the EHR's database bears. */
    private static final class Watched implements AutoCloseable {
        private static final long PAUSE_MILLIS = 20;

        private final Connection connection;
        private final Thread thread;
        private volatile int most;
        private volatile boolean ended;
        private volatile SQLException fault;

        private Watched(Connection connection) {
            this.connection = connection;
            this.thread = new Thread(this::look, "sessions");
        }

        static Watched begin(BenchLedger ehr) throws SQLException {
            Watched watched = new Watched(connect(ehr));
            watched.thread.start();
            return watched;
        }

        private void look() {
            try (Statement sql = connection.createStatement()) {
                while (!ended) {
                    try (ResultSet row = sql.executeQuery("select count(*) from pg_stat_activity where backend_type = 'client backend'"
                            + " and pid <> pg_backend_pid()")) {
                        row.next();
                        most = Math.max(most, row.getInt(1));
                    }
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                }
            } catch (SQLException e) {
                fault = e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        int most() throws SQLException {
            if (fault != null) {
                throw fault;
            }
            return most;
        }

        @Override
        public void close() throws SQLException, InterruptedException {
            ended = true;
            thread.join();
            connection.close();
        }
    }

    private static double copy(BenchLedger ehr, Path file) throws SQLException, IOException {
        long start = System.nanoTime();
        try (Connection connection = connect(ehr);
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            connection.unwrap(PGConnection.class).getCopyAPI().copyOut("copy (" + ROWS + ") to stdout", out);
        }
        return seconds(start);
    }

    private static double put(BenchServer server, Path file) throws JSchException, SftpException, IOException {
        long start = System.nanoTime();
        JSch jsch = new JSch();
        jsch.setKnownHosts(server.knownHosts().toString());
        Session session = jsch.getSession(BenchServer.USER, "127.0.0.1", server.port());
        session.setPassword(BenchServer.PASSWORD);
        session.connect();
        try (InputStream in = Files.newInputStream(file)) {
            ChannelSftp channel = (ChannelSftp) session.openChannel("sftp");
            channel.connect();
            channel.setBulkRequests(REQUESTS);
            channel.put(in, "drop-off/all.bin");
        } finally {
            session.disconnect();
        }
        return seconds(start);
    }

    private static Connection connect(BenchLedger ehr) throws SQLException {
        return DriverManager.getConnection(ehr.url(), ehr.user(), "");
    }

    static void fill(BenchLedger ehr, int patients) throws SQLException {
        List<String> statements = List.of(
                "create table clinic (clinic_id int primary key, name text, facility text, npi text, clinician_family text, clinician_given text)",
                "insert into clinic values (1, 'North', '0042170005', '1234567893', 'RADON', 'NICHOLAS')",
                "create table patient (mrn text primary key, family_name text, given_name text, middle_name text, birth_date date, sex text,"
                        + " race text, ethnicity text, street text, city text, state text, zip text, phone text, email text, guardian_family text,"
                        + " guardian_given text, guardian_relation text, mother_maiden text, consent_code text, consent_date date)",
                "insert into patient select 'P' || n, 'GARZA' || chr(65 + n % 26), 'ELENA', null, date '1950-01-01' + n % 16000,"
                        + " case n % 2 when 0 then 'F' else 'M' end, null, null, (100 + n % 9000) || ' CONGRESS AVE', 'AUSTIN', 'TX', '78701',"
                        + " '512' || (2000000 + n % 7000000), null, null, null, null, 'GRAY', 'TXA', date '2024-01-10' from generate_series(1, "
                        + patients + ") n",
                "create table dose (dose_id text primary key, mrn text, clinic_id int, changed_at timestamptz(3), given_on date, cvx text, vaccine text,"
                        + " ndc text, mvx text, lot text, expires_on date, amount text, route text, site text, information text, completion text,"
                        + " refusal text, eligibility text, funding text, vis_barcode text)",
                "insert into dose select 'P' || n || '-' || k, 'P' || n, 1, timestamptz '2026-01-01 00:00Z' + n * interval '1 second',"
                        + " date '2015-01-01' + n % 3000 + k * 60, case k when 1 then '115' else '150' end, case k when 1 then 'Tdap' else 'Influenza' end,"
                        + " null, null, null, null, '999', null, null, '01', 'CP', null, null, null, null"
                        + " from generate_series(1, " + patients + ") n, generate_series(1, 2) k",
                "create index dose_changed on dose (changed_at, mrn)",
                "analyze");
        try (Connection connection = connect(ehr);
                Statement sql = connection.createStatement()) {
            for (String statement : statements) {
                sql.execute(statement);
            }
        }
    }
}
