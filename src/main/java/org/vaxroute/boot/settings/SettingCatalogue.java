package org.vaxroute.boot.settings;

import static org.vaxroute.boot.settings.SettingFile.CONNECTION;
import static org.vaxroute.boot.settings.SettingFile.REGISTRY;
import static org.vaxroute.boot.settings.SettingFile.VAXROUTE;
import static org.vaxroute.boot.settings.SettingKind.BOOLEAN;
import static org.vaxroute.boot.settings.SettingKind.CRON;
import static org.vaxroute.boot.settings.SettingKind.DATE;
import static org.vaxroute.boot.settings.SettingKind.DURATION;
import static org.vaxroute.boot.settings.SettingKind.INTEGER;
import static org.vaxroute.boot.settings.SettingKind.LIST;
import static org.vaxroute.boot.settings.SettingKind.PATH;
import static org.vaxroute.boot.settings.SettingKind.PORT;
import static org.vaxroute.boot.settings.SettingKind.SECRET;
import static org.vaxroute.boot.settings.SettingKind.SIZE;
import static org.vaxroute.boot.settings.SettingKind.TEXT;
import static org.vaxroute.boot.settings.SettingKind.ZONE;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every key that a site may set. A test holds it, the shipped files under {@code config/} and {@code docs/settings.md} together. */
public final class SettingCatalogue {
    private static final List<SettingKey> KEYS = Stream.of(
                    house(),
                    ledger(),
                    intake(),
                    kafka(),
                    deliver(),
                    operate(),
                    cluster(),
                    mail(),
                    connection(),
                    account(),
                    feeds(),
                    sources(),
                    registry())
            .flatMap(List::stream)
            .toList();

    private SettingCatalogue() {}

    /** All keys, in the order in which the documents show them. */
    public static List<SettingKey> all() {
        return KEYS;
    }

    static List<SettingKey> of(SettingFile file) {
        return KEYS.stream().filter(key -> key.file() == file).toList();
    }

    /** The key that a name belongs to. */
    public static Optional<SettingKey> find(SettingFile file, String name) {
        return of(file).stream().filter(key -> key.matches(name)).findFirst();
    }

    /** The known key that a mistyped name most likely meant. */
    static Optional<String> nearest(SettingFile file, String name) {
        String[] words = name.split("\\.");
        return of(file).stream()
                .map(key -> key.with(key.pattern().contains("*") && words.length > 1 ? words[1] : null))
                .filter(candidate -> distance(candidate, name) <= Math.max(2, name.length() / 3))
                .min(Comparator.comparingInt(candidate -> distance(candidate, name)));
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }

    private static List<SettingKey> house() {
        return List.of(
                SettingKey.choice(
                        VAXROUTE,
                        "vaxroute.mode",
                        List.of("production", "practice"),
                        "production",
                        "production carries real records; practice is for rehearsals on this machine only"),
                SettingKey.of(VAXROUTE, "vaxroute.work", PATH, "work", "Folder for everything that VaxRoute writes"),
                SettingKey.of(
                        VAXROUTE,
                        "secrets.allow-shared-files",
                        BOOLEAN,
                        "false",
                        "Accepts secret files that others may read, as some orchestrators mount them"),
                SettingKey.choice(
                        VAXROUTE,
                        "log.level",
                        List.of("INFO", "DEBUG", "TRACE"),
                        "INFO",
                        "How much VaxRoute's own parts write into the log; none of it is patients' data"),
                SettingKey.of(
                        VAXROUTE,
                        "routes.reload",
                        BOOLEAN,
                        "true",
                        "Takes changed route files, config/sites.csv and config/prescribers.csv without a restart, if they are without fault"),
                SettingKey.of(
                        VAXROUTE, "routes.look", DURATION, "5s", "How often these files are looked at for changes"),
                SettingKey.of(
                        VAXROUTE, "site.**", TEXT, null, "A key of your own, for {{site.NAME}} in your own routes"));
    }

    private static List<SettingKey> ledger() {
        return List.of(
                global(
                        "ledger.url",
                        TEXT,
                        "jdbc:h2:file:{{vaxroute.work}}/ledger",
                        "JDBC address of the ledger: an H2 file, or jdbc:postgresql://HOST/DATABASE"),
                global(
                        "ledger.jndi",
                        TEXT,
                        null,
                        "JNDI name of a PostgreSQL data source that a server around VaxRoute keeps; used instead of ledger.url"),
                global("ledger.user", TEXT, "vaxroute", "Database user of the ledger"),
                global("ledger.password", SECRET, null, "Password of the ledger's user; an H2 file needs none"),
                global(
                        "ledger.file-key",
                        SECRET,
                        null,
                        "Key that encrypts an H2 ledger's file; without it the disk has to be encrypted"),
                global(
                        "ledger.plain-text",
                        BOOLEAN,
                        "false",
                        "Allows PostgreSQL on another machine without checking its certificate and name"),
                global("ledger.connections", INTEGER, "10", "Database connections held at most"),
                global(
                        "ledger.sync-files",
                        BOOLEAN,
                        "true",
                        "Forces an H2 ledger to the disk with every chunk, against loss of power"));
    }

    private static List<SettingKey> intake() {
        return List.of(
                global("intake.chunk", INTEGER, "500", "Records stored in one transaction of a file or query"),
                global("intake.ahead", INTEGER, "2", "Chunks prepared while an earlier one is being stored, 1 to 3"),
                global(
                        "intake.readers",
                        INTEGER,
                        "4",
                        "Files and queries read at once, so many of each; of history one at most"),
                global("intake.largest-message", SIZE, "1MB", "The longest message that is taken"),
                global(
                        "intake.away",
                        DURATION,
                        "10s",
                        "How long the ledger or an EHR database is left alone after it did not answer"),
                global(
                        "intake.referee.test",
                        INTEGER,
                        "1",
                        "One record in so many of a test feed is also read by HAPI; 1 = every one"),
                global(
                        "intake.referee.ongoing",
                        INTEGER,
                        "1",
                        "One record in so many of an ongoing feed is also read by HAPI"),
                global(
                        "intake.referee.historical",
                        INTEGER,
                        "100",
                        "One record in so many of a historical feed is also read by HAPI"),
                global(
                        "intake.file.directory",
                        PATH,
                        "{{vaxroute.work}}/in",
                        "Drop folder; its first level of folders names the source"),
                global("intake.file.poll", DURATION, "2s", "How often the drop folders are looked at"),
                global(
                        "intake.file.min-age",
                        DURATION,
                        "10s",
                        "A dropped file is taken once it has not changed for this long"),
                global(
                        "intake.file.accept-count-differences",
                        BOOLEAN,
                        "false",
                        "Takes a file whose BTS-1 or FTS-1 differs from what it holds"),
                global(
                        "intake.file.depth",
                        INTEGER,
                        "2",
                        "Levels of folders that are looked into; 2 is the drop folder and its sources"),
                global(
                        "intake.file.exclude",
                        TEXT,
                        ".*[.](part|tmp|filepart)",
                        "Regular expression of file names that are left alone, such as those of unfinished copies"),
                global("intake.jdbc.poll", DURATION, "5s", "How often due JDBC sources are looked for"),
                global("intake.mllp.enabled", BOOLEAN, "false", "Listens for HL7 messages over MLLP"),
                global(
                        "intake.mllp.host",
                        TEXT,
                        "127.0.0.1",
                        "Address that the MLLP listener binds; beyond loopback it wants TLS"),
                global("intake.mllp.port", PORT, "2575", "Port of the MLLP listener"),
                global(
                        "intake.mllp.plain-text",
                        BOOLEAN,
                        "false",
                        "Allows plain text beyond loopback, where anybody on the way can read it"),
                global(
                        "intake.mllp.group",
                        INTEGER,
                        "500",
                        "MLLP messages stored in one transaction and answered together, at most"),
                global(
                        "intake.mllp.in-flight",
                        INTEGER,
                        "100",
                        "Messages of one MLLP connection that may wait for their answer"),
                global("intake.mllp.connections", INTEGER, "500", "MLLP connections open at once at most"),
                global("intake.mllp.peers", LIST, "", "Addresses that may connect over MLLP; empty for all"),
                SettingKey.choice(
                        VAXROUTE,
                        "intake.mllp.held-answer",
                        List.of("AA", "AE"),
                        "AA",
                        "Answer to a record that was stored but is held: AA, or AE for senders that should hear of it"),
                SettingKey.choice(
                        VAXROUTE,
                        "intake.mllp.other-messages",
                        List.of("refuse", "ignore"),
                        "refuse",
                        "Answer to a message that is no VXU: refuse with AR, or ignore with AA (counted, not stored)"),
                global(
                        "intake.mllp.key-store",
                        PATH,
                        null,
                        "PKCS12 file with the MLLP listener's certificate; without it plain text"),
                global("intake.mllp.key-store-password", SECRET, null, "Password of the MLLP listener's key store"),
                global(
                        "intake.mllp.trust-store",
                        PATH,
                        null,
                        "PKCS12 file with the authorities of MLLP client certificates; without it none is asked for"),
                global("intake.mllp.trust-store-password", SECRET, null, "Password of the MLLP trust store"));
    }

    private static List<SettingKey> kafka() {
        return List.of(
                global(
                        "intake.kafka.enabled",
                        BOOLEAN,
                        "false",
                        "Reads records from a Kafka topic; needs Kafka's client in lib/kafka"),
                global(
                        "intake.kafka.servers",
                        TEXT,
                        "localhost:9092",
                        "Kafka brokers to begin with, host:port, commas"),
                global("intake.kafka.topic", TEXT, "vaxroute-records", "Kafka topic of raw records"),
                global(
                        "intake.kafka.group",
                        TEXT,
                        "vaxroute",
                        "Kafka consumer group; the nodes of one cluster share its partitions"),
                global(
                        "intake.kafka.poll",
                        DURATION,
                        "500ms",
                        "How long Kafka is left alone after it had nothing for a second"),
                global("intake.kafka.most", INTEGER, "500", "Kafka records read at a time at most"),
                global(
                        "intake.kafka.strays",
                        TEXT,
                        "",
                        "Source, as CONNECTION.SOURCE, that holds records whose key names none; empty for the first one of kind kafka"),
                global(
                        "intake.kafka.plain-text",
                        BOOLEAN,
                        "false",
                        "Allows Kafka brokers beyond loopback without TLS, where anybody on the way can read records"),
                global("intake.kafka.tls", BOOLEAN, "false", "Reaches Kafka brokers by TLS"),
                global(
                        "intake.kafka.trust-store",
                        PATH,
                        null,
                        "PKCS12 file with the authority of the Kafka brokers' certificates; without it those that Java trusts"),
                global("intake.kafka.trust-store-password", SECRET, null, "Password of the Kafka trust store"),
                global(
                        "intake.kafka.key-store",
                        PATH,
                        null,
                        "PKCS12 file with our certificate for Kafka brokers that ask for one"),
                global("intake.kafka.key-store-password", SECRET, null, "Password of the Kafka key store"),
                SettingKey.choice(
                        VAXROUTE,
                        "intake.kafka.login",
                        List.of("none", "plain", "scram-sha-256", "scram-sha-512"),
                        "none",
                        "SASL mechanism of the login at Kafka; plain wants TLS"),
                global("intake.kafka.user", TEXT, null, "User of the login at Kafka")
                        .requiredWhen("intake.kafka.login", "plain", "scram-sha-256", "scram-sha-512"),
                global("intake.kafka.password", SECRET, null, "Password of that user")
                        .requiredWhen("intake.kafka.login", "plain", "scram-sha-256", "scram-sha-512"));
    }

    private static List<SettingKey> deliver() {
        return List.of(
                global("feed.tick", DURATION, "10s", "How often feeds that are due are looked for"),
                global(
                        "feed.builders",
                        INTEGER,
                        "2",
                        "Connections of which ongoing files are built at a time; fewer than ledger.connections"),
                global("watch.tick", DURATION, "1m", "How often due dates and silences are looked at"),
                global(
                        "watch.certificate-warning",
                        DURATION,
                        "30d",
                        "How long before a certificate ends (the registry's server's, our own, those we trust) the warning comes"),
                global(
                        "watch.password-warning",
                        DURATION,
                        "14d",
                        "How long before a password ends (account.password-until) the warning comes"),
                global("watch.codes", LIST, "CVX, NDC", "Code tables that must be kept up to date"),
                global(
                        "watch.codes-at-most",
                        DURATION,
                        "400d",
                        "A code table whose newest change is older than this is reported"),
                global("retention.tick", DURATION, "6h", "How often what has been kept long enough is looked for"),
                global(
                        "retention.texts",
                        DURATION,
                        "0d",
                        "How long texts of records stay in the ledger after their acceptance, at least 7d; 0d for good"),
                global(
                        "retention.files",
                        DURATION,
                        "0d",
                        "How long submission files stay in work/out after their answer; their manifests stay for good"),
                global("retention.source-files", DURATION, "0d", "How long files of EHRs stay in .done"),
                global("retention.answers", DURATION, "0d", "How long our copies of answers stay after they were read"),
                global("deliver.poll", DURATION, "5s", "How often submission files that are due are looked for"),
                global(
                        "deliver.throttle-files",
                        INTEGER,
                        "600",
                        "Most files of one account within a throttle period, above the account's own pace; each takes some bytes of memory for each account"),
                global("deliver.throttle-period", DURATION, "1m", "Length of the throttle period"),
                global(
                        "deliver.sftp-bulk-requests",
                        INTEGER,
                        "512",
                        "SFTP requests under way at a time; fewer are slower, the protocol's default of 16 four times"),
                global("answers.collect", DURATION, "5m", "How often the results folders are looked at"),
                global("answers.process", DURATION, "30s", "How often answers that were fetched are read"),
                global("answers.chunk", INTEGER, "1000", "Answers applied in one transaction"),
                global("answers.readers", INTEGER, "2", "Files of answers that are read at a time"),
                global("answers.largest-file", SIZE, "200MB", "The largest answer that is fetched"));
    }

    private static List<SettingKey> cluster() {
        return List.of(
                SettingKey.of(
                        VAXROUTE,
                        "cluster.enabled",
                        BOOLEAN,
                        "false",
                        "This is one of several equal nodes on one PostgreSQL ledger and one work folder"),
                SettingKey.of(
                        VAXROUTE,
                        "cluster.node",
                        TEXT,
                        "",
                        "Name of this node, the same after a restart; the machine's name when empty"));
    }

    private static List<SettingKey> operate() {
        return List.of(
                SettingKey.of(
                        VAXROUTE,
                        "operate.http.enabled",
                        BOOLEAN,
                        "true",
                        "Serves health, the console and the command line's door"),
                SettingKey.of(
                        VAXROUTE,
                        "operate.http.host",
                        TEXT,
                        "127.0.0.1",
                        "Address that the console binds; beyond loopback it wants TLS"),
                SettingKey.of(VAXROUTE, "operate.http.port", PORT, "8080", "Port of the console"),
                SettingKey.of(
                        VAXROUTE,
                        "operate.http.plain-text",
                        BOOLEAN,
                        "false",
                        "Allows plain HTTP beyond loopback, because a TLS proxy stands before it"),
                SettingKey.of(
                        VAXROUTE,
                        "operate.http.key-store",
                        PATH,
                        null,
                        "PKCS12 file with the console's certificate; without it plain HTTP"),
                SettingKey.of(
                        VAXROUTE,
                        "operate.http.key-store-password",
                        SECRET,
                        null,
                        "Password of the console's key store"),
                SettingKey.of(
                        VAXROUTE,
                        "operate.console.enabled",
                        BOOLEAN,
                        "true",
                        "Serves Hawtio at /hawtio; needs users made with vaxroute user add"),
                SettingKey.of(
                        VAXROUTE,
                        "operate.metrics.enabled",
                        BOOLEAN,
                        "true",
                        "Serves figures for Prometheus at /metrics; counts only, no patient data"),
                SettingKey.choice(
                        VAXROUTE,
                        "operate.log.format",
                        List.of("text", "json"),
                        "text",
                        "Form of the log file's lines: text for people, json for log collectors"),
                SettingKey.choice(
                        VAXROUTE,
                        "operate.log.records",
                        List.of("json", "always", "never"),
                        "json",
                        "When the log has a line for each record at each step, by its control id: with json lines, always or never"));
    }

    private static List<SettingKey> mail() {
        return List.of(
                global("notice.tick", DURATION, "1m", "How often notices that are owed are looked for"),
                global(
                        "mail.host",
                        TEXT,
                        "",
                        "Mail server for notices and alarms; without one, notices are written as drafts"),
                global("mail.port", PORT, "587", "Port of the mail server"),
                SettingKey.choice(
                        VAXROUTE,
                        "mail.security",
                        List.of("starttls", "tls", "none"),
                        "starttls",
                        "How the line is protected: starttls, tls from the first byte, or none (on this machine only)"),
                global("mail.user", TEXT, "", "Login at the mail server; empty when it wants none"),
                global("mail.password", SECRET, null, "Password of that login"),
                global(
                        "mail.trust-store",
                        PATH,
                        null,
                        "PEM file with the authority of the mail server's certificate; without it those that Java trusts"),
                global("mail.from", TEXT, "", "Address that notices come from"),
                global("mail.alarms-to", LIST, "", "Addresses that are told of each alarm once; empty for nobody"),
                global("mail.time-out", DURATION, "1m", "Wait for the mail server at most"));
    }

    private static List<SettingKey> connection() {
        return List.of(
                own("enabled", BOOLEAN, "true", "Whether this connection is used at all"),
                own("registry", TEXT, "immtrac2", "The registry's profile, a folder of config/registries"),
                own("file-code", TEXT, null, "The code that the registry issued for your file names")
                        .required(),
                own(
                        "file-name",
                        TEXT,
                        "{code}{yy}{ddd}.{seq}.hl7",
                        "Template of submission file names; tokens code yy yyyy ddd mm dd hh mi ss seq"),
                own("file-name-length", INTEGER, "64", "Longest file name that the registry's server takes"),
                own("sender.application", TEXT, "VAXROUTE", "FHS-3 and BHS-3: the sending application"),
                own("sender.facility", TEXT, "", "FHS-4 and BHS-4: your registry id, leading zeros kept"),
                own(
                        "zone",
                        ZONE,
                        "America/Chicago",
                        "Time zone of schedules, transfer windows and dates in file names"),
                own(
                        "sites.from",
                        LIST,
                        "MSH-4.1",
                        "Where the EHR names the clinic, for config/sites.csv; the first place that holds anything decides"),
                own(
                        "sites.fill",
                        LIST,
                        "MSH-4.1=id, RXA-11.4.1=id",
                        "What of the clinic is written where: a field of MSH or RXA and id, name, parent-id or parent-name"),
                SettingKey.choice(
                        CONNECTION,
                        "account",
                        List.of("shared", "separate"),
                        "shared",
                        "Whether one login serves testing and production (shared) or tests have their own (separate)"),
                own("notice.organization", TEXT, "", "Your organization's name in notices"),
                own("notice.contact", TEXT, "", "Who is to be asked: name, telephone, address, in one line"),
                own("notice.vendor-mail", TEXT, "", "Mail address of the EHR vendor's support"));
    }

    private static List<SettingKey> account() {
        return List.of(
                SettingKey.choice(
                                CONNECTION,
                                "account.kind",
                                List.of("sftp", "ftps", "folder"),
                                null,
                                "How files reach the registry: sftp, ftps (implicit TLS), or folder (a person uploads them)")
                        .required(),
                own("account.host", TEXT, null, "The registry's server").requiredWhen("account.kind", "sftp", "ftps"),
                own("account.port", PORT, null, "The server's port; 22 for sftp and 990 for ftps if not set"),
                own("account.user", TEXT, null, "Login name at the server")
                        .requiredWhen("account.kind", "sftp", "ftps"),
                own("account.password", SECRET, null, "Password of the login, or passphrase of its private key")
                        .requiredWhen("account.kind", "sftp", "ftps"),
                own("account.password-until", DATE, null, "Last day of the password; a warning comes before it"),
                own("account.private-key", PATH, null, "Private key file for sftp instead of a password"),
                own(
                                "account.known-hosts",
                                PATH,
                                null,
                                "File with the server's SSH host key, made with ssh-keyscan and compared with the registry's word")
                        .requiredWhen("account.kind", "sftp"),
                own(
                                "account.trust-store",
                                PATH,
                                null,
                                "File (PEM or PKCS12) with the authority that the server's certificate must come from")
                        .requiredWhen("account.kind", "ftps"),
                own("account.trust-store-password", SECRET, null, "Password of the trust store; a PEM file needs none"),
                own(
                        "account.expected-name",
                        TEXT,
                        null,
                        "Name that the server's certificate bears when it differs from the host"),
                SettingKey.choice(
                        CONNECTION,
                        "account.tls-floor",
                        List.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"),
                        "TLSv1.2",
                        "Lowest TLS version that is accepted"),
                own(
                        "account.passive",
                        BOOLEAN,
                        "true",
                        "Whether we open the data connections (ftps); clients behind NAT must"),
                own(
                        "account.drop-off",
                        TEXT,
                        ".",
                        "Remote folder into which submission files are put; for kind folder a local one"),
                own(
                        "account.results",
                        TEXT,
                        ".",
                        "Remote folder from which answers are fetched; for kind folder a local one"),
                own("account.temporary-name", TEXT, "{name}.part", "Name that a file has while it is uploaded"),
                own(
                        "account.rename",
                        BOOLEAN,
                        "true",
                        "Whether the server lets us rename; if not, uploads go straight to the final name"),
                own(
                        "account.verify",
                        BOOLEAN,
                        "true",
                        "Whether we may look into the drop-off folder to prove an upload"),
                own(
                        "account.answers-min-age",
                        DURATION,
                        "1m",
                        "An answer is fetched once it has not changed for this long"),
                own(
                        "account.answers-per-turn",
                        INTEGER,
                        "200",
                        "Most answers fetched in one session, so that delivery gets its turn"),
                own(
                        "account.answers-remove",
                        BOOLEAN,
                        "false",
                        "Whether an answer is removed at the registry once it is kept here"),
                own("account.time-out", DURATION, "65s", "Wait for connecting, replies and data at most"),
                own("account.pace-files", INTEGER, "0", "Most files within a pace period; 0 for no limit"),
                own("account.pace-period", DURATION, "10m", "Length of the sliding pace period"),
                own(
                        "account.windows",
                        TEXT,
                        "",
                        "Hours at which files may be sent, such as Mon-Fri 20:00-06:00; Sat,Sun 00:00-24:00; empty for always"),
                own("account.blackouts", TEXT, "", "Hours at which no file may be sent, whatever the windows say"),
                own(
                        "account.back-off-first",
                        DURATION,
                        "30s",
                        "Wait after a first fault; it doubles with each further one"),
                own("account.back-off-longest", DURATION, "4h", "Longest wait after a fault"),
                own("test-account.host", TEXT, null, "Server of the test login; that of production if not set"),
                own("test-account.port", PORT, null, "Port of the test login; that of production if not set"),
                own("test-account.user", TEXT, null, "Login name for tests").requiredWhen("account", "separate"),
                own("test-account.password", SECRET, null, "Password of the test login, or passphrase of its key"),
                own("test-account.password-until", DATE, null, "Last day of the test login's password"),
                own("test-account.private-key", PATH, null, "Private key file of the test login"),
                own(
                        "test-account.known-hosts",
                        PATH,
                        null,
                        "File with the test server's host key; that of production if not set"),
                own(
                        "test-account.trust-store",
                        PATH,
                        null,
                        "File with the authority of the test server's certificate; that of production if not set"),
                own(
                        "test-account.trust-store-password",
                        SECRET,
                        null,
                        "Password of the test login's trust store; that of production if not set"),
                own(
                        "test-account.expected-name",
                        TEXT,
                        null,
                        "Name in the test server's certificate when it differs from its host"),
                own("test-account.drop-off", TEXT, null, "Folder for test files; that of production if not set"),
                own(
                        "test-account.results",
                        TEXT,
                        null,
                        "Folder with answers to test files; that of production if not set"));
    }

    private static List<SettingKey> feeds() {
        return List.of(
                own("feed.max-messages", INTEGER, "5000", "Most messages in one submission file"),
                own("feed.max-bytes", SIZE, "20000000", "Most bytes in one submission file"),
                own(
                        "feed.files-per-run",
                        INTEGER,
                        "100",
                        "Most files built by one turn of a run; what is left goes with the next"),
                own(
                        "feed.check-again-after",
                        DURATION,
                        "7d",
                        "Records that wait longer than this are checked again before they leave, by the day on which they do"),
                own("feed.ongoing.cron", CRON, "0 0 2 * * ?", "When the ongoing feed's files are built"),
                SettingKey.choice(
                        CONNECTION,
                        "feed.ongoing.empty",
                        List.of("nothing", "heartbeat"),
                        "nothing",
                        "What leaves when a run finds nothing: nothing, or a file without a message as a sign of life"),
                own("feed.ongoing.every", DURATION, null, "Builds files at this interval instead, for rehearsals"),
                own(
                        "feed.historical.files-per-day",
                        INTEGER,
                        "20",
                        "Most historical files within 24 hours, as agreed with the registry; as much is read ahead at most"),
                own(
                        "feed.historical.windows",
                        TEXT,
                        "",
                        "Hours at which historical files may be built, such as Mon-Fri 20:00-06:00; empty for always"),
                own(
                        "gate.clean-files",
                        INTEGER,
                        "3",
                        "Error-free test files that the registry wants before its review (3 to 5)"),
                own("gate.warnings-spoil", BOOLEAN, "false", "Whether a warning makes a test file count as faulty"),
                own(
                        "gate.test-messages",
                        INTEGER,
                        "50",
                        "Most messages of a test file; the first one has a single message"),
                own("gate.first-test-doses", INTEGER, "1", "Most doses in the very first test file; 0 for any"),
                own(
                        "gate.first-production-messages",
                        INTEGER,
                        "100",
                        "Most messages of the one production file that may leave before it is confirmed"),
                own("watch.silence-warning", DURATION, "25d", "No production file for this long: warning"),
                own("watch.silence-alarm", DURATION, "30d", "No production file for this long: alarm"),
                own(
                        "watch.dose-within",
                        DURATION,
                        "30d",
                        "A dose of a child or of a disaster product must have left this long after it was given (25 TAC 100.6, 100.7)"),
                own("watch.dose-warning", DURATION, "5d", "How long before that the warning comes"),
                own("watch.answer-within", DURATION, "7d", "A sent file should have been answered after this long"),
                own("watch.held-at-most", DURATION, "14d", "A record should not be held longer than this"),
                own(
                        "watch.agreement-warning",
                        DURATION,
                        "60d",
                        "How long before a site's agreement with the registry ends (config/sites.csv) the warning comes"),
                own(
                        "watch.source-silence",
                        DURATION,
                        "7d",
                        "A source without a silence of its own, and too young for a habit, is reported after this long"),
                own(
                        "watch.source-habit",
                        INTEGER,
                        "3",
                        "A source is reported when it is silent for longer than so many times its usual gap; 0 goes by the fixed times alone"));
    }

    private static List<SettingKey> registry() {
        return List.of(
                asked(
                        "base",
                        TEXT,
                        "national",
                        "Profile whose rules and changes come first; none where it stands alone"),
                asked(
                        "sites.id-form",
                        TEXT,
                        ".+",
                        "Regular expression that an id of a clinic at this registry matches"),
                asked(
                        "file-name.form",
                        TEXT,
                        ".+",
                        "Regular expression that names of submission files at this registry match"),
                asked("receiver.application", TEXT, null, "FHS-5 and BHS-5: the receiving application")
                        .required(),
                asked("receiver.facility", TEXT, null, "FHS-6 and BHS-6: the receiving facility")
                        .required(),
                asked(
                        "disaster.table",
                        TEXT,
                        "",
                        "Code table of the vaccines, with days, that count as given for a declared disaster; empty for none"),
                asked("desk.data-exchange-mail", TEXT, "", "Mail address of the registry's data-exchange desk"),
                asked("desk.data-exchange-phone", TEXT, "", "Telephone of that desk"),
                asked("desk.support-mail", TEXT, "", "Mail address of the registry's customer support"),
                asked("desk.support-phone", TEXT, "", "Telephone of customer support"),
                asked("processing-id.test", TEXT, "P", "MSH-11 of messages in test files"),
                asked("processing-id.production", TEXT, "P", "MSH-11 of messages in production files"),
                asked("envelope.fhs", BOOLEAN, "true", "Begin files with FHS"),
                asked("envelope.bhs", BOOLEAN, "true", "Begin the batch with BHS"),
                asked("envelope.bts", BOOLEAN, "true", "End the batch with BTS"),
                asked("envelope.fts", BOOLEAN, "true", "End files with FTS"),
                asked("envelope.counts", BOOLEAN, "true", "Write the counts BTS-1 and FTS-1"),
                asked(
                        "empty-file",
                        BOOLEAN,
                        "false",
                        "Whether the registry takes a file without a message, as a sign of life"),
                SettingKey.choice(
                        REGISTRY,
                        "resend",
                        List.of("whole", "changed-doses"),
                        "whole",
                        "What goes of a record of which the registry knows a part: the whole, or new and changed doses alone"),
                SettingKey.choice(
                        REGISTRY,
                        "correction",
                        List.of("update", "delete-add"),
                        "update",
                        "How changed content of a sent dose is told: as update (RXA-21 U), or deleted as last sent and added anew"),
                asked(
                        "test-patient.rules",
                        LIST,
                        "pid-5-test-name, pid-3-test-number, pid-7-implausible, pid-11-test-street, pid-11-test-city,"
                                + " pid-13-test-phone",
                        "Rules that look for test patients; a person's word that a patient is real sets them aside for him"),
                asked(
                        "consent.rules",
                        LIST,
                        "",
                        "Rules about consent, for the work list; * at the end stands for the rest"),
                asked(
                        "consent.birthdays",
                        LIST,
                        "",
                        "Birthdays at which consent must be given anew; patients near them are listed ahead"),
                SettingKey.choice(
                        REGISTRY,
                        "answers.silence",
                        List.of("nothing", "no-errors", "accepted"),
                        "nothing",
                        "What no answer means: nothing (wait), no-errors (what an answered file does not list is accepted), accepted"),
                asked("answers.silence-after", DURATION, "14d", "How long a silence must last to mean something"),
                asked(
                        "answers.sleep",
                        DURATION,
                        "30d",
                        "How long a task sleeps while the registry works on it; then somebody has to ask"),
                asked(
                        "answers.report-lag",
                        DURATION,
                        "1d",
                        "A report without control ids speaks of what was sent at least this long before it was fetched"));
    }

    private static List<SettingKey> sources() {
        return List.of(
                SettingKey.choice(
                                CONNECTION,
                                "source.*.kind",
                                List.of("file", "jdbc", "mllp", "kafka", "made-up"),
                                null,
                                "Where the source's records come from; made-up invents them, for the test feed alone")
                        .required(),
                SettingKey.choice(
                        CONNECTION,
                        "source.*.feed",
                        List.of("test", "historical", "ongoing"),
                        "ongoing",
                        "The feed that the source's records go to"),
                own(
                                "source.*.ehr",
                                TEXT,
                                null,
                                "Folder of config/sources with the EHR's column map (and query.sql); a file source that sends HL7 only needs none")
                        .requiredWhen("source.*.kind", "jdbc"),
                own("source.*.url", TEXT, null, "JDBC address of the EHR's database")
                        .requiredWhen("source.*.kind", "jdbc"),
                own(
                        "source.*.plain-text",
                        BOOLEAN,
                        "false",
                        "Allows an EHR's database on another machine whose certificate and name are not checked, so that anybody on the way could read or answer"),
                own("source.*.user", TEXT, null, "Database user with the right to read and nothing else"),
                own("source.*.password", SECRET, null, "Password of that user"),
                own("source.*.cron", CRON, null, "When the query runs").requiredWhen("source.*.kind", "jdbc"),
                own(
                        "source.*.start",
                        TEXT,
                        "1900-01-01 00:00:00+00",
                        "Mark to begin after when the source was never read"),
                own("source.*.time-out", DURATION, "5m", "How long one query may take"),
                own(
                        "source.*.overlap",
                        DURATION,
                        "5m",
                        "How far a run reaches back behind its mark for rows that were committed late"),
                own(
                        "source.*.test-records",
                        INTEGER,
                        "100",
                        "Records that a query of the test feed, or a made-up source, gives at most"),
                own("source.*.page", INTEGER, "5000", "Rows read by one query at most"),
                own(
                        "source.*.sending-application",
                        TEXT,
                        "",
                        "MSH-3.1 that marks an MLLP message as this source's; empty for any"),
                own(
                        "source.*.sending-facility",
                        TEXT,
                        "",
                        "MSH-4.1 that marks an MLLP message as this source's; empty for any"),
                own("source.*.site", TEXT, null, "Site of config/sites.csv that all of the source's records belong to"),
                own("source.*.silence", DURATION, null, "Reported when nothing came from this source for so long"));
    }

    private static SettingKey global(String key, SettingKind kind, String fallback, String comment) {
        return SettingKey.of(VAXROUTE, key, kind, fallback, comment);
    }

    private static SettingKey asked(String key, SettingKind kind, String fallback, String comment) {
        return SettingKey.of(REGISTRY, key, kind, fallback, comment);
    }

    private static SettingKey own(String key, SettingKind kind, String fallback, String comment) {
        return SettingKey.of(CONNECTION, key, kind, fallback, comment);
    }
}
