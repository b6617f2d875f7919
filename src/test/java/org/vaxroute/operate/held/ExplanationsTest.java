package org.vaxroute.operate.held;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vaxroute.codes.CodeTableException;
import org.vaxroute.rules.RuleFileException;

class ExplanationsTest {
    @Test
    void whileAFileIsBrokenOnlyTheWordsAreMissing() {
        int[] asked = {0};
        Explanations explanations = new Explanations(() -> {
            asked[0]++;
            throw new RuleFileException("rules.yaml: line 3");
        });

        assertThat(explanations.of("main", "tx-consent").reason()).isEmpty();
        assertThat(explanations.of("main", "UNREADABLE").reason()).contains("no HL7 message");
        assertThat(asked[0]).as("not for each record").isOne();

        assertThat(new Explanations(() -> {
                            throw new CodeTableException("cvx.csv: line 3");
                        })
                        .of("main", "tx-consent")
                        .remedy())
                .isEmpty();
        assertThat(new Explanations(Map::of).of("main", "tx-consent").reason()).isEmpty();
    }
}
