package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.boot.settings.Settings;

class CommandLogTest {
    private static final List<String> PROPERTIES =
            List.of("vaxroute.log.file", "vaxroute.log.format", "vaxroute.log.records");

    @TempDir
    Path folder;

    private final Map<String, String> before = new HashMap<>();

    @BeforeEach
    void remember() throws Exception {
        PROPERTIES.forEach(name -> before.put(name, System.getProperty(name)));
        Files.createDirectories(folder.resolve("config/connections"));
        Files.createDirectories(folder.resolve("routes"));
        System.setProperty("vaxroute.log.format", "none");
    }

    @AfterEach
    void putBack() {
        before.forEach((name, value) -> {
            if (value == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"json, json, 1", "json, never, 0", "text, json, 0", "text, always, 1"})
    void whatACommandDoesWithARecordStandsInTheServersFileAndNothingElse(String format, String records, int lines)
            throws Exception {
        Path log = folder.resolve("work/log/vaxroute.log");
        Files.createDirectories(log.getParent());
        Files.writeString(log, "a line of the server\n");
        StandaloneHouse.logRecordsOfCommand(settings(format, records));

        speak();

        List<String> written = Files.readAllLines(log);
        assertThat(written).hasSize(1 + lines).first().isEqualTo("a line of the server");
        assertThat(written.subList(1, written.size()))
                .allSatisfy(line -> assertThat(line).contains("Record 7 released"));
    }

    @Test
    void aCommandWhoseHomeFollowsNoRecordsMakesNoFile() throws Exception {
        StandaloneHouse.logRecordsOfCommand(settings("text", "json"));

        speak();

        assertThat(folder.resolve("work/log")).doesNotExist();
    }

    private Settings settings(String format, String records) throws Exception {
        Files.writeString(
                folder.resolve("config/vaxroute.properties"),
                "operate.log.format = " + format + "\noperate.log.records = " + records + "\n");
        return Settings.load(Home.of(folder));
    }

    private static void speak() throws Exception {
        LoggerContext logging = new LoggerContext();
        logging.setMDCAdapter(new LogbackMDCAdapter());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(logging);
        configurator.doConfigure(CommandLogTest.class.getResource("/logback.xml"));
        logging.getLogger("org.vaxroute.record").debug("Record 7 released");
        logging.getLogger("org.vaxroute.ledger").info("something of the command's own");
        logging.stop();
    }
}
