package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FaultWordsTest {
    @Test
    void ofAnothersFaultTheKindAloneIsToldBecauseItMayQuoteARecord() {
        assertThat(FaultWords.of(new IllegalStateException("no place for PID|1||77||Adams^Ann")))
                .contains("java.lang.IllegalStateException", "log")
                .doesNotContain("Adams");
        assertThat(FaultWords.of(new NullPointerException())).contains("java.lang.NullPointerException");
    }

    @Test
    void ourOwnWordsAreTold() {
        FolderUnavailable full = new FolderUnavailable(Path.of("out/A.hl7"), "the disk is full", null);
        assertThat(FaultWords.of(full)).isEqualTo(full.getMessage()).contains("the disk is full");
    }
}
