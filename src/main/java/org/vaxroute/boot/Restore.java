package org.vaxroute.boot;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.cli.House;
import org.vaxroute.intake.FileDrop;
import org.vaxroute.intake.FileSource;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerCopy;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.ledger.Replays;
import org.vaxroute.ledger.ResendRules;
import org.vaxroute.ledger.SourceFile;
import org.vaxroute.ledger.SourceFileState;
import org.vaxroute.operate.access.OwnerOnly;
import org.vaxroute.operate.mbean.Operations;
import org.vaxroute.submit.AssemblySettings;
import org.vaxroute.submit.NameTemplate;
import org.vaxroute.submit.Replay;
import org.vaxroute.submit.SubmissionFolder;

/**
 * Brings a ledger back from a backup, tells it what left since, and leaves it paused. Whatever interrupts it: no server starts on the result
 * before it came to its end, and it may be begun again. docs/decisions/0230.
 */
final class Restore {
    private static final String RESTORING = "restoring";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final Settings settings;
    private final RoomSettings rooms;
    private final House.Restoring order;
    private final Clock clock;
    private final PrintWriter out;
    private final Journal journal;
    private Instant backupAt;

    Restore(Settings settings, House.Restoring order, PrintWriter out, Clock clock) {
        this.settings = settings;
        this.rooms = new RoomSettings(settings);
        this.order = order;
        this.clock = clock;
        this.out = out;
        this.journal = new Journal(rooms.work().resolve("out/.read-again"));
    }

    /**
     * Restores.
     *
     * @throws StartFailed when it cannot be done, or a person has to say something first; the ledger is as it was then
     */
    void run() {
        BackupFolder backup = new BackupFolder(order.folder().toAbsolutePath().normalize());
        order.lastFiles().keySet().stream()
                .filter(connection -> !rooms.connections().containsKey(connection))
                .findFirst()
                .ifPresent(connection -> {
                    throw new StartFailed(
                            "--last-file names " + connection + ", which is no connection in use: "
                                    + String.join(", ", rooms.connections().keySet()) + ".",
                            null);
                });
        Properties words = backup.verified();
        backupAt = Instant.parse(words.getProperty("at"));
        boolean h2 = words.getProperty("database").equals("h2");
        LedgerSettings target = rooms.ledger();
        if (h2 != target.url().startsWith("jdbc:h2:")) {
            throw new StartFailed(
                    "The backup is of " + (h2 ? "an H2 ledger" : "a PostgreSQL ledger")
                            + ", and ledger.url names another kind."
                            + " Set ledger.url to what it was when the backup was made.",
                    null);
        }
        say("Backup of " + backupAt + ", ledger " + words.getProperty("ledger") + ".");
        Office.closeToOthers(rooms.work());
        try {
            if (h2) {
                restoreFile(target, backup);
            } else {
                LedgerCopy.load(target, backup.ledger(), backupAt, clock.instant(), order.who());
                finish(target, true);
            }
        } catch (IOException e) {
            throw new StartFailed("The restore stopped: " + e + ". Mend that and repeat it.", e);
        }
    }

    /** The ledger is made whole beside its place, and put there in one step. */
    private void restoreFile(LedgerSettings target, BackupFolder backup) throws IOException {
        Path place = target.file().orElseThrow();
        requireUnused(place);
        LedgerSettings beside = target.beside(RESTORING);
        removeRests(beside.file().orElseThrow());
        LedgerCopy.unpack(beside, backup.ledger());
        finish(beside, false);
        Path made = beside.file().orElseThrow();
        if (Files.exists(place)) {
            Path kept = place.resolveSibling("ledger-before-restore-" + STAMP.format(clock.instant()) + ".mv.db");
            keep(place, kept);
            say("The ledger that was there is kept as " + kept
                    + "; remove it when all is well, it holds patient data.");
        }
        Files.move(made, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        BackupFolder.forceEntries(place.getParent());
        try (Ledger ledger = open(target)) {
            moveBack(ledger);
        }
    }

    private static void keep(Path place, Path kept) throws IOException {
        try {
            Files.createLink(kept, place);
        } catch (UnsupportedOperationException | java.nio.file.FileSystemException noLinksHere) {
            Files.move(place, kept);
        }
    }

    private static void requireUnused(Path place) throws IOException {
        if (!Files.exists(place)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(place, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw inUse();
            }
        } catch (OverlappingFileLockException inThisProcess) {
            throw inUse();
        }
    }

    private static StartFailed inUse() {
        return new StartFailed("The ledger is in use. Stop the server (SIGTERM), then repeat the restore.", null);
    }

    private static void removeRests(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        String stem = file.getFileName().toString().replaceFirst("\\.mv\\.db$", "");
        try (Stream<Path> all = Files.list(file.getParent())) {
            for (Path rest : all.filter(one -> one.getFileName().toString().startsWith(stem))
                    .toList()) {
                Files.delete(rest);
            }
        }
    }

    private Ledger open(LedgerSettings where) {
        return Ledger.open(where, connection -> ResendRules.DEFAULT, clock);
    }

    /** @param inPlace whether the ledger stands where it belongs already */
    private void finish(LedgerSettings where, boolean inPlace) throws IOException {
        try (Ledger ledger = open(where)) {
            if (!inPlace) {
                ledger.replays().begin(backupAt, order.who());
            }
            Map<String, Replay.Told> told =
                    new Replay(ledger, new SubmissionFolder(rooms.work().resolve("out")), this::firstNumber).enter();
            ledger.replays().renumber();
            report(ledger, told);
            settleUnknown(ledger, told);
            plan(ledger);
            answers(ledger);
            pause(ledger);
            ledger.trail().append(order.who(), "restore", "ledger", "from the backup of " + backupAt);
            ledger.replays().reached(Replays.State.REPLAYED);
            if (inPlace) {
                moveBack(ledger);
            }
        }
    }

    private Optional<Long> firstNumber(String connection) {
        return rooms.connections().containsKey(connection)
                ? Optional.of(rooms.assembly(connection).names().start())
                : Optional.empty();
    }

    private void report(Ledger ledger, Map<String, Replay.Told> told) {
        told.forEach((connection, of) -> {
            if (of.files().isEmpty()) {
                say("Connection " + connection + ": nothing in work/out is newer than the backup.");
                return;
            }
            say("Connection " + connection + ": " + of.files().size() + " files since the backup were entered again:");
            of.files().forEach((name, state) -> say("  " + name + "  " + state + remedy(state)));
            of.records().forEach((source, count) -> say("  " + count + " records of source " + source));
        });
        for (String connection : rooms.connections().keySet()) {
            say("The gate of " + connection + " stands at "
                    + ledger.gates().of(connection).state()
                    + ", as in the backup. Steps taken since have to be taken again.");
        }
        for (Operations.Source source : rooms.allSources()) {
            String id = source.connection() + "." + source.id();
            if (source.kind().equals("mllp")) {
                say("MLLP source " + id + ": what it sent since " + backupAt
                        + " and no submission file holds is not here. Have"
                        + " the sender send everything since then again; what was sent is recognized.");
            } else if (source.kind().equals("jdbc")) {
                say("Query " + id + " goes on from its position in the backup; rows since then are read again.");
            } else if (source.kind().equals("kafka")) {
                say(
                        "Kafka source " + id
                                + " goes on from its position in the backup; records since then are read again, as far as Kafka has kept them.");
            }
        }
        say("Held records, tasks, releases, drops and notes of people since " + backupAt
                + " are lost; what is held is held again when its source is read.");
    }

    private static String remedy(FileState state) {
        return switch (state) {
            case UNSURE -> ": ask the registry, then files arrived, or files resend if it did not arrive";
            case BUILT -> ": had not begun to leave; it leaves when delivery goes on";
            case SENDING, UPLOADED -> ": was on its way; it goes on from there";
            default -> "";
        };
    }

    /** Where it is not proved that all files are known, a person says which is the last that the registry has. */
    private void settleUnknown(Ledger ledger, Map<String, Replay.Told> told) {
        List<String> questions = new ArrayList<>();
        for (String connection : rooms.connections().keySet()) {
            Replay.Told of = told.getOrDefault(
                    connection, new Replay.Told(Map.of(), Map.of(), lastKnown(ledger, connection), List.of()));
            String said = order.lastFiles().get(connection);
            boolean never = of.last().isEmpty() && !mayHaveSent(ledger, connection);
            if (said == null) {
                if (!of.faults().isEmpty() || of.files().isEmpty() && !never) {
                    questions.add("Connection " + connection + ": "
                            + (of.faults().isEmpty()
                                    ? "work/out holds no file that is newer than the backup."
                                    : String.join("; ", of.faults()) + ".")
                            + " The last file known is " + (of.last().isEmpty() ? "none" : of.last())
                            + ". Ask the registry for the name of the last file that it has of you, and repeat the restore with"
                            + " --last-file " + connection + "=NAME (or none, if it has none).");
                }
            } else if (said.equalsIgnoreCase("none") ? !of.last().isEmpty() : isUnknown(ledger, connection, said)) {
                unknown(ledger, connection, said, of.last());
            } else if (!of.faults().isEmpty()) {
                unknown(ledger, connection, said, of.last());
            }
        }
        if (!questions.isEmpty()) {
            throw new StartFailed(
                    "Nothing was restored yet, because it is not proved what the registry has:\n  "
                            + String.join("\n  ", questions),
                    null);
        }
    }

    private static String lastKnown(Ledger ledger, String connection) {
        return ledger.submissionFiles().recent(1_000).stream()
                .filter(file -> file.connection().equals(connection))
                .findFirst()
                .map(file -> file.name())
                .orElse("");
    }

    private static boolean mayHaveSent(Ledger ledger, String connection) {
        return ledger.gates().of(connection).state() != GateState.REGISTERED;
    }

    private static boolean isUnknown(Ledger ledger, String connection, String name) {
        return ledger.submissionFiles().named(name).stream()
                .noneMatch(file -> file.connection().equals(connection));
    }

    private void unknown(Ledger ledger, String connection, String said, String known) {
        AssemblySettings assembly = rooms.assembly(connection);
        if (!said.equalsIgnoreCase("none")) {
            NameTemplate.Numbered name = assembly.names()
                    .numbered(said)
                    .orElseThrow(() -> new StartFailed(
                            said + " is no name of connection " + connection + " (" + assembly.names()
                                    + "). Type the name as the registry has it.",
                            null));
            assembly.destinations().values().stream().distinct().forEach(place -> ledger.replays()
                    .reserve(connection, place.account(), place.folder(), name.series(), name.sequence()));
        }
        int held = ledger.unknownFiles().hold(connection, said, known);
        say("Connection " + connection + ": the registry's last file is " + said + ", the last one known here "
                + (known.isEmpty() ? "none" : known) + ". What the files between them hold is not known, so " + held
                + " waiting records are held (rule RESTORED), and so is all that is read until you type: vaxroute restore --settled "
                + connection + " --why ...");
    }

    /** A file of an EHR that is to be read again. */
    private record Back(FileSource source, Path from, String name, byte[] sha256) {}

    private final List<Back> back = new ArrayList<>();

    /** Says which files of the EHRs are read again, before the ledger may be used. */
    private void plan(Ledger ledger) throws IOException {
        Set<String> journaled = journal.read();
        Path drop = rooms.intake().directory().toAbsolutePath().normalize();
        for (FileSource source : rooms.files()) {
            Path folder = drop.resolve(source.id());
            List<String> order = FileDrop.readOrder(folder);
            Set<Path> taken = new HashSet<>();
            for (Path file : files(folder.resolve(".done"), 1)) {
                byte[] sha256 = BackupFolder.digest(file);
                Optional<SourceFile> row =
                        ledger.secondReadings().readBefore(source.connection(), source.id(), source.feed(), sha256);
                if (row.map(SourceFile::state).orElse(null) == SourceFileState.DONE) {
                    continue;
                }
                String name = free(
                        folder,
                        row.map(SourceFile::name).orElse(file.getFileName().toString()),
                        sha256,
                        taken);
                back.add(new Back(source, file, name, sha256));
                ledger.secondReadings().readAgain(source.connection(), source.id(), source.feed(), name, sha256, order);
            }
            for (Path file : files(folder, 16)) {
                byte[] sha256 = BackupFolder.digest(file);
                String name = folder.relativize(file).toString();
                if (journaled.contains(HexFormat.of().formatHex(sha256))
                        || ledger.secondReadings().wasSent(source.connection(), source.id(), source.feed(), sha256)) {
                    ledger.secondReadings()
                            .readAgain(source.connection(), source.id(), source.feed(), name, sha256, order);
                }
            }
        }
    }

    private static String free(Path folder, String name, byte[] sha256, Set<Path> taken) throws IOException {
        for (int number = 1; ; number++) {
            Path place = folder.resolve(number == 1 ? name : name + "-" + number);
            if (!taken.contains(place)
                    && (!Files.exists(place) || HexFormat.of().formatHex(sha256).equals(BackupFolder.sha256(place)))) {
                taken.add(place);
                return folder.relativize(place).toString();
            }
        }
    }

    /** Regular files, but none in folders whose name begins with a point. */
    private static List<Path> files(Path folder, int depth) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        // It may be a link to where the EHR exports to: the route reads what lies there.
        Path real = folder.toRealPath();
        try (Stream<Path> all = Files.walk(real, depth)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> folder.resolve(real.relativize(file)))
                    .filter(file -> {
                        for (Path part : folder.relativize(file)) {
                            if (part.toString().startsWith(".")) {
                                return false;
                            }
                        }
                        return true;
                    })
                    .sorted()
                    .toList();
        }
    }

    private void moveBack(Ledger ledger) throws IOException {
        for (Back one : back) {
            journal.add(HexFormat.of().formatHex(one.sha256));
            Path to = one.from.getParent().getParent().resolve(one.name);
            Files.createDirectories(to.getParent());
            Files.move(one.from, to, StandardCopyOption.ATOMIC_MOVE);
        }
        if (!back.isEmpty()) {
            say(back.size() + " files of EHRs are moved from .done back into their drop folders, to be read again.");
        }
        ledger.replays().reached(Replays.State.DONE);
        say(
                "Restored, and paused. Read the above, then: vaxroute run, vaxroute audit, and resume each source and delivery"
                        + " (vaxroute status lists what is paused).");
    }

    /** Answers that were fetched since are read again from our own copies. */
    private void answers(Ledger ledger) throws IOException {
        int found = 0;
        for (String connection : rooms.connections().keySet()) {
            List<Path> kept =
                    new ArrayList<>(files(rooms.work().resolve("answers").resolve(connection), 1));
            Map<Path, Long> times = new TreeMap<>();
            for (Path file : kept) {
                times.put(file, Files.getLastModifiedTime(file).toMillis());
            }
            kept.sort(Comparator.comparing(times::get));
            for (Path file : kept) {
                String keptAs = file.getFileName().toString();
                String name = keptAs.replaceFirst("^[0-9a-f]{16}-", "");
                byte[] sha256 = BackupFolder.digest(file);
                if (!ledger.answers().isKept(connection, sha256)) {
                    ledger.answers().keep(connection, name, sha256, Files.size(file), keptAs);
                    found++;
                }
            }
        }
        if (found > 0) {
            say(found + " answers that came since the backup are read again from work/answers.");
        }
    }

    private void pause(Ledger ledger) {
        List<Pausable> all = new ArrayList<>();
        rooms.connections().keySet().forEach(id -> all.add(Pausable.delivery(id)));
        rooms.allSources().forEach(source -> all.add(Pausable.source(source.connection(), source.id())));
        for (Pausable one : all) {
            if (ledger.pauses().of(one).isEmpty()) {
                ledger.pauses()
                        .pause(
                                one,
                                order.who(),
                                "restored from the backup of " + backupAt + "; read the restore's report first");
            }
        }
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }

    /** Files that an earlier restore moved back: after it they are known by nothing else. */
    private static final class Journal {
        private final Path file;

        Journal(Path file) {
            this.file = file;
        }

        Set<String> read() throws IOException {
            return Files.exists(file) ? new HashSet<>(Files.readAllLines(file, StandardCharsets.US_ASCII)) : Set.of();
        }

        void add(String sha256) throws IOException {
            if (!Files.exists(file)) {
                OwnerOnly.create(file);
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
                channel.write(StandardCharsets.US_ASCII.encode(sha256 + "\n"));
                channel.force(true);
            }
        }
    }
}
