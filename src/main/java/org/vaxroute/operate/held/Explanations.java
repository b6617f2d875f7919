package org.vaxroute.operate.held;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.codes.CodeTableException;
import org.vaxroute.rules.RuleFileException;
import org.vaxroute.rules.RuleSet;

/**
 * What the rules of each connection say of what they found. Read from their files when it is first asked for; while a file cannot be read,
 * records are shown all the same, without the words of their rules.
 */
public final class Explanations {
    private static final Logger LOG = LoggerFactory.getLogger(Explanations.class);
    private static final long AGAIN = Duration.ofMinutes(1).toNanos();

    private final Supplier<Map<String, RuleSet>> rules;
    private Map<String, RuleSet> loaded;
    private Long failed;

    /** @param rules of each connection, from their files */
    public Explanations(Supplier<Map<String, RuleSet>> rules) {
        this.rules = rules;
    }

    /** What a rule says; empty words when nothing is known of it. */
    public FindingWords of(String connection, String rule) {
        return FindingWords.of(rule, rules().get(connection));
    }

    private synchronized Map<String, RuleSet> rules() {
        if (loaded != null) {
            return loaded;
        }
        if (failed != null && System.nanoTime() - failed < AGAIN) {
            return Map.of();
        }
        try {
            loaded = rules.get();
            return loaded;
        } catch (RuleFileException | CodeTableException broken) {
            failed = System.nanoTime();
            LOG.warn("The rules of what is held are not explained: {}", broken.getMessage());
            return Map.of();
        }
    }
}
