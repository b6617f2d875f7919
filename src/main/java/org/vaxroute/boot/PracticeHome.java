package org.vaxroute.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.practice.PracticeEhr;
import org.vaxroute.practice.PracticeRegistry;

/**
 * The home of the practice run: routes, rules and tables as shipped, settings of its own that know nothing but this machine. It
 * lies under the real home's work folder and is the only place in which practice works.
 */
final class PracticeHome {
    /** The one connection of the practice home. */
    static final String CONNECTION = "practice";

    private static final String MARK = ".practice-home";

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
     * @throws StartFailed when the folder holds something that is no practice home
     */
    static PracticeHome open(Home shipped, Path folder, boolean fresh) {
        try {
            if (Files.exists(folder) && !Files.exists(folder.resolve(MARK)) && !isEmpty(folder)) {
                throw new StartFailed(
                        folder
                                + " is no practice home, and practice works in no other. Name an empty folder or one that practice made.",
                        null);
            }
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
            home.port("mllp");
            home.port("http");
            try (var out = Files.newOutputStream(mark)) {
                home.ports.store(out, "A practice home of VaxRoute; no real records here");
            }
            for (String part :
                    new String[] {"routes", "config/registries", "config/codes", "config/sources", "config/transform"
                    }) {
                delete(folder.resolve(part));
                copy(shipped.folder().resolve(part), folder.resolve(part));
            }
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException("The practice home " + folder + " cannot be written", e);
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

    /** Writes the settings that lead to this registry and this EHR. */
    void settings(PracticeRegistry registry, PracticeEhr ehr, boolean ftps) throws IOException {
        Path secret = folder.resolve("config/secrets/registry");
        Path storeSecret = folder.resolve("config/secrets/trust-store");
        secret(secret, registry.password());
        secret(storeSecret, registry.trustStorePassword());

        Map<String, Object> global = new TreeMap<>();
        global.put("vaxroute.mode", "practice");
        global.put("intake.file.min-age", "1s");
        global.put("intake.file.poll", "500ms");
        global.put("intake.jdbc.poll", "1s");
        global.put("intake.mllp.enabled", "true");
        global.put("intake.mllp.port", mllpPort());
        global.put("feed.tick", "1s");
        global.put("deliver.poll", "1s");
        global.put("answers.collect", "1s");
        global.put("answers.process", "1s");
        global.put("operate.http.port", httpPort());
        write(folder.resolve("config/vaxroute.properties"), global);

        Map<String, Object> own = new TreeMap<>();
        own.put("registry", "immtrac2");
        own.put("file-code", "PRACTICE");
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
        own.put("account.answers-min-age", "1s");
        own.put("account.back-off-first", "2s");
        own.put("feed.max-messages", "100");
        own.put("feed.ongoing.every", "2s");
        own.put("source.clinic-files.kind", "file");
        own.put("source.clinic-tables.kind", "file");
        own.put("source.clinic-tables.ehr", "practice");
        own.put("source.clinic-database.kind", "jdbc");
        own.put("source.clinic-database.ehr", "practice");
        own.put("source.clinic-database.url", ehr.databaseUrl());
        own.put("source.clinic-database.user", ehr.databaseUser());
        own.put("source.clinic-database.cron", "0/5 * * * * ?");
        own.put("source.clinic-database.overlap", "10s");
        own.put("source.clinic-messages.kind", "mllp");
        write(folder.resolve("config/connections/" + CONNECTION + ".properties"), own);
    }

    private void port(String name) throws IOException {
        if (!ports.containsKey(name)) {
            try (ServerSocket free = new ServerSocket(0)) {
                ports.setProperty(name, Integer.toString(free.getLocalPort()));
            }
        }
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
            return entries.findAny().isEmpty();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        if (!Files.isDirectory(from)) {
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
