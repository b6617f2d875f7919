package org.vaxroute.ledger;

import java.util.List;

/**
 * Where a record came from and what the registry said of it. The registry's words may hold patient data.
 *
 * @param sourceFile name of the file that it stood in; null for what came by query or MLLP
 * @param ordinal number of the message in that file, from 1; 0 when it came in none
 * @param answers what the registry said, oldest first
 */
public record RecordPast(String sourceFile, long ordinal, List<Said> answers) {
    /**
     * One thing that the registry said.
     *
     * @param dose number of the dose in the record as sent; 0 when it speaks of none
     */
    public record Said(
            String file, String outcome, String code, String severity, String location, int dose, String words) {}
}
