package org.vaxroute.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.AnswerFile;
import org.vaxroute.ledger.FileState;

/** The real routes, from a results folder to an answered file. */
class AnswersRouteTest {
    @TempDir
    Path home;

    @Test
    void whatThePersonLaysIntoTheFolderSettlesTheFile() throws Exception {
        Path results = Files.createDirectories(home.resolve("results"));
        try (ResultsHouse house = new ResultsHouse(home);
                DefaultCamelContext camel = new DefaultCamelContext()) {
            house.send(3);
            StringBuilder asked = new StringBuilder();
            ResultsAccount server = new ResultsAccount(
                    "server",
                    "main",
                    "sftp",
                    "reg.example",
                    22,
                    "out",
                    Duration.ZERO,
                    10,
                    1000,
                    false,
                    folder -> false,
                    name -> Optional.empty());
            AnswersBeans beans = new AnswersBeans(
                    new AnswersSettings(house.archive, 2, 2),
                    List.of(server, ResultsHouse.account("folder", results.toString())),
                    (account, endpoint) -> {
                        asked.append(account).append(' ').append(endpoint);
                        return Optional.empty();
                    },
                    Map.of(
                            "main",
                            AnswerFormats.load(List.of(
                                    Path.of("config/registries/national"), Path.of("config/registries/immtrac2")))),
                    Map.of(),
                    house.ledger,
                    house.clock);
            Properties properties = new Properties();
            properties.putAll(Map.of("answers.collect", "100", "answers.process", "100"));
            camel.getPropertiesComponent().setInitialProperties(properties);
            beans.beans().forEach(camel.getRegistry()::bind);
            for (String route :
                    List.of("failures/on-answer-failure", "answers/collect-answers", "answers/process-answers")) {
                PluginHelper.getRoutesLoader(camel)
                        .loadRoutes(ResourceHelper.resolveResource(
                                camel,
                                "file:" + Path.of("routes", route + ".yaml").toAbsolutePath()));
            }
            camel.getExecutorServiceManager()
                    .registerThreadPoolProfile(new ThreadPoolProfileBuilder("answer-readers")
                            .poolSize(2)
                            .build());
            camel.start();
            Files.writeString(results.resolve("X1.hl7.ack.hl7"), house.acknowledge(Map.of()));

            await().until(() -> house.sent().state() == FileState.ANSWERED);

            assertThat(beans.register().of(house.sent).orElseThrow().errors()).isZero();
            assertThat(asked.toString()).startsWith("server sftp:reg.example:22/out?");
            assertThat(house.ledger.alarms().open()).isEmpty();

            Files.writeString(results.resolve("DQA_1.csv"), "Account No.,Message Text\n1,IMR-111::Manufacturer\n");
            await().until(() -> house.ledger.answers().recent(10).stream()
                    .filter(file -> file.state() == AnswerFile.State.READ)
                    .anyMatch(file -> file.name().startsWith("DQA_1")));
        }
    }
}
