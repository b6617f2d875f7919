package org.vaxroute.intake;

import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Records;
import org.vaxroute.ledger.Stored;

/**
 * The store step: the ledger takes the chunk and the source's new position in one transaction.
 *
 * <p>For a file or a query the chunk is handed to a second thread, so that the next one is read and checked meanwhile;
 * the last chunk's step ends only when all of them are committed. MLLP waits for its own commit, which comes after those of the groups before, and
 * stores nothing of a source that is paused.
 */
public final class StoreStep {
    static final String HAND_OVER = "vaxroute.handOver";
    static final String TURN = "vaxroute.turn";

    /** What MLLP's chunk came to; an empty one when its source is paused. */
    static final String STORED = "vaxroute.stored";

    private final Function<Chunk, Stored> ledger;
    private final BiFunction<Chunk, Runnable, Optional<Stored>> inTurn;

    public StoreStep(Records records) {
        this(records::store, records::storeUnlessPaused);
    }

    StoreStep(Function<Chunk, Stored> ledger) {
        this(ledger, (chunk, turn) -> {
            turn.run();
            return Optional.of(ledger.apply(chunk));
        });
    }

    private StoreStep(Function<Chunk, Stored> ledger, BiFunction<Chunk, Runnable, Optional<Stored>> inTurn) {
        this.ledger = ledger;
        this.inTurn = inTurn;
    }

    /** Stores the chunk, or hands it over to be stored in its turn. */
    public void store(Chunk chunk, Exchange exchange) {
        @SuppressWarnings("unchecked")
        HandOver<Chunk> handOver = exchange.getProperty(HAND_OVER, HandOver.class);
        GroupCommit.Turn turn = exchange.getProperty(TURN, GroupCommit.Turn.class);
        if (turn != null) {
            exchange.setProperty(STORED, inTurn.apply(chunk, turn::await));
        } else if (handOver == null) {
            ledger.apply(chunk);
        } else if (chunk.last()) {
            handOver.giveLast(chunk);
        } else {
            handOver.give(chunk);
        }
    }

    HandOver<Chunk> handOver(String source, int ahead) {
        return new HandOver<>("store-" + source, ahead, ledger::apply);
    }
}
