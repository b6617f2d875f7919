package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeliveryFailureTest {
    @Test
    void aServersWordsSteerNoTerminal() {
        assertThat(DeliveryFailure.words("550 full\r\n\u001b[31m\u009b31mtry\u0085later"))
                .isEqualTo("550 full [31m 31mtry later");
    }

    @Test
    void aServersWordsTakeALineAtMost() {
        assertThat(DeliveryFailure.words("x".repeat(5_000))).hasSize(203).endsWith("...");
    }
}
