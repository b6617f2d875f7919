package org.vaxroute.intake;

import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Stored;

/**
 * The store step: the ledger takes the chunk and the source's new position in one transaction.
 *
 * <p>For a file or a query the chunk is handed to a second thread, so that the next one is read and checked meanwhile;
 * the last chunk's step ends only when all of them are committed. MLLP waits for its own commit, which waits for those of the groups before.
 */
public final class StoreStep {
    static final String HAND_OVER = "vaxroute.handOver";
    static final String TURN = "vaxroute.turn";
    static final String STORED = "vaxroute.stored";

    private static final Runnable AT_ONCE = () -> {};

    private final BiFunction<Chunk, Runnable, Stored> ledger;

    /** @param ledger stores a chunk; before its transaction it runs what waits for the chunk's turn */
    public StoreStep(BiFunction<Chunk, Runnable, Stored> ledger) {
        this.ledger = ledger;
    }

    StoreStep(Function<Chunk, Stored> ledger) {
        this((chunk, turn) -> {
            turn.run();
            return ledger.apply(chunk);
        });
    }

    /** Stores the chunk, or hands it over to be stored in its turn. */
    public void store(Chunk chunk, Exchange exchange) {
        @SuppressWarnings("unchecked")
        HandOver<Chunk> handOver = exchange.getProperty(HAND_OVER, HandOver.class);
        if (handOver == null) {
            GroupCommit.Turn turn = exchange.getProperty(TURN, GroupCommit.Turn.class);
            exchange.setProperty(STORED, ledger.apply(chunk, turn == null ? AT_ONCE : turn::await));
        } else if (chunk.last()) {
            handOver.giveLast(chunk);
        } else {
            handOver.give(chunk);
        }
    }

    HandOver<Chunk> handOver(String source, int ahead) {
        return new HandOver<>("store-" + source, ahead, chunk -> ledger.apply(chunk, AT_ONCE));
    }
}
