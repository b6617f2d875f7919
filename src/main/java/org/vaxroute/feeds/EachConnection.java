package org.vaxroute.feeds;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerUnavailable;

/** Looks at one connection after the other, so that one in trouble keeps none of the others from its turn. */
final class EachConnection {
    private EachConnection() {}

    /** Those of the connections that one question for all of them did not rule out. */
    static List<FeedSettings> of(List<FeedSettings> connections, Predicate<String> which) {
        return connections.stream()
                .filter(settings -> which.test(settings.connection()))
                .toList();
    }

    /**
     * Does something for each connection.
     *
     * @param trouble hears of what went wrong with one
     * @throws LedgerUnavailable when the ledger is away: the others would wait for it just as long, one after the other
     */
    static <T> void look(
            Ledger ledger, Iterable<T> connections, Consumer<T> work, BiConsumer<T, RuntimeException> trouble) {
        for (T connection : connections) {
            try {
                work.accept(connection);
            } catch (LedgerUnavailable e) {
                ledger.check();
                trouble.accept(connection, e);
            } catch (RuntimeException e) {
                trouble.accept(connection, e);
            }
        }
    }
}
