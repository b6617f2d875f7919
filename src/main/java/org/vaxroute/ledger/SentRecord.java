package org.vaxroute.ledger;

/**
 * A record that an answer speaks of.
 *
 * @param file the latest file that it travelled in and that left us
 * @param answered whether it has been answered before
 * @param patient key of its patient
 */
record SentRecord(
        long id, RecordState state, int doses, boolean answered, long file, long patient, Stage stage, String site) {}
