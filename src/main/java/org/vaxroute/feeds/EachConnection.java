package org.vaxroute.feeds;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerUnavailable;

/** Looks at one connection after the other, so that one in trouble keeps none of the others from its turn. */
final class EachConnection {
    private EachConnection() {}

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
