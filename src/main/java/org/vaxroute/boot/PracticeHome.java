package org.vaxroute.boot;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.operate.access.OneTimePassword;
import org.vaxroute.operate.access.Role;
import org.vaxroute.practice.FreePort;
import org.vaxroute.practice.Oddity;
import org.vaxroute.practice.PracticeClinic;
import org.vaxroute.practice.PracticeEhr;
import org.vaxroute.practice.PracticeRegistry;
import org.vaxroute.practice.RegistryHabits;

/**
 * The home of the practice run: routes, rules and tables as shipped, settings of its own that know nothing but this machine. It
 * lies under the real home's work folder and is the only place in which practice works.
 */
final class PracticeHome {
    /** The one connection of the practice home. */
    static final String CONNECTION = "practice";

    private static final String MARK = ".practice-home";
    private static final String REHEARSAL = "rehearsal";
    private static final String SERVED = "served";

    private final Path folder;
    private final Properties ports = new Properties();

    private PracticeHome(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes the practice home, or opens the one that is there.
     *
     * @param shipped the home whose routes and config are taken
     * @param folder where the practice home lies
     * @param fresh throws away what an earlier practice run left
     * @param rehearsal what is played in it, in the words of the command line
     * @throws StartFailed when the folder holds something that is no practice home, or another rehearsal, or when
     *     another run works in it
     */
    static PracticeHome open(Home shipped, Path folder, boolean fresh, String rehearsal) {
        try {
            if (Files.exists(folder) && !Files.exists(folder.resolve(MARK)) && !isEmpty(folder)) {
                throw new StartFailed(
                        folder
                                + " is no practice home, and practice works in no other. Name an empty folder or one that practice made.",
                        null);
            }
            requireAtRest(folder);
            if (fresh) {
                delete(folder);
            }
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            PracticeHome home = new PracticeHome(folder);
            Path mark = folder.resolve(MARK);
            if (Files.exists(mark)) {
                try (var in = Files.newInputStream(mark)) {
                    home.ports.load(in);
                }
            }
            String begun = home.ports.getProperty(REHEARSAL, rehearsal);
            if (!begun.equals(rehearsal)) {
                throw new StartFailed(
                        folder + " holds another rehearsal: vaxroute practice " + begun
                                + ". Go on with that one, or begin anew with --fresh.",
                        null);
            }
            home.ports.setProperty(REHEARSAL, rehearsal);
            home.port("mllp");
            home.port("http");
            home.mark();
            for (String part : new String[] {
                "routes",
                "config/registries",
                "config/codes",
                "config/sources",
                "config/transform",
                "config/prescribers.csv"
            }) {
                delete(folder.resolve(part));
                copy(shipped.folder().resolve(part), folder.resolve(part));
            }
            for (String list : new String[] {"config/prescribers.csv", "config/sites.csv"}) {
                copyHeading(shipped.folder().resolve(list), folder.resolve(list));
            }
            home.addressNobodyReal();
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException("The practice home " + folder + " cannot be written", e);
        }
    }

    /** Nothing stops a second run from deleting the ledger that a first one has open; the two would take each other's files. */
    private static void requireAtRest(Path folder) throws IOException {
        Path ledger = folder.resolve("work/ledger.mv.db");
        if (Files.exists(ledger) && isLocked(ledger)) {
            throw new StartFailed(
                    "Another practice run works in " + folder + ". End that one first, or practise in another home.",
                    null);
        }
    }

    private static boolean isLocked(Path ledger) throws IOException {
        try (FileChannel file = FileChannel.open(ledger, StandardOpenOption.WRITE)) {
            return file.tryLock() == null;
        } catch (OverlappingFileLockException ofThisProcess) {
            return true;
        }
    }

    /**
     * Refuses a registry with which a rehearsal that plays by itself would never end.
     *
     * @throws StartFailed saying what to do
     */
    static void requireAnEnd(RegistryHabits habits) {
        if (habits.refusesOneIn() == 1) {
            throw new StartFailed(
                    "With refuses-one-in=1 the registry takes no file, ever: say 2 or more, or take --by-hand.", null);
        }
        if (!habits.answersEachFile()) {
            throw new StartFailed(
                    "With answers=dqa alone no file is answered, and this rehearsal waits for each answer: name ack or wir"
                            + " as well, or take --by-hand.",
                    null);
        }
    }

    // A rehearsal's drafts must not bear an address to which somebody could really send them.
    private void addressNobodyReal() throws IOException {
        inProfile("(desk[.][a-z-]+-mail)", "data-exchange@practice-registry.example");
        inProfile("(desk[.][a-z-]+-phone)", "000-000-0000");
    }

    /**
     * Sets what a site would set for such a registry.
     *
     * @param silence how long it lasts until it means that what an answer does not list is accepted
     */
    void heed(RegistryHabits habits, String silence) throws IOException {
        if (habits.odd().contains(Oddity.ERRORS_ONLY)) {
            inProfile("(answers[.]silence)", "no-errors");
            inProfile("(answers[.]silence-after)", silence);
        }
    }

    private void inProfile(String keys, String value) throws IOException {
        Path profile = folder.resolve("config/registries/immtrac2/registry.properties");
        if (Files.exists(profile)) {
            Files.writeString(
                    profile, Files.readString(profile).replaceAll("(?m)^" + keys + " *=.*$", "$1 = " + value));
        }
    }

    // Written aside and renamed: a mark that a kill cut short would make the home a stranger's.
    private void mark() throws IOException {
        Path part = folder.resolve(MARK + ".part");
        try (var out = Files.newOutputStream(part)) {
            ports.store(out, "A practice home of VaxRoute; no real records here");
        }
        Files.move(part, folder.resolve(MARK), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void dropLedger() throws IOException {
        Path work = folder.resolve("work");
        if (Files.isDirectory(work)) {
            try (var files = Files.newDirectoryStream(work, "ledger.*")) {
                for (Path file : files) {
                    delete(file);
                }
            }
        }
    }

    /** Starts VaxRoute in this home; answers it with the password of the console's user {@code operator}. */
    Served serve(Clock clock) throws IOException {
        if (!ports.containsKey(SERVED)) {
            // A kill while the tables of an H2 ledger were being made leaves one that does not open; nothing is in it
            // yet.
            dropLedger();
        }
        String password = OneTimePassword.next();
        VaxRoute vaxRoute = VaxRoute.start(
                Settings.load(Home.of(folder)),
                clock,
                users -> users.welcome("operator", password.toCharArray(), Role.OPERATOR));
        ports.setProperty(SERVED, "yes");
        mark();
        return new Served(vaxRoute, password);
    }

    /** A running VaxRoute and the way into its console. */
    record Served(VaxRoute vaxRoute, String password) implements AutoCloseable {
        void introduce(PrintStream out) {
            vaxRoute.address()
                    .ifPresent(address -> out.printf(
                            "  console   %s/hawtio   user operator, password %s (for this run)%n%n",
                            address, password));
        }

        @Override
        public void close() {
            vaxRoute.close();
        }
    }

    Path folder() {
        return folder;
    }

    int mllpPort() {
        return Integer.parseInt(ports.getProperty("mllp"));
    }

    int httpPort() {
        return Integer.parseInt(ports.getProperty("http"));
    }

    Path dropFolder(String source) {
        return folder.resolve("work/in").resolve(source);
    }

    /** Writes the settings of the short form: everything goes out as soon as it is there. */
    void settings(PracticeRegistry registry, PracticeEhr ehr, boolean ftps) throws IOException {
        Map<String, Object> own = connection(registry, ftps);
        own.put("account.answers-min-age", "1s");
        own.put("feed.max-messages", "100");
        own.put("feed.ongoing.every", "2s");
        own.put("source.clinic-files.kind", "file");
        own.put("source.clinic-tables.kind", "file");
        own.put("source.clinic-tables.ehr", "practice");
        database(own, "clinic-database", ehr.databaseUrl(), ehr.databaseUser());
        own.put("source.clinic-database.cron", "0/5 * * * * ?");
        own.put("source.clinic-messages.kind", "mllp");
        write(registry, "1s", own);
    }

    /** Writes the settings of the story: the schedules of a clinic, looked at often because its clock is fast. */
    void settings(PracticeRegistry registry, PracticeClinic clinic, boolean ftps) throws IOException {
        write(registry, "250ms", story(registry, clinic, ftps));
    }

    private Map<String, Object> story(PracticeRegistry registry, PracticeClinic clinic, boolean ftps) {
        Map<String, Object> own = connection(registry, ftps);
        // The registry renames its answers into place: what is listed is whole.
        own.put("account.answers-min-age", "0s");
        own.put("feed.max-messages", "250");
        own.put("feed.ongoing.cron", "0 0 2 * * ?");
        own.put("feed.historical.files-per-day", "2");
        own.put("source.samples.kind", "file");
        own.put("source.samples.feed", "test");
        own.put("source.school-nurse.kind", "file");
        own.put("source.walk-ins.kind", "mllp");
        database(own, "clinic-history", clinic.databaseUrl(), clinic.databaseUser());
        own.put("source.clinic-history.feed", "historical");
        own.put("source.clinic-history.cron", "* * * * * ?");
        database(own, "clinic", clinic.databaseUrl(), clinic.databaseUser());
        own.put("source.clinic.cron", "* * * * * ?");
        own.put("source.clinic.start", clinic.historyEnds());
        return own;
    }

    /** Writes the settings of a rehearsal by hand: the story's, with made-up test records too and a pace that leaves time for a pause. */
    void settingsByHand(PracticeRegistry registry, PracticeClinic clinic, boolean ftps) throws IOException {
        Map<String, Object> own = story(registry, clinic, ftps);
        own.put("source.made-up.kind", "made-up");
        own.put("source.made-up.feed", "test");
        own.put("source.made-up.test-records", "21");
        // For the samples that a person drops.
        Files.createDirectories(dropFolder("samples"));
        own.put("feed.max-messages", "50");
        own.put("feed.historical.files-per-day", "100");
        own.put("account.pace-files", "1");
        own.put("account.pace-period", "15s");
        write(registry, "500ms", own);
    }

    private static void database(Map<String, Object> own, String source, String url, String user) {
        own.put("source." + source + ".kind", "jdbc");
        own.put("source." + source + ".ehr", "practice");
        own.put("source." + source + ".url", url);
        own.put("source." + source + ".user", user);
        own.put("source." + source + ".overlap", "10s");
    }

    private Map<String, Object> connection(PracticeRegistry registry, boolean ftps) {
        Map<String, Object> own = new TreeMap<>();
        own.put("registry", "immtrac2");
        own.put("file-code", "PRACTICE");
        own.put("notice.organization", "Practice Clinic");
        own.put("notice.contact", "A. Operator, operator@practice.example");
        own.put("notice.vendor-mail", "support@practice-ehr.example");
        own.put("sender.application", "PRACTICE EHR");
        own.put("sender.facility", "0042170005");
        own.put("account.kind", ftps ? "ftps" : "sftp");
        own.put("account.host", "localhost");
        own.put("account.port", ftps ? registry.ftpsPort() : registry.sftpPort());
        own.put("account.user", registry.user());
        own.put("account.password", "secret:file:config/secrets/registry");
        own.put("account.known-hosts", registry.knownHosts());
        own.put("account.trust-store", registry.trustStore());
        own.put("account.trust-store-password", "secret:file:config/secrets/trust-store");
        own.put("account.drop-off", "drop-off");
        own.put("account.results", "results");
        own.put("account.back-off-first", "2s");
        return own;
    }

    private void write(PracticeRegistry registry, String poll, Map<String, Object> own) throws IOException {
        secret(folder.resolve("config/secrets/registry"), registry.password());
        secret(folder.resolve("config/secrets/trust-store"), registry.trustStorePassword());
        Map<String, Object> global = new TreeMap<>();
        global.put("vaxroute.mode", "practice");
        global.put("intake.file.min-age", poll);
        global.put("intake.file.poll", "250ms");
        global.put("intake.jdbc.poll", poll);
        global.put("intake.mllp.enabled", "true");
        global.put("intake.mllp.port", mllpPort());
        global.put("feed.tick", poll);
        global.put("watch.tick", "2s");
        global.put("notice.tick", poll);
        global.put("deliver.poll", poll);
        // Each look is a session of its own, and keeps deliveries waiting.
        global.put("answers.collect", "1s");
        global.put("answers.process", poll);
        // So that small answers come in several steps too, as large ones do.
        global.put("answers.chunk", "20");
        global.put("operate.http.port", httpPort());
        write(folder.resolve("config/vaxroute.properties"), global);
        write(folder.resolve("config/connections/" + CONNECTION + ".properties"), own);
    }

    private void port(String name) {
        ports.computeIfAbsent(name, unset -> Integer.toString(FreePort.find()));
    }

    private static void secret(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }

    private static void write(Path file, Map<String, Object> settings) throws IOException {
        StringBuilder text =
                new StringBuilder("# Written by the practice run at each start; changes made here are lost.\n");
        settings.forEach(
                (key, value) -> text.append(key).append(" = ").append(value).append('\n'));
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var entries = Files.list(folder)) {
            // A mark that a kill kept from being named is ours.
            return entries.allMatch(entry -> entry.getFileName().toString().startsWith(MARK));
        }
    }

    /** A list of the organization's own, up to its headings: the practice clinic is none of its clinics. */
    private static void copyHeading(Path from, Path to) throws IOException {
        if (!Files.exists(from)) {
            return;
        }
        StringBuilder heading = new StringBuilder();
        for (String line : Files.readAllLines(from)) {
            heading.append(line).append('\n');
            if (!line.startsWith("#") && !line.isBlank()) {
                break;
            }
        }
        Files.createDirectories(to.getParent());
        Files.writeString(to, heading);
    }

    private static void copy(Path from, Path to) throws IOException {
        if (!Files.exists(from)) {
            return;
        }
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(dir)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException fault) throws IOException {
                if (fault != null) {
                    throw fault;
                }
                Files.delete(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
