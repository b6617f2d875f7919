package org.vaxroute.operate.mbean;

import java.time.Instant;

/**
 * A list that is read while the server runs.
 *
 * @param rows of what is in force
 * @param since when that was read
 * @param refused why the file as it is now is not taken; empty when it is in force
 */
public record KeptList(String file, int rows, Instant since, String refused) {}
