/**
 * Takes records from the three kinds of source (file drop, JDBC query, MLLP listener), prepares them and hands them to
 * the ledger, one chunk a transaction.
 *
 * <p>The routes in {@code routes/intake} tell the story; the classes here are their steps. A source is told "done" (file
 * moved, MLLP acknowledgment returned, JDBC mark advanced) only after the commit that stored its records.
 */
package org.vaxroute.intake;
