package org.vaxroute.cli;

import java.util.Optional;
import org.vaxroute.codes.CodeTable;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.hl7.Message;

/** Tells which vaccine a dose is, as CVX: from RXA-5 itself, else crossed from its NDC. */
final class VaccineCodes {
    private final Optional<CodeTable> ndc;

    VaccineCodes(CodeTables codes) {
        this.ndc = codes.find("NDC");
    }

    /** The CVX code of a dose (from 1); null when it has none and its NDC is not known or has several. */
    String cvx(Message message, int dose) {
        String coded = of(message, dose, "CVX");
        if (coded != null) {
            return coded;
        }
        String product = of(message, dose, "NDC");
        return product == null
                ? null
                : ndc.flatMap(table -> table.only(product, "cvx")).orElse(null);
    }

    private static String of(Message message, int dose, String system) {
        String vaccine = "ORDER[" + dose + "]/RXA-5.";
        for (int code = 1; code <= 4; code += 3) {
            String value = message.get(vaccine + code);
            if (!value.isEmpty() && message.get(vaccine + (code + 2)).equals(system)) {
                return value;
            }
        }
        return null;
    }
}
