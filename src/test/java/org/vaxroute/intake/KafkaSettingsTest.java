package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Feed;

/** What is refused before anything is read from Kafka. */
class KafkaSettingsTest {
    private static final KafkaSource CLINIC = new KafkaSource("kafka", "main", Feed.ONGOING);
    private static final String LOOPBACK = "127.0.0.1:9092,[::1]:9092, localhost:9093";
    private static final String BEYOND = "127.0.0.1:9092,192.0.2.7:9092";

    @Test
    void brokersBeyondLoopbackWantTls() {
        assertUsable(settings(LOOPBACK, "", false, KafkaSettings.Login.NONE), false);
        assertUsable(settings(BEYOND, "", true, KafkaSettings.Login.PLAIN), false);
        assertUsable(settings(BEYOND, "", false, KafkaSettings.Login.SCRAM_SHA_512), true);
        assertRefused(
                settings(BEYOND, "", false, KafkaSettings.Login.NONE), false, "192.0.2.7:9092", "kafka.tls = true");
    }

    @Test
    void aPasswordIsNotSentInClear() {
        assertRefused(
                settings(BEYOND, "", false, KafkaSettings.Login.PLAIN), true, "password in clear", "scram-sha-512");
        assertUsable(settings(LOOPBACK, "", false, KafkaSettings.Login.PLAIN), false);
    }

    @Test
    void straysWantASourceThatIsThere() {
        KafkaSettings settings = settings(LOOPBACK, "main.kafka", false, KafkaSettings.Login.NONE);
        assertThat(settings.strays(List.of(new KafkaSource("other", "main", Feed.TEST), CLINIC)))
                .isEqualTo(CLINIC);
        assertRefused(
                settings(LOOPBACK, "main.nobody", false, KafkaSettings.Login.NONE), false, "main.nobody", "main.kafka");
    }

    @Test
    void withoutASourceNothingIsRead() {
        assertThatThrownBy(() ->
                        settings(LOOPBACK, "", false, KafkaSettings.Login.NONE).requireUsable(List.of(), false))
                .hasMessageContaining("no connection in use has a source of kind kafka");
    }

    @Test
    void historyDoesNotComeThroughATopic() {
        assertThatThrownBy(() -> new KafkaSource("kafka", "main", Feed.HISTORICAL))
                .hasMessageContaining("source.kafka.feed = ongoing or test");
    }

    @Test
    void nothingSecretIsPrinted() {
        assertThat(settings(LOOPBACK, "", true, KafkaSettings.Login.PLAIN).toString())
                .doesNotContain("hush");
        assertThat(new KafkaSettings.Store(Path.of("trust.p12"), "hush").toString())
                .doesNotContain("hush");
    }

    private static void assertUsable(KafkaSettings settings, boolean plainText) {
        assertThatCode(() -> settings.requireUsable(List.of(CLINIC), plainText)).doesNotThrowAnyException();
    }

    private static void assertRefused(KafkaSettings settings, boolean plainText, String... said) {
        assertThatThrownBy(() -> settings.requireUsable(List.of(CLINIC), plainText))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(said);
    }

    private static KafkaSettings settings(String servers, String strays, boolean tls, KafkaSettings.Login login) {
        return new KafkaSettings(
                true, servers, "records", "group", 500, strays, tls, null, null, login, "vaxroute", "hush");
    }
}
