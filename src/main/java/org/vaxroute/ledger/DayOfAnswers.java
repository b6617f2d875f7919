package org.vaxroute.ledger;

import java.time.LocalDate;

/**
 * How the messages of one day's files fared.
 *
 * @param day on which the files were sent, in the connection's zone
 * @param answered of those sent
 * @param warned of those answered: taken, with a remark
 * @param rejected of those answered
 */
public record DayOfAnswers(LocalDate day, long sent, long answered, long warned, long rejected) {}
