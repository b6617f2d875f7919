package org.vaxroute.boot.settings;

import static org.vaxroute.boot.settings.SettingFile.CONNECTION;
import static org.vaxroute.boot.settings.SettingFile.VAXROUTE;
import static org.vaxroute.boot.settings.SettingKind.BOOLEAN;
import static org.vaxroute.boot.settings.SettingKind.CRON;
import static org.vaxroute.boot.settings.SettingKind.DURATION;
import static org.vaxroute.boot.settings.SettingKind.INTEGER;
import static org.vaxroute.boot.settings.SettingKind.PATH;
import static org.vaxroute.boot.settings.SettingKind.PORT;
import static org.vaxroute.boot.settings.SettingKind.SECRET;
import static org.vaxroute.boot.settings.SettingKind.TEXT;
import static org.vaxroute.boot.settings.SettingKind.ZONE;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every key that a site may set. A test holds it, the shipped files under {@code config/} and {@code docs/settings.md} together. */
public final class SettingCatalogue {
    private static final List<SettingKey> KEYS = Stream.of(
                    house(), ledger(), intake(), deliver(), operate(), connection(), account(), feeds(), sources())
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
                SettingKey.of(
                        VAXROUTE, "site.**", TEXT, null, "A key of your own, for {{site.NAME}} in your own routes"));
    }

    private static List<SettingKey> ledger() {
        return List.of(
                SettingKey.of(
                        VAXROUTE,
                        "ledger.url",
                        TEXT,
                        "jdbc:h2:file:{{vaxroute.work}}/ledger",
                        "JDBC address of the ledger: an H2 file, or jdbc:postgresql://HOST/DATABASE"),
                SettingKey.of(VAXROUTE, "ledger.user", TEXT, "vaxroute", "Database user of the ledger"),
                SettingKey.of(
                        VAXROUTE,
                        "ledger.password",
                        SECRET,
                        null,
                        "Password of the ledger's user; an H2 file needs none"),
                SettingKey.of(VAXROUTE, "ledger.pool", INTEGER, "8", "Database connections held at most"));
    }

    private static List<SettingKey> intake() {
        return List.of(
                SettingKey.of(
                        VAXROUTE,
                        "intake.chunk",
                        INTEGER,
                        "500",
                        "Records stored in one transaction of a file or query"),
                SettingKey.of(
                        VAXROUTE,
                        "intake.file.directory",
                        PATH,
                        "{{vaxroute.work}}/in",
                        "Drop folder; its first level of folders names the source"),
                SettingKey.of(VAXROUTE, "intake.file.poll", DURATION, "2s", "How often the drop folders are looked at"),
                SettingKey.of(
                        VAXROUTE,
                        "intake.file.min-age",
                        DURATION,
                        "10s",
                        "A dropped file is taken once it has not changed for this long"),
                SettingKey.of(
                        VAXROUTE,
                        "intake.file.accept-count-differences",
                        BOOLEAN,
                        "false",
                        "Takes a file whose BTS-1 or FTS-1 differs from what it holds"),
                SettingKey.of(
                        VAXROUTE, "intake.jdbc.poll", DURATION, "5s", "How often due JDBC sources are looked for"),
                SettingKey.of(VAXROUTE, "intake.mllp.enabled", BOOLEAN, "false", "Listens for HL7 messages over MLLP"),
                SettingKey.of(
                        VAXROUTE,
                        "intake.mllp.host",
                        TEXT,
                        "127.0.0.1",
                        "Address that the MLLP listener binds; beyond loopback it wants TLS"),
                SettingKey.of(VAXROUTE, "intake.mllp.port", PORT, "2575", "Port of the MLLP listener"));
    }

    private static List<SettingKey> deliver() {
        return List.of(SettingKey.of(
                VAXROUTE, "deliver.poll", DURATION, "5s", "How often submission files that are due are looked for"));
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
                        "Address that the console binds; keep it on loopback unless a TLS proxy stands before it"),
                SettingKey.of(VAXROUTE, "operate.http.port", PORT, "8080", "Port of the console"),
                SettingKey.of(
                        VAXROUTE,
                        "operate.console.enabled",
                        BOOLEAN,
                        "true",
                        "Serves Hawtio at /hawtio; needs users made with vaxroute user add"));
    }

    private static List<SettingKey> connection() {
        return List.of(
                SettingKey.of(CONNECTION, "enabled", BOOLEAN, "true", "Whether this connection is used at all"),
                SettingKey.of(
                        CONNECTION,
                        "registry",
                        TEXT,
                        "immtrac2",
                        "The registry's profile, a folder of config/registries"),
                SettingKey.of(
                                CONNECTION,
                                "file-code",
                                TEXT,
                                null,
                                "The code that the registry issued for your file names")
                        .required(),
                SettingKey.of(
                        CONNECTION,
                        "zone",
                        ZONE,
                        "America/Chicago",
                        "Time zone of schedules, transfer windows and dates in file names"));
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
                SettingKey.of(CONNECTION, "account.host", TEXT, null, "The registry's server")
                        .requiredWhen("account.kind", "sftp", "ftps"),
                SettingKey.of(
                        CONNECTION,
                        "account.port",
                        PORT,
                        null,
                        "The server's port; 22 for sftp and 990 for ftps if not set"),
                SettingKey.of(CONNECTION, "account.user", TEXT, null, "Login name at the server")
                        .requiredWhen("account.kind", "sftp", "ftps"),
                SettingKey.of(CONNECTION, "account.password", SECRET, null, "Password of the login")
                        .requiredWhen("account.kind", "ftps"),
                SettingKey.of(
                                CONNECTION,
                                "account.known-hosts",
                                PATH,
                                null,
                                "File with the server's SSH host key, made with ssh-keyscan and compared with the registry's word")
                        .requiredWhen("account.kind", "sftp"),
                SettingKey.of(
                                CONNECTION,
                                "account.trust-store",
                                PATH,
                                null,
                                "File with the certificate authorities (PEM or PKCS12) that the server's certificate must come from")
                        .requiredWhen("account.kind", "ftps"),
                SettingKey.of(
                        CONNECTION,
                        "account.drop-off",
                        TEXT,
                        null,
                        "Remote folder into which submission files are put"),
                SettingKey.of(
                        CONNECTION, "account.results", TEXT, null, "Remote folder from which answers are fetched"));
    }

    private static List<SettingKey> feeds() {
        return List.of(
                SettingKey.of(
                        CONNECTION,
                        "feed.ongoing.cron",
                        CRON,
                        "0 0 2 * * ?",
                        "When the ongoing feed's files are built"),
                SettingKey.of(
                        CONNECTION,
                        "feed.ongoing.max-messages",
                        INTEGER,
                        "5000",
                        "Messages in one file of the ongoing feed"));
    }

    private static List<SettingKey> sources() {
        return List.of(
                SettingKey.choice(
                                CONNECTION,
                                "source.*.kind",
                                List.of("file", "jdbc", "mllp"),
                                null,
                                "Where the source's records come from")
                        .required(),
                SettingKey.choice(
                        CONNECTION,
                        "source.*.feed",
                        List.of("test", "historical", "ongoing"),
                        "ongoing",
                        "The feed that the source's records go to"),
                SettingKey.of(
                                CONNECTION,
                                "source.*.ehr",
                                TEXT,
                                null,
                                "Folder of config/sources with the EHR's column map and SQL")
                        .requiredWhen("source.*.kind", "jdbc"),
                SettingKey.of(CONNECTION, "source.*.url", TEXT, null, "JDBC address of the EHR's database")
                        .requiredWhen("source.*.kind", "jdbc"),
                SettingKey.of(CONNECTION, "source.*.user", TEXT, null, "Database user with the right to read"),
                SettingKey.of(CONNECTION, "source.*.password", SECRET, null, "Password of that user"),
                SettingKey.of(CONNECTION, "source.*.cron", CRON, null, "When the query runs")
                        .requiredWhen("source.*.kind", "jdbc"));
    }
}
