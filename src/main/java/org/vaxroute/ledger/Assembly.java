package org.vaxroute.ledger;

/**
 * An order to decide the next submission file of a feed.
 *
 * @param account id of the account that it will be sent with
 * @param folder drop-off folder at the registry
 * @param maxMessages most records in the file, at least 1
 * @param maxBytes most bytes of record text, envelope not counted; a single record that is larger travels alone
 * @param envelope everything else that determines the file's bytes (header fields, processing id), written so that the writer can read it
 *     again after a restart with other settings; at most 8,000 characters
 * @param naming how the file is called
 */
public record Assembly(
        String connection,
        Feed feed,
        String account,
        String folder,
        int maxMessages,
        long maxBytes,
        String envelope,
        FileNaming naming) {}
