package org.vaxroute.submit;

/**
 * Where the files of a stage go.
 *
 * @param account id of the account
 * @param folder its drop-off folder
 */
public record Destination(String account, String folder) {}
