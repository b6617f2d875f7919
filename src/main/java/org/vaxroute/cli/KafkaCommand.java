package org.vaxroute.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "kafka",
        mixinStandardHelpOptions = true,
        description =
                "Shows how far the Kafka topic has been read, and which sources are behind because they were paused.")
final class KafkaCommand implements Callable<Integer> {
    private static final String TYPE = "Topic";

    @ParentCommand
    Main main;

    @Override
    public Integer call() {
        try (Door door = main.door()) {
            String topic = topic(door);
            main.out().println("topic " + topic);
            main.out().println(door.read(TYPE, topic, "Partitions"));
            String behind = String.valueOf(door.read(TYPE, topic, "Behind"));
            if (!behind.isEmpty()) {
                main.out().println(behind);
            }
            return ExitCodes.OK;
        }
    }

    private static String topic(Door door) {
        return door.names(TYPE).stream()
                .findFirst()
                .orElseThrow(() -> new CommandFailed(
                        "No records come from Kafka here. Set intake.kafka.enabled = true (docs/kafka.md)."));
    }

    @Command(
            name = "begin-again",
            mixinStandardHelpOptions = true,
            description = {
                "Goes on with the oldest record that Kafka has, after records were lost there or the topic was made anew.",
                "What lies between is given up: have its sender send it again. What is there twice is recognized."
            })
    int beginAgain(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "PARTITION",
                            defaultValue = "",
                            description = "Number of the partition (default: all).")
                    String partition,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = "Why; name no patient.")
                    String why) {
        try (Door door = main.door()) {
            main.out().println(door.call(TYPE, topic(door), "beginAgain", partition, why));
            return ExitCodes.OK;
        }
    }
}
