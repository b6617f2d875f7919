package org.vaxroute.answers;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When each results folder was last looked through with nothing left behind that may be an answer. Only up to then is it known that a
 * registry was silent. Forgotten at a restart, which costs nothing but a wait for the next look.
 */
final class Looks {
    private final List<ResultsAccount> accounts;
    private final Map<String, Instant> through = new ConcurrentHashMap<>();

    /** @param accounts whose results folders are looked at */
    Looks(List<ResultsAccount> accounts) {
        this.accounts = List.copyOf(accounts);
    }

    /** Says that all that stood in the account's folder at this moment is kept here, or was seen before. */
    void through(ResultsAccount account, Instant moment) {
        through.put(account.id(), moment);
    }

    /**
     * Up to when the registry of a connection may be called silent: now where no folder is looked at, since answers come by hand there.
     *
     * @return empty when one of its folders was not looked through yet
     */
    Optional<Instant> silentUntil(String connection, Instant now) {
        Instant until = now;
        for (ResultsAccount account : accounts) {
            if (account.connection().equals(connection)) {
                Instant looked = through.get(account.id());
                if (looked == null) {
                    return Optional.empty();
                }
                until = looked.isBefore(until) ? looked : until;
            }
        }
        return Optional.of(until);
    }
}
