package org.vaxroute.intake;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How records are taken from Kafka.
 *
 * @param enabled whether they are
 * @param servers brokers to begin with, as {@code host:port,host:port}
 * @param topic of raw records
 * @param group of consumers that share its partitions: the nodes of one cluster
 * @param most records of one reading at most
 * @param strays the source, as {@code connection.source}, that holds what belongs to none; empty for the first one
 * @param tls whether brokers are reached by TLS
 * @param trust the brokers' authority; null for those that Java trusts
 * @param own our certificate; null shows none
 * @param login how we log in
 * @param user for the login; null without one
 * @param password of that user; null without one
 */
public record KafkaSettings(
        boolean enabled,
        String servers,
        String topic,
        String group,
        int most,
        String strays,
        boolean tls,
        Store trust,
        Store own,
        Login login,
        String user,
        String password) {
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");

    /** A PKCS#12 file with its password. */
    public record Store(Path file, String password) {
        @Override
        public String toString() {
            return "Store[" + file + "]";
        }
    }

    /** How a client of Kafka says who it is. */
    public enum Login {
        NONE(null, null),
        PLAIN("PLAIN", "org.apache.kafka.common.security.plain.PlainLoginModule"),
        SCRAM_SHA_256("SCRAM-SHA-256", "org.apache.kafka.common.security.scram.ScramLoginModule"),
        SCRAM_SHA_512("SCRAM-SHA-512", "org.apache.kafka.common.security.scram.ScramLoginModule");

        final String mechanism;
        final String module;

        Login(String mechanism, String module) {
            this.mechanism = mechanism;
            this.module = module;
        }

        /** @param word of the setting, such as {@code scram-sha-512} */
        public static Login of(String word) {
            return valueOf(word.toUpperCase(java.util.Locale.ROOT).replace('-', '_'));
        }
    }

    /** Nothing comes from Kafka. */
    public static KafkaSettings off() {
        return new KafkaSettings(
                false,
                "localhost:9092",
                "vaxroute-records",
                "vaxroute",
                500,
                "",
                false,
                null,
                null,
                Login.NONE,
                null,
                null);
    }

    /**
     * Looks whether records can be taken so.
     *
     * @param sources whose records they are
     * @param plainText allows brokers beyond loopback without TLS
     * @throws IllegalArgumentException saying what is missing and what to do
     */
    public void requireUsable(List<KafkaSource> sources, boolean plainText) {
        try {
            Class.forName(
                    "org.apache.kafka.clients.consumer.KafkaConsumer", false, KafkaSettings.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(
                    "intake.kafka.enabled = true, but Kafka's client is not there: the distribution leaves it out. Put it into lib/kafka as"
                            + " docs/kafka.md says, or set intake.kafka.enabled = false.",
                    e);
        }
        if (!TOPIC.matcher(topic).matches()) {
            throw new IllegalArgumentException("intake.kafka.topic = " + topic
                    + " is no name of a topic. Use letters, digits, dots, underscores and hyphens.");
        }
        if (sources.isEmpty()) {
            throw new IllegalArgumentException(
                    "intake.kafka.enabled = true, but no connection in use has a source of kind kafka. Add one, or set intake.kafka.enabled = false.");
        }
        strays(sources);
        List<String> beyond = Stream.of(servers.split(","))
                .map(String::strip)
                .filter(server -> !server.isEmpty() && !loopback(server.replaceFirst(":[0-9]*$", "")))
                .toList();
        if (!tls && !beyond.isEmpty() && !plainText) {
            throw new IllegalArgumentException("intake.kafka.servers names " + String.join(", ", beyond)
                    + ", beyond loopback, without TLS. Set intake.kafka.tls = true, or intake.kafka.plain-text = true if the network is safe by"
                    + " other means.");
        }
        if (!tls && !beyond.isEmpty() && login == Login.PLAIN) {
            throw new IllegalArgumentException(
                    "intake.kafka.login = plain would send the password in clear. Set intake.kafka.tls = true, or use scram-sha-512.");
        }
    }

    private static boolean loopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            // Not known now; wherever it is, it is not this machine.
            return false;
        }
    }

    /** The source that holds what belongs to none. */
    KafkaSource strays(List<KafkaSource> sources) {
        if (strays.isEmpty()) {
            return sources.get(0);
        }
        return sources.stream()
                .filter(source -> source.name().equals(strays))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("intake.kafka.strays = " + strays
                        + " is no source of kind kafka. Name one as CONNECTION.SOURCE: "
                        + sources.stream().map(KafkaSource::name).collect(Collectors.joining(", ")) + "."));
    }

    @Override
    public String toString() {
        return "KafkaSettings[" + topic + " at " + servers + (tls ? ", TLS" : ", plain text") + "]";
    }
}
