package org.vaxroute.boot;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.naming.NoInitialContextException;
import javax.sql.DataSource;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.boot.settings.Secret;
import org.vaxroute.boot.settings.SettingScope;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.feeds.Due;
import org.vaxroute.feeds.DueDates;
import org.vaxroute.feeds.FeedSettings;
import org.vaxroute.feeds.GateSettings;
import org.vaxroute.feeds.HistorySettings;
import org.vaxroute.feeds.Owed;
import org.vaxroute.feeds.Schedule;
import org.vaxroute.feeds.Surroundings;
import org.vaxroute.feeds.WatchSettings;
import org.vaxroute.intake.FileReach;
import org.vaxroute.intake.FileSource;
import org.vaxroute.intake.IntakeSettings;
import org.vaxroute.intake.JdbcSource;
import org.vaxroute.intake.KafkaSettings;
import org.vaxroute.intake.KafkaSource;
import org.vaxroute.intake.MadeUpSource;
import org.vaxroute.intake.MllpSettings;
import org.vaxroute.intake.MllpSource;
import org.vaxroute.intake.SiteTable;
import org.vaxroute.intake.Sites;
import org.vaxroute.ledger.DatabaseLine;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.ledger.ResendRules;
import org.vaxroute.ledger.Stage;
import org.vaxroute.ledger.SubmissionFiles;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.operate.http.HttpSettings;
import org.vaxroute.operate.mbean.Operations;
import org.vaxroute.operate.metrics.Certificates;
import org.vaxroute.operate.notice.MailSettings;
import org.vaxroute.operate.notice.NoticeSettings;
import org.vaxroute.operate.notice.NoticeTemplate;
import org.vaxroute.operate.retention.RetentionSettings;
import org.vaxroute.practice.MadeUpRecords;
import org.vaxroute.submit.Account;
import org.vaxroute.submit.AssemblySettings;
import org.vaxroute.submit.BackOff;
import org.vaxroute.submit.Destination;
import org.vaxroute.submit.Envelope;
import org.vaxroute.submit.FileLimits;
import org.vaxroute.submit.NameTemplate;
import org.vaxroute.submit.Pace;
import org.vaxroute.submit.TransferWindows;
import org.vaxroute.vxu.ColumnMap;

/** Turns what a site has set into what each room asks for. */
final class RoomSettings {
    // How the use of an account's trust store begins.
    private static final String ACCOUNT = "account-";

    /** Stores of certificates that have a password, by their key, with what they are for. */
    private static final Map<String, String> STORES = Map.of(
            "operate.http.key-store", "console",
            "intake.mllp.key-store", "mllp",
            "intake.mllp.trust-store", "mllp-senders",
            "intake.kafka.key-store", "kafka",
            "intake.kafka.trust-store", "kafka-brokers");

    // Camel's throttle keeps an object of 24 bytes for each: 48 MB.
    private static final int MOST_PERMITS = 2_000_000;

    private final Settings settings;
    private final Home home;
    private final SettingScope global;
    private final ProfileFiles files;

    RoomSettings(Settings settings) {
        this.settings = settings;
        this.files = new ProfileFiles(settings);
        this.home = settings.home();
        this.global = settings.global();
    }

    /**
     * Most files of one account within a throttle period.
     *
     * @throws StartFailed when the permits of all accounts would fill the memory
     */
    int throttle() {
        int files = global.integer("deliver.throttle-files");
        long permits = (long) files * accounts().size();
        if (files < 1 || permits > MOST_PERMITS) {
            throw new StartFailed(
                    "config/vaxroute.properties: deliver.throttle-files is " + files + "; for "
                            + accounts().size()
                            + " accounts use 1 to "
                            + MOST_PERMITS / Math.max(1, accounts().size())
                            + ". Each of them takes memory for each account. An account's own pace is account.pace-files.",
                    null);
        }
        return files;
    }

    /** Connections of which ongoing files are built at a time. */
    int builders() {
        int builders = global.integer("feed.builders");
        if (builders < 1) {
            throw new StartFailed(
                    "config/vaxroute.properties: feed.builders is " + builders + "; use 1 or more, such as 2.", null);
        }
        int connections = global.integer("ledger.connections");
        boolean ownPool =
                global.find("ledger.jndi").filter(name -> !name.isBlank()).isEmpty();
        if (ownPool && builders >= connections) {
            throw new StartFailed(
                    "config/vaxroute.properties: feed.builders is " + builders + ", and ledger.connections is "
                            + connections
                            + ": intake and delivery would wait for a connection while files are built. Set feed.builders lower, such as 2, or"
                            + " ledger.connections higher.",
                    null);
        }
        return builders;
    }

    LedgerSettings ledger() {
        String url = global.text("ledger.url");
        if (clustered() && !url.startsWith("jdbc:postgresql:")) {
            throw new StartFailed(
                    "config/vaxroute.properties: several nodes need one ledger that all of them reach, which an H2 file is not. Set ledger.url"
                            + " to a PostgreSQL database, or cluster.enabled = false.",
                    null);
        }
        String password =
                global.secret("ledger.password").map(Secret::revealText).orElse("");
        LedgerSettings inHome = LedgerSettings.of(url, global.text("ledger.user"), password, home.folder());
        LedgerSettings ledger = new LedgerSettings(
                inHome.url(),
                inHome.user(),
                inHome.password(),
                global.integer("ledger.connections"),
                global.flag("ledger.sync-files"));
        if (!global.flag("ledger.plain-text")) {
            ledger.requireTrustedServer();
        }
        return global.secret("ledger.file-key")
                .map(key -> ledger.encrypted(key.revealText()))
                .orElse(ledger);
    }

    /**
     * The data source that a server around us keeps for the ledger; empty when we open the ledger ourselves, as the command line does in a process
     * of its own.
     */
    Optional<DataSource> serverLedger() {
        return global.find("ledger.jndi").filter(name -> !name.isBlank()).flatMap(name -> {
            try {
                return Optional.of(InitialContext.<DataSource>doLookup(name));
            } catch (NoInitialContextException e) {
                // Never the default H2 file, which would be an empty ledger beside the true one.
                if (global.text("ledger.url").startsWith("jdbc:postgresql:")) {
                    return Optional.empty();
                }
                throw new StartFailed(
                        "config/vaxroute.properties: ledger.jndi is bound by a server around VaxRoute, and here is none. For the command"
                                + " line also set ledger.url, ledger.user and ledger.password of the same PostgreSQL database.",
                        e);
            } catch (NamingException | ClassCastException e) {
                throw new StartFailed(
                        "config/vaxroute.properties: ledger.jndi names " + name
                                + ", and no data source is found there. Bind one under that name in the server.",
                        e);
            }
        });
    }

    /**
     * How often route files are looked at for changes; empty when that is switched off.
     *
     * @throws StartFailed when that is no time at all
     */
    Optional<Duration> routesLookedAt() {
        if (!global.flag("routes.reload")) {
            return Optional.empty();
        }
        Duration every = global.duration("routes.look");
        if (every.toMillis() < 1) {
            throw new StartFailed(
                    "config/vaxroute.properties: routes.look is " + global.text("routes.look")
                            + "; use a longer time, such as 5s, or routes.reload = false.",
                    null);
        }
        return Optional.of(every);
    }

    Path work() {
        return global.path("vaxroute.work");
    }

    /** What this process alone writes while it runs: the way to its door. */
    Path run() {
        return ofThisNode(work().resolve("run"));
    }

    Path log() {
        return ofThisNode(work().resolve("log"));
    }

    private Path ofThisNode(Path folder) {
        return clustered() ? folder.resolve(node().replaceAll("[^A-Za-z0-9._-]", "_")) : folder;
    }

    /** Whether this is one of several nodes. */
    boolean clustered() {
        return global.flag("cluster.enabled");
    }

    /** Names this process among all that use the ledger, the same after a restart. */
    String node() {
        String name = clustered() ? global.text("cluster.node") : "";
        if (!name.isBlank()) {
            return name.strip();
        }
        return clustered() ? host() : host() + ":" + home.folder();
    }

    /** This machine's name. */
    static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** Connections that are in use, by id. */
    Map<String, SettingScope> connections() {
        Map<String, SettingScope> used = new TreeMap<>();
        settings.connections().forEach((id, scope) -> {
            if (scope.flag("enabled")) {
                used.put(id, scope);
            }
        });
        return used;
    }

    Map<String, ZoneId> zones() {
        Map<String, ZoneId> zones = new HashMap<>();
        connections().forEach((id, scope) -> zones.put(id, scope.zone("zone")));
        return zones;
    }

    IntakeSettings intake() {
        return new IntakeSettings(
                global.path("intake.file.directory"),
                global.duration("intake.file.min-age"),
                global.flag("intake.file.accept-count-differences"),
                global.integer("intake.chunk"),
                global.integer("intake.ahead"),
                global.integer("intake.readers"),
                Math.toIntExact(global.size("intake.largest-message")),
                global.duration("intake.away"),
                global.integer("intake.referee.test"),
                global.integer("intake.referee.ongoing"),
                global.integer("intake.referee.historical"));
    }

    /** Which files of the drop folders are read. */
    FileReach fileReach() {
        return FileReach.of(global.integer("intake.file.depth"), global.text("intake.file.exclude"));
    }

    /** How long what is kept that holds patients' data. */
    RetentionSettings retention() {
        Path drop = intake().directory();
        return new RetentionSettings(
                global.duration("retention.texts"),
                global.duration("retention.files"),
                global.duration("retention.source-files"),
                global.duration("retention.answers"),
                files().stream().map(source -> drop.resolve(source.id())).toList());
    }

    MllpSettings mllp() {
        Set<InetAddress> peers = new HashSet<>();
        for (String peer : global.list("intake.mllp.peers")) {
            try {
                peers.add(InetAddress.getByName(peer));
            } catch (UnknownHostException e) {
                throw new StartFailed(
                        "config/vaxroute.properties: intake.mllp.peers names " + peer
                                + ", which is no address and no host that can be found. Correct it or take it out.",
                        e);
            }
        }
        return new MllpSettings(
                global.text("intake.mllp.host"),
                global.flag("intake.mllp.plain-text"),
                global.integer("intake.mllp.group"),
                global.integer("intake.mllp.in-flight"),
                global.integer("intake.mllp.connections"),
                peers,
                MllpSettings.HeldAnswer.valueOf(global.text("intake.mllp.held-answer")),
                global.text("intake.mllp.other-messages").equals("ignore")
                        ? MllpSettings.OtherMessages.IGNORE
                        : MllpSettings.OtherMessages.REFUSE,
                global.findPath("intake.mllp.key-store").orElse(null),
                global.secret("intake.mllp.key-store-password")
                        .map(Secret::revealText)
                        .orElse(null),
                global.findPath("intake.mllp.trust-store").orElse(null),
                global.secret("intake.mllp.trust-store-password")
                        .map(Secret::revealText)
                        .orElse(null));
    }

    /** @throws StartFailed when records are to come from Kafka and something for it is missing */
    KafkaSettings kafka() {
        KafkaSettings kafka = new KafkaSettings(
                global.flag("intake.kafka.enabled"),
                global.text("intake.kafka.servers"),
                global.text("intake.kafka.topic"),
                global.text("intake.kafka.group"),
                global.integer("intake.kafka.most"),
                global.text("intake.kafka.strays"),
                global.flag("intake.kafka.tls"),
                store("intake.kafka.trust-store"),
                store("intake.kafka.key-store"),
                KafkaSettings.Login.of(global.text("intake.kafka.login")),
                global.find("intake.kafka.user").orElse(null),
                global.secret("intake.kafka.password").map(Secret::revealText).orElse(null));
        if (kafka.enabled()) {
            try {
                kafka.requireUsable(topicSources(), global.flag("intake.kafka.plain-text"));
            } catch (IllegalArgumentException e) {
                throw new StartFailed("config/vaxroute.properties: " + e.getMessage(), e);
            }
        }
        return kafka;
    }

    private KafkaSettings.Store store(String key) {
        return global.findPath(key)
                .map(file -> new KafkaSettings.Store(
                        file,
                        global.secret(key + "-password").map(Secret::revealText).orElse("")))
                .orElse(null);
    }

    List<KafkaSource> topicSources() {
        return sources("kafka", (scope, id) -> {
            try {
                return new KafkaSource(id, scope.id(), feed(scope, id));
            } catch (IllegalArgumentException e) {
                throw new StartFailed("config/connections/" + scope.id() + ".properties: " + e.getMessage(), e);
            }
        });
    }

    List<FileSource> files() {
        return sources(
                "file",
                (scope, id) -> new FileSource(
                        id,
                        scope.id(),
                        feed(scope, id),
                        scope.zone("zone"),
                        scope.find("source." + id + ".ehr").map(this::columns).orElse(null)));
    }

    /** @throws StartFailed when a message could belong to two of them */
    List<MllpSource> senders() {
        List<MllpSource> senders = sources("mllp", (scope, id) -> {
            try {
                return new MllpSource(
                        id,
                        scope.id(),
                        feed(scope, id),
                        scope.zone("zone"),
                        scope.text("source." + id + ".sending-application"),
                        scope.text("source." + id + ".sending-facility"));
            } catch (IllegalArgumentException e) {
                throw new StartFailed("config/connections/" + scope.id() + ".properties: " + e.getMessage(), e);
            }
        });
        try {
            MllpSource.requireApart(senders);
        } catch (IllegalArgumentException e) {
            throw new StartFailed("config/connections: " + e.getMessage(), e);
        }
        return senders;
    }

    List<JdbcSource> queries() {
        return sources("jdbc", (scope, id) -> {
            String key = "source." + id + ".";
            if (!scope.flag(key + "plain-text")) {
                requireTrustedServer(scope, id);
            }
            Schedule schedule = Schedule.cron(scope.text(key + "cron"), scope.zone("zone"));
            JdbcSource source = new JdbcSource(
                    id,
                    scope.id(),
                    feed(scope, id),
                    scope.zone("zone"),
                    scope.text(key + "url"),
                    scope.find(key + "user").orElse(null),
                    () -> scope.secret(key + "password").map(Secret::revealText).orElse(null),
                    schedule::due,
                    query(scope.text(key + "ehr")),
                    columns(scope.text(key + "ehr")),
                    scope.text(key + "start"),
                    scope.duration(key + "overlap"),
                    scope.integer(key + "page"),
                    scope.duration(key + "time-out"),
                    feed(scope, id) == Feed.TEST ? scope.integer(key + "test-records") : JdbcSource.ALL);
            try {
                source.requireUsable();
            } catch (IllegalArgumentException e) {
                throw new StartFailed(
                        "config/sources/" + scope.text(key + "ehr") + "/query.sql (source." + id + "): "
                                + e.getMessage() + ".",
                        e);
            }
            return source;
        });
    }

    private static void requireTrustedServer(SettingScope scope, String id) {
        try {
            DatabaseLine.requireTrusted("source." + id, scope.text("source." + id + ".url"));
        } catch (IllegalArgumentException e) {
            throw new StartFailed("config/connections/" + scope.id() + ".properties: " + e.getMessage(), e);
        }
    }

    /** Sources that make their records up. */
    List<MadeUpSource> madeUp(Clock clock) {
        return sources("made-up", (scope, id) -> {
            if (feed(scope, id) != Feed.TEST) {
                throw new StartFailed(
                        "config/connections/" + scope.id() + ".properties: source." + id
                                + ".kind = made-up, but source."
                                + id + ".feed = " + scope.text("source." + id + ".feed")
                                + ". Made-up records may never be reported: set source." + id + ".feed = test.",
                        null);
            }
            MadeUpRecords records = new MadeUpRecords(
                    TakenRecord.MADE_UP, scope.text("sender.facility"), clock.withZone(scope.zone("zone")));
            return new MadeUpSource(
                    id, scope.id(), Feed.TEST, records::message, scope.integer("source." + id + ".test-records"));
        });
    }

    /** Sites of the connections in use, by connection. */
    Map<String, Sites> sites() {
        return sites(files.sites());
    }

    Map<String, Sites> sites(SiteTable table) {
        Map<String, Sites> sites = new HashMap<>();
        connections().forEach((id, scope) -> sites.put(id, files.sites(table, scope)));
        return sites;
    }

    List<Operations.Source> allSources() {
        return connections().values().stream()
                .flatMap(scope -> scope.ids("source").stream()
                        .map(id -> new Operations.Source(
                                scope.id(), id, scope.text("source." + id + ".kind"), feed(scope, id))))
                .toList();
    }

    /** Empty when nothing is to be served. */
    Optional<HttpSettings> http() {
        if (!global.flag("operate.http.enabled")) {
            return Optional.empty();
        }
        return Optional.of(new HttpSettings(
                global.text("operate.http.host"),
                global.port("operate.http.port"),
                global.flag("operate.console.enabled"),
                run(),
                global.findPath("operate.http.key-store")
                        .map(store -> new HttpSettings.Tls(
                                store,
                                global.secret("operate.http.key-store-password")
                                        .map(Secret::revealText)
                                        .orElse("")))
                        .orElse(null),
                global.flag("operate.http.plain-text")));
    }

    MailSettings mail() {
        return new MailSettings(
                global.text("mail.host"),
                global.port("mail.port"),
                MailSettings.Security.valueOf(global.text("mail.security").toUpperCase(java.util.Locale.ROOT)),
                global.text("mail.user"),
                () -> global.secret("mail.password").map(Secret::revealText).orElse(""),
                global.findPath("mail.trust-store").orElse(null),
                global.text("mail.from"),
                global.list("mail.alarms-to"),
                global.duration("mail.time-out"));
    }

    /** After how long the due watch speaks up on what belongs to the whole installation. */
    Surroundings.House houseWatch() {
        return new Surroundings.House(
                global.duration("watch.certificate-warning"), global.duration("watch.codes-at-most"));
    }

    /** Names of the code tables that must be kept up to date. */
    List<String> watchedCodes() {
        return global.list("watch.codes");
    }

    /** The table of vaccines that count as given for a declared disaster; empty for none. */
    Optional<String> disasterTable(String connection) {
        return registry(connection).find("disaster.table").filter(name -> !name.isEmpty());
    }

    /** What of a connection's logins is good until a day only: the trust store's certificates and the password, for tests and for production. */
    List<DueDates.Ending> endings(String connection) {
        SettingScope scope = settings.connections().get(connection);
        List<DueDates.Ending> endings = new ArrayList<>();
        for (String login : separate(scope) ? List.of("account.", "test-account.") : List.of("account.")) {
            scope.findPath(login + "trust-store")
                    .flatMap(file -> new Certificates(login, file, () -> trustStorePassword(scope, login)).end())
                    .ifPresent(end -> endings.add(new DueDates.Ending(
                            Due.Kind.CERTIFICATE_ENDS,
                            login + "trust-store",
                            end,
                            "A certificate in " + login + "trust-store",
                            "Ask the registry by which authority its server's certificate is signed from then on, and save that"
                                    + " authority's certificate in the file beside the old one; then restart.")));
            scope.findDate(login + "password-until")
                    .ifPresent(day -> endings.add(new DueDates.Ending(
                            Due.Kind.PASSWORD_ENDS,
                            login + "password",
                            day.plusDays(1).atStartOfDay(scope.zone("zone")).toInstant(),
                            "The password of " + login + "user",
                            "Have the registry renew it, put the new one where " + login + "password points, and set "
                                    + login + "password-until; then restart.")));
        }
        return endings;
    }

    /** The certificates of the installation itself. */
    List<DueDates.Ending> endings() {
        return certificates().stream()
                .filter(file -> !file.use().startsWith(ACCOUNT))
                .flatMap(file -> file.end().stream()
                        .map(end -> new DueDates.Ending(
                                Due.Kind.CERTIFICATE_ENDS,
                                file.use(),
                                end,
                                "The certificate in " + file.file(),
                                "Put a new one there (docs/operations.md) and restart.")))
                .toList();
    }

    /** When the agreements of a connection's sites end, where that is known. */
    List<DueDates.Agreement> agreements(SiteTable table, String connection) {
        SettingScope registry = profile(settings.connections().get(connection).text("registry"));
        return table.of(connection, Pattern.compile(registry.text("sites.id-form"))).stream()
                .filter(site -> site.agreementUntil() != null)
                .map(site -> new DueDates.Agreement(site.id(), site.agreementUntil()))
                .toList();
    }

    /** @throws IllegalArgumentException when a text of the registry's profile is no text of a notice */
    NoticeSettings notices(String connection) {
        SettingScope scope = settings.connections().get(connection);
        SettingScope registry = profile(scope.text("registry"));
        Map<Owed.Kind, NoticeTemplate> templates = new EnumMap<>(Owed.Kind.class);
        for (Owed.Kind notice : Owed.Kind.values()) {
            Path file = home.config()
                    .resolve("registries")
                    .resolve(scope.text("registry"))
                    .resolve("notices")
                    .resolve(NoticeSettings.fileOf(notice));
            if (Files.exists(file)) {
                templates.put(notice, NoticeTemplate.read(file, NoticeSettings.NAMES));
            }
        }
        return new NoticeSettings(
                templates,
                Map.of(
                        "organization", scope.text("notice.organization"),
                        "contact", scope.text("notice.contact"),
                        "vendor-mail", scope.text("notice.vendor-mail"),
                        "connection", connection,
                        "file-code", scope.text("file-code"),
                        "registry-id", scope.text("sender.facility"),
                        "data-exchange-mail", registry.text("desk.data-exchange-mail"),
                        "data-exchange-phone", registry.text("desk.data-exchange-phone"),
                        "support-mail", registry.text("desk.support-mail"),
                        "support-phone", registry.text("desk.support-phone")));
    }

    /** The files whose certificates must be renewed in time. */
    List<Certificates> certificates() {
        List<Certificates> found = new ArrayList<>();
        STORES.forEach((key, use) -> global.findPath(key)
                .ifPresent(
                        file -> found.add(new Certificates(use, file, () -> secretText(global, key + "-password")))));
        global.findPath("mail.trust-store").ifPresent(file -> found.add(new Certificates("mail", file, () -> "")));
        connections().forEach((id, scope) -> scope.findPath("account.trust-store")
                .ifPresent(file -> found.add(new Certificates(
                        ACCOUNT + id, file, () -> secretText(scope, "account.trust-store-password")))));
        return List.copyOf(found);
    }

    private static String secretText(SettingScope scope, String key) {
        return scope.secret(key).map(Secret::revealText).orElse("");
    }

    private static String trustStorePassword(SettingScope scope, String login) {
        return scope.secret(login + "trust-store-password")
                .map(Secret::revealText)
                .orElseGet(() -> secretText(scope, "account.trust-store-password"));
    }

    /**
     * The accounts of the connections in use: one each, or one for each stage.
     *
     * @throws IllegalArgumentException naming the setting that is missing or wrong
     */
    List<Account> accounts() {
        List<Account> accounts = connections().values().stream()
                .flatMap(scope -> separate(scope)
                        ? both(scope)
                        : Stream.of(account(scope, scope.id(), "account.").build()))
                .toList();
        requireNamesOfTheirOwn(accounts);
        return accounts;
    }

    // Names are counted by account: two of one folder do not know of each other's.
    private void requireNamesOfTheirOwn(List<Account> accounts) {
        Map<String, SettingScope> scopes = connections();
        Map<List<String>, SettingScope> writers = new HashMap<>();
        for (Account account : accounts) {
            SettingScope scope = scopes.get(account.connection());
            String names = scope.text("file-name").replace("{code}", scope.text("file-code"));
            List<String> place = Stream.of(
                            account.kind(), account.host(), account.port(), account.user(), account.dropOff(), names)
                    .map(part -> String.valueOf(part).toLowerCase(java.util.Locale.ROOT))
                    .toList();
            SettingScope other = writers.putIfAbsent(place, scope);
            if (other != null && !other.id().equals(scope.id())) {
                throw new IllegalArgumentException(
                        scope.shownAs() + ": its files would bear the names of those of connection " + other.id()
                                + " in the same folder, and one would take the place of the other. Set the file-code that the registry"
                                + " issued for it, or, if both are one organization, make one connection with the sources of both.");
            }
        }
    }

    private static boolean separate(SettingScope scope) {
        return scope.text("account").equals("separate");
    }

    private static String testAccount(SettingScope scope) {
        return separate(scope) ? scope.id() + SubmissionFiles.TEST_ACCOUNT : scope.id();
    }

    private Stream<Account> both(SettingScope scope) {
        Account production =
                account(scope, scope.id(), "account.").only(Stage.PRODUCTION).build();
        Account test = account(scope, testAccount(scope), "test-account.")
                .only(Stage.TEST)
                .build();
        boolean same = production.kind() == Account.Kind.FOLDER
                ? production.dropOff().equals(test.dropOff())
                : production.host().equalsIgnoreCase(test.host())
                        && production.port() == test.port()
                        && production.user().equals(test.user());
        if (same) {
            throw new IllegalArgumentException(scope.shownAs()
                    + ": account = separate, but test-account and account are the same login. Set test-account.user (for kind"
                    + " folder: test-account.drop-off) to the registry's test login, or account = shared.");
        }
        return Stream.of(production, test);
    }

    private Account.Builder account(SettingScope scope, String id, String login) {
        Account.Kind kind = Account.Kind.valueOf(scope.text("account.kind").toUpperCase(java.util.Locale.ROOT));
        Account.Builder account = Account.builder(id, kind)
                .connection(scope.id())
                .dropOff(at(scope, login, "drop-off").orElseThrow())
                .results(at(scope, login, "results").orElseThrow())
                .naming(new Account.Naming(
                        scope.text("account.temporary-name"),
                        scope.flag("account.rename"),
                        scope.flag("account.verify")))
                .tlsFloor(floor(scope.text("account.tls-floor")))
                .passive(scope.flag("account.passive"))
                .timeOut(scope.duration("account.time-out"))
                .pace(new Pace(
                        scope.integer("account.pace-files"),
                        scope.duration("account.pace-period"),
                        new TransferWindows(
                                scope.text("account.windows"), scope.text("account.blackouts"), scope.zone("zone"))))
                .backOff(new BackOff(
                        scope.duration("account.back-off-first"),
                        scope.duration("account.back-off-longest"),
                        BackOff.DEFAULT.jitter()));
        at(scope, login, "host").ifPresent(account::host);
        at(scope, login, "port").map(Integer::valueOf).ifPresent(account::port);
        at(scope, login, "known-hosts").map(home::path).ifPresent(account::knownHosts);
        at(scope, login, "expected-name").ifPresent(account::expectedName);
        at(scope, login, "trust-store")
                .map(home::path)
                .ifPresent(store -> account.trustStore(store, () -> trustStorePassword(scope, login)));
        // Who we are is never borrowed from the other login.
        scope.find(login + "user").ifPresent(account::user);
        scope.secret(login + "password").ifPresent(secret -> account.secret(secret::revealText));
        scope.findPath(login + "private-key").ifPresent(account::privateKey);
        return account;
    }

    private static Optional<String> at(SettingScope scope, String login, String key) {
        return scope.find(login + key).or(() -> scope.find("account." + key));
    }

    private static Account.TlsFloor floor(String protocol) {
        return Stream.of(Account.TlsFloor.values())
                .filter(floor -> floor.protocol().equals(protocol))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("account.tls-floor " + protocol));
    }

    AssemblySettings assembly(String connection) {
        SettingScope scope = settings.connections().get(connection);
        SettingScope registry = profile(scope.text("registry"));
        Destination production = new Destination(connection, scope.text("account.drop-off"));
        Destination test = separate(scope)
                ? new Destination(
                        testAccount(scope),
                        at(scope, "test-account.", "drop-off").orElseThrow())
                : production;
        FileLimits limits = new FileLimits(scope.integer("feed.max-messages"), scope.size("feed.max-bytes"));
        return new AssemblySettings(
                connection,
                fileNames(scope, registry),
                Map.of(Stage.TEST, test, Stage.PRODUCTION, production),
                Map.of(Feed.TEST, limits, Feed.HISTORICAL, limits, Feed.ONGOING, limits),
                Map.of(
                        Stage.TEST, envelope(scope, registry, registry.text("processing-id.test")),
                        Stage.PRODUCTION, envelope(scope, registry, registry.text("processing-id.production"))),
                scope.integer("feed.files-per-run"),
                heartbeat(scope, registry));
    }

    private static boolean heartbeat(SettingScope scope, SettingScope registry) {
        boolean wanted = scope.text("feed.ongoing.empty").equals("heartbeat");
        boolean framed = registry.flag("envelope.fhs") || registry.flag("envelope.bhs");
        if (wanted && !(registry.flag("empty-file") && framed)) {
            throw new StartFailed(
                    "config/connections/" + scope.id()
                            + ".properties: feed.ongoing.empty = heartbeat, but the registry "
                            + scope.text("registry")
                            + (framed
                                    ? " is not known to take files without a message. Ask its data exchange desk; if it does, set empty-file = true in its registry.properties, else feed.ongoing.empty = nothing."
                                    : " wants files without a header, so that a file without a message would be empty. Set feed.ongoing.empty = nothing."),
                    null);
        }
        return wanted;
    }

    private static NameTemplate fileNames(SettingScope scope, SettingScope registry) {
        NameTemplate names = new NameTemplate(
                scope.text("file-name"),
                scope.text("file-code"),
                scope.zone("zone"),
                scope.integer("file-name-length"));
        String example = names.name(Instant.EPOCH, 0);
        if (!example.matches(registry.text("file-name.form"))) {
            throw new StartFailed(
                    "config/connections/" + scope.id() + ".properties: file-name makes names such as " + example
                            + ", which the registry " + scope.text("registry")
                            + " does not take. Change file-name so that its names match file-name.form of the registry's settings, "
                            + registry.text("file-name.form") + ".",
                    null);
        }
        return names;
    }

    private static Envelope envelope(SettingScope scope, SettingScope registry, String processingId) {
        return new Envelope(
                registry.flag("envelope.fhs"),
                registry.flag("envelope.bhs"),
                registry.flag("envelope.bts"),
                registry.flag("envelope.fts"),
                registry.flag("envelope.counts"),
                scope.text("sender.application"),
                scope.text("sender.facility"),
                registry.text("receiver.application"),
                registry.text("receiver.facility"),
                processingId,
                scope.zone("zone"));
    }

    FeedSettings feed(String connection) {
        SettingScope scope = settings.connections().get(connection);
        Map<String, Duration> silences = new HashMap<>();
        for (String id : scope.ids("source")) {
            scope.find("source." + id + ".silence")
                    .ifPresent(set -> silences.put(id, scope.duration("source." + id + ".silence")));
        }
        Schedule ongoing = scope.find("feed.ongoing.every")
                .map(set -> Schedule.every(scope.duration("feed.ongoing.every")))
                .orElseGet(() -> Schedule.cron(scope.text("feed.ongoing.cron"), scope.zone("zone")));
        return new FeedSettings(connection, scope.zone("zone"), ongoing, gate(scope), watch(scope), silences);
    }

    HistorySettings history(String connection) {
        SettingScope scope = settings.connections().get(connection);
        return new HistorySettings(
                scope.integer("feed.historical.files-per-day"),
                scope.integer("feed.max-messages"),
                scope.size("feed.max-bytes"),
                new TransferWindows(scope.text("feed.historical.windows"), "", scope.zone("zone"))::open,
                work().resolve("reports"));
    }

    /** What the registry of a connection wants to be told again. */
    ResendRules resend(String connection) {
        SettingScope registry = registry(connection);
        return new ResendRules(
                registry.text("resend").equals("changed-doses"),
                registry.text("correction").equals("delete-add")
                        ? ResendRules.Correction.DELETE_ADD
                        : ResendRules.Correction.UPDATE);
    }

    /** How long a record may wait before it is checked again. */
    Duration checkAgainAfter(String connection) {
        return settings.connections().get(connection).duration("feed.check-again-after");
    }

    List<String> testPatientRules(String connection) {
        return registry(connection).list("test-patient.rules");
    }

    List<String> consentRules(String connection) {
        return registry(connection).list("consent.rules");
    }

    List<Integer> consentBirthdays(String connection) {
        return registry(connection).list("consent.birthdays").stream()
                .map(Integer::valueOf)
                .toList();
    }

    private SettingScope registry(String connection) {
        return profile(settings.connections().get(connection).text("registry"));
    }

    private static GateSettings gate(SettingScope scope) {
        return new GateSettings(
                scope.integer("gate.clean-files"),
                scope.flag("gate.warnings-spoil"),
                separate(scope),
                scope.integer("gate.test-messages"),
                scope.integer("gate.first-test-doses"),
                scope.integer("gate.first-production-messages"));
    }

    private WatchSettings watch(SettingScope scope) {
        return new WatchSettings(
                scope.duration("watch.silence-warning"),
                scope.duration("watch.silence-alarm"),
                scope.duration("watch.dose-within"),
                scope.duration("watch.dose-warning"),
                scope.duration("watch.answer-within"),
                scope.duration("watch.held-at-most"),
                scope.duration("watch.agreement-warning"),
                global.duration("watch.certificate-warning"),
                global.duration("watch.password-warning"),
                scope.duration("watch.source-silence"),
                scope.integer("watch.source-habit"));
    }

    private <S> List<S> sources(String kind, BiFunction<SettingScope, String, S> make) {
        List<S> sources = new ArrayList<>();
        for (SettingScope scope : connections().values()) {
            for (String id : scope.ids("source")) {
                if (scope.text("source." + id + ".kind").equals(kind)) {
                    sources.add(make.apply(scope, id));
                }
            }
        }
        return sources;
    }

    private static Feed feed(SettingScope scope, String source) {
        return Feed.valueOf(scope.text("source." + source + ".feed").toUpperCase(java.util.Locale.ROOT));
    }

    private SettingScope profile(String registry) {
        return settings.registry(registry)
                .orElseThrow(() -> new StartFailed(
                        "The registry profile " + registry
                                + " has no config/registries/" + registry
                                + "/registry.properties. Add it, or name another profile in the connection's settings.",
                        null));
    }

    private ColumnMap columns(String ehr) {
        return ColumnMap.load(home.config().resolve("sources").resolve(ehr).resolve("columns.csv"));
    }

    private String query(String ehr) {
        Path file = home.config().resolve("sources").resolve(ehr).resolve("query.sql");
        try {
            // Some editors put a mark in front of UTF-8.
            return Files.readString(file).replaceFirst("^\\x{FEFF}", "");
        } catch (IOException e) {
            throw new StartFailed(
                    file + " cannot be read as UTF-8 text; it holds the query of the JDBC sources with ehr = " + ehr
                            + ".",
                    e);
        }
    }
}
