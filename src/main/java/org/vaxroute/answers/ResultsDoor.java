package org.vaxroute.answers;

import java.util.Optional;

/** Opens sessions in results folders, under the account's lease. */
@FunctionalInterface
public interface ResultsDoor {
    /**
     * Opens a session. Closing it gives the lease back.
     *
     * @param account id of the account
     * @param endpoint address of server and folder, as the route spells it
     * @return empty when the account is in use, rests after a refused login, or has files to send, which go first
     * @throws RuntimeException naming account and fault when the folder cannot be opened
     */
    Optional<ResultsFolder> open(String account, String endpoint);
}
