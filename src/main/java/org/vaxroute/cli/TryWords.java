package org.vaxroute.cli;

import java.util.Locale;
import org.vaxroute.hl7.Message;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Severity;

/** How the reports of a trial call things. */
final class TryWords {
    private TryWords() {}

    /** A verdict, severity or effect in small letters. */
    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** The CVX code of a dose as it would be sent; null when it has none. */
    static String cvx(Message message, int dose) {
        String order = "ORDER[" + dose + "]/RXA-5";
        for (int code : new int[] {1, 4}) {
            String value = message.get(order + "." + code);
            String system = message.get(order + "." + (code + 2));
            if (!value.isEmpty() && system.equals("CVX")) {
                return value;
            }
        }
        return null;
    }

    /** What the finding keeps back, in words; empty when nothing. */
    static String holds(Finding finding) {
        if (finding.severity() != Severity.ERROR) {
            return "";
        }
        boolean dose = finding.effect() == Effect.DOSE && finding.location().startsWith("ORDER[");
        return dose ? "holds the dose" : "holds the message";
    }

    static String count(long number, String one) {
        return number + " " + one + (number == 1 ? "" : "s");
    }
}
