package org.vaxroute.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.vaxroute.practice.FreePort;
import org.vaxroute.practice.PracticeRegistry;

/** A home as an administrator sets it up, beside a registry and an EHR that live outside its process. */
final class RunHome {
    static final String CONNECTION = "practice";

    private final Path folder;
    private final int mllpPort = FreePort.find();
    private final Map<String, Object> global = new TreeMap<>();
    private final Map<String, Object> own = new TreeMap<>();

    /** @param folder empty, but for a work folder */
    RunHome(Path folder) throws IOException {
        this.folder = folder;
        for (String part :
                List.of("routes", "config/registries", "config/codes", "config/sources", "config/transform")) {
            copy(Path.of(part), folder.resolve(part));
        }
        for (String list : List.of("config/sites.csv", "config/prescribers.csv")) {
            // The headings alone: the practice clinics are none of the shipped ones.
            List<String> lines = Files.readAllLines(Path.of(list));
            int heading = 0;
            while (lines.get(heading).startsWith("#") || lines.get(heading).isBlank()) {
                heading++;
            }
            Files.write(folder.resolve(list), lines.subList(0, heading + 1));
        }
        global.put("vaxroute.mode", "practice");
        global.put("intake.file.min-age", "300ms");
        global.put("intake.file.poll", "250ms");
        global.put("intake.jdbc.poll", "250ms");
        global.put("intake.mllp.enabled", "true");
        global.put("intake.mllp.port", mllpPort);
        global.put("feed.tick", "250ms");
        global.put("watch.tick", "2s");
        global.put("notice.tick", "1s");
        global.put("deliver.poll", "200ms");
        global.put("answers.collect", "500ms");
        global.put("answers.process", "200ms");
        global.put("operate.http.enabled", "false");
        own.put("registry", "immtrac2");
        own.put("file-code", "PRACTICE");
        own.put("sender.application", "PRACTICE EHR");
        own.put("sender.facility", "0042170005");
        own.put("account.drop-off", "drop-off");
        own.put("account.results", "results");
        own.put("account.answers-min-age", "0s");
        own.put("account.back-off-first", "1s");
        own.put("account.back-off-longest", "2s");
        own.put("feed.max-messages", "20");
        own.put("feed.ongoing.every", "1s");
        own.put("notice.organization", "Practice Clinic");
        own.put("notice.contact", "A. Operator, operator@practice.example");
        own.put("notice.vendor-mail", "support@practice-ehr.example");
        own.put("source.clinic-files.kind", "file");
        own.put("source.clinic-tables.kind", "file");
        own.put("source.clinic-tables.ehr", "practice");
        own.put("source.clinic-messages.kind", "mllp");
    }

    RunHome database(EhrDesk ehr) {
        own.put("source.clinic-database.kind", "jdbc");
        own.put("source.clinic-database.ehr", "practice");
        own.put("source.clinic-database.url", ehr.databaseUrl());
        own.put("source.clinic-database.user", ehr.databaseUser());
        own.put("source.clinic-database.overlap", "10s");
        own.put("source.clinic-database.cron", "* * * * * ?");
        return this;
    }

    RunHome ledger(String url, String user) {
        global.put("ledger.url", url);
        global.put("ledger.user", user);
        return this;
    }

    /** Any setting of the whole installation. */
    RunHome with(String key, Object value) {
        global.put(key, value);
        return this;
    }

    /** A connection beside the first: its identity and pace, with a source of files and an account of its own whose files are laid into a folder. */
    void beside(String id, String dropOff, int maxMessages) throws IOException {
        Map<String, Object> its = new TreeMap<>(own);
        its.keySet().removeIf(key -> key.startsWith("source.") || key.startsWith("account."));
        its.put("account.kind", "folder");
        its.put("account.drop-off", dropOff);
        its.put("feed.max-messages", maxMessages);
        its.put("source." + id + "-files.kind", "file");
        Files.createDirectories(folder.resolve(dropOff));
        Files.createDirectories(drop().resolve(id + "-files"));
        lines(folder.resolve("config/connections/" + id + ".properties"), its);
    }

    /** A source of records that come through Kafka. */
    RunHome topic(String servers, String topic) {
        global.put("intake.kafka.enabled", "true");
        global.put("intake.kafka.servers", servers);
        global.put("intake.kafka.topic", topic);
        global.put("intake.kafka.most", "50");
        own.put("source.clinic-topic.kind", "kafka");
        return this;
    }

    /** Writes the settings, with the way to the registry. */
    void write(PracticeRegistry registry, boolean ftps) throws IOException {
        own.put("account.kind", ftps ? "ftps" : "sftp");
        own.put("account.host", "localhost");
        own.put("account.port", ftps ? registry.ftpsPort() : registry.sftpPort());
        own.put("account.user", registry.user());
        own.put("account.password", "secret:file:config/secrets/registry");
        own.put("account.known-hosts", registry.knownHosts());
        own.put("account.trust-store", registry.trustStore());
        own.put("account.trust-store-password", "secret:file:config/secrets/trust-store");
        secret("registry", registry.password());
        secret("trust-store", registry.trustStorePassword());
        lines(folder.resolve("config/vaxroute.properties"), global);
        lines(folder.resolve("config/connections/" + CONNECTION + ".properties"), own);
    }

    private static void lines(Path file, Map<String, Object> settings) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(
                file,
                settings.entrySet().stream()
                        .map(one -> one.getKey() + " = " + one.getValue())
                        .toList());
    }

    private void secret(String name, String text) throws IOException {
        Path file = folder.resolve("config/secrets").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    Path folder() {
        return folder;
    }

    Path drop() {
        return folder.resolve("work/in");
    }

    int mllpPort() {
        return mllpPort;
    }

    private static void copy(Path from, Path to) throws IOException {
        if (!Files.isDirectory(from)) {
            return;
        }
        try (Stream<Path> all = Files.walk(from)) {
            for (Path one : all.filter(Files::isRegularFile).toList()) {
                Path place = to.resolve(from.relativize(one));
                Files.createDirectories(place.getParent());
                Files.copy(one, place);
            }
        }
    }
}
