package org.vaxroute.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.operate.access.OwnerOnly;
import org.vaxroute.operate.mbean.Backups;

/**
 * Copies the ledger as it stands, with settings, routes and tables, while the server runs. Secrets stay where they are: whoever finds a
 * backup finds no key to it.
 */
final class Backup implements Backups {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
    private static final Pattern SECRET_FILE =
            Pattern.compile("(?m)(?:secret:file:|^\\s*(?:test-)?account\\.private-key\\s*[=:])(.+)$");

    private final Settings settings;
    private final Ledger ledger;
    private final Clock clock;

    Backup(Settings settings, Ledger ledger, Clock clock) {
        this.settings = settings;
        this.ledger = ledger;
        this.clock = clock;
    }

    @Override
    public Path make(Path into, String who) {
        Path home = settings.home().folder();
        Path place = into == null ? new RoomSettings(settings).work().resolve("backup") : home.resolve(into);
        // Before the first byte: what is stored while it is being made counts as later than the backup.
        Instant at = clock.instant();
        Path folder = place.resolve(STAMP.format(at)).normalize();
        Path unfinished = place.resolve("." + STAMP.format(at) + ".unfinished").normalize();
        try {
            if (Files.exists(folder)) {
                throw new StartFailed(folder + " is there already; wait a second and repeat the command.", null);
            }
            remove(unfinished);
            OwnerOnly.folder(place);
            OwnerOnly.folder(unfinished);
            BackupFolder backup = new BackupFolder(unfinished);
            OwnerOnly.folder(backup.ledger());
            String kind = ledger.copy().to(backup.ledger());
            copySettings(backup.home());
            backup.seal(Map.of(
                    "at",
                    at.toString(),
                    "ledger",
                    ledger.controlIds().tag(),
                    "database",
                    kind,
                    "home",
                    home.toString()));
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
            BackupFolder.forceEntries(place);
            ledger.trail().append(who, "backup", "ledger", "into " + folder);
            return folder;
        } catch (IOException e) {
            throw new StartFailed(
                    "The backup could not be made in " + place + " (" + e
                            + "). Free space, or let the account of the server write there.",
                    e);
        } finally {
            clear(unfinished);
        }
    }

    private void copySettings(Path to) throws IOException {
        Path home = settings.home().folder();
        Set<Path> secrets = secrets();
        for (String part : List.of("config", "routes")) {
            for (Path file : Home.filesBelow(home.resolve(part))) {
                if (!file.startsWith(home.resolve("config/secrets")) && !secrets.contains(file.toRealPath())) {
                    Path copy = to.resolve(home.relativize(file));
                    OwnerOnly.folder(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
    }

    /** Files that settings name as secrets, by whatever link: those that count, and those that stand in the files by now. */
    private Set<Path> secrets() throws IOException {
        Path home = settings.home().folder();
        Set<Path> named = new HashSet<>(settings.secretFiles());
        for (Path file : Home.filesBelow(home.resolve("config"))) {
            if (file.toString().endsWith(".properties")) {
                Matcher secret = SECRET_FILE.matcher(Files.readString(file));
                while (secret.find()) {
                    named.add(home.resolve(secret.group(1).strip()));
                }
            }
        }
        Set<Path> secrets = new HashSet<>();
        for (Path secret : named) {
            if (Files.exists(secret)) {
                secrets.add(secret.toRealPath());
            }
        }
        return secrets;
    }

    private static void clear(Path unfinished) {
        try {
            remove(unfinished);
        } catch (IOException e) {
            throw new StartFailed(
                    "The rest of a backup, " + unfinished + ", could not be removed (" + e
                            + "); remove it by hand, it may hold" + " patient data.",
                    e);
        }
    }

    private static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
    }
}
