package org.vaxroute.ledger;

import java.time.LocalDate;

/**
 * One dose of a record.
 *
 * @param position ORDER group in the text that is sent, from 1
 * @param origin ORDER group in the record before doses were held back, from 1
 * @param date RXA-3; null when it has no readable date
 * @param cvx RXA-5.1
 * @param action RXA-21: A, U or D; empty when absent
 */
public record StoredDose(
        int position, int origin, RecordState state, LocalDate date, String cvx, DoseKind kind, String action) {}
