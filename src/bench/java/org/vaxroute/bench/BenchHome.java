package org.vaxroute.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The home of a run: routes, rules and tables as shipped, and settings that wait for nothing. */
final class BenchHome {
    static final String CONNECTION = "bench";
    static final String SOURCE = "export";

    private final Path folder;

    private BenchHome(Path folder) {
        this.folder = folder;
    }

    /** @param shipped the project's folder */
    static BenchHome make(Path shipped, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String part : List.of("routes", "config/registries", "config/codes", "config/sources", "config/transform")) {
            copy(shipped.resolve(part), folder.resolve(part));
        }
        for (String file : List.of("config/sites.csv", "config/prescribers.csv")) {
            Files.copy(shipped.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.createDirectories(folder.resolve("work/in").resolve(SOURCE));
        return new BenchHome(folder);
    }

    Path folder() {
        return folder;
    }

    Path drop() {
        return folder.resolve("work/in").resolve(SOURCE);
    }

    /** @param referee HAPI reads one record in so many as well */
    void settings(BenchServer server, BenchLedger ledger, int referee, Map<String, String> more) throws IOException {
        settings(server, ledger, referee, more, Map.of("source." + SOURCE + ".kind", "file"));
    }

    /** @param source the settings of the one source */
    void settings(BenchServer server, BenchLedger ledger, int referee, Map<String, String> more, Map<String, Object> source)
            throws IOException {
        secret("account", BenchServer.PASSWORD);
        secret("ledger", BenchLedger.PASSWORD);
        Map<String, Object> global = new TreeMap<>();
        global.put("ledger.url", ledger.url());
        global.put("ledger.user", ledger.user());
        if (ledger.needsPassword()) {
            global.put("ledger.password", "secret:file:config/secrets/ledger");
        }
        global.put("intake.file.min-age", "0s");
        global.put("intake.file.poll", "100ms");
        global.put("intake.referee.ongoing", referee);
        global.put("feed.tick", "100ms");
        global.put("deliver.poll", "100ms");
        global.put("deliver.throttle-files", 100_000);
        global.put("operate.http.enabled", "false");
        more.forEach(global::put);
        write("config/vaxroute.properties", global);

        connection(CONNECTION, server.port(), server.knownHosts(), BenchServer.USER, source);
    }

    /** @param its what is this connection's alone, its source among it */
    void connection(String id, int port, Path knownHosts, String user, Map<String, Object> its) throws IOException {
        Map<String, Object> own = new TreeMap<>();
        own.put("registry", "immtrac2");
        own.put("file-code", "BENCH");
        own.put("sender.application", "BENCHEHR");
        own.put("sender.facility", "1234567890");
        own.put("account.kind", "sftp");
        own.put("account.host", "127.0.0.1");
        own.put("account.port", port);
        own.put("account.user", user);
        own.put("account.password", "secret:file:config/secrets/account");
        own.put("account.known-hosts", knownHosts.toAbsolutePath());
        own.put("account.drop-off", "drop-off");
        own.put("account.results", "results");
        own.put("feed.ongoing.every", "1s");
        own.putAll(its);
        write("config/connections/" + id + ".properties", own);
    }

    void secret(String name, String text) throws IOException {
        Path file = folder.resolve("config/secrets").resolve(name);
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }

    void write(String name, Map<String, Object> settings) throws IOException {
        StringBuilder text = new StringBuilder("# Written by the benchmark.\n");
        settings.forEach((key, value) -> text.append(key).append(" = ").append(value).append('\n'));
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void copy(Path from, Path to) throws IOException {
        if (!Files.isDirectory(from)) {
            return;
        }
        try (Stream<Path> all = Files.walk(from)) {
            for (Path one : all.toList()) {
                Path there = to.resolve(from.relativize(one).toString());
                if (Files.isDirectory(one)) {
                    Files.createDirectories(there);
                } else {
                    Files.copy(one, there);
                }
            }
        }
    }

    static void delete(Path folder) throws IOException {
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
