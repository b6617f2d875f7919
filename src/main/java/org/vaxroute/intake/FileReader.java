package org.vaxroute.intake;

import java.time.Clock;
import java.util.Iterator;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.vaxroute.ledger.Chunk;

/** The read step of the file intake: the chunks of the file that is being taken. */
public final class FileReader {
    private final IntakeSettings settings;
    private final StoreStep store;
    private final Clock clock;

    public FileReader(IntakeSettings settings, StoreStep store, Clock clock) {
        this.settings = settings;
        this.store = store;
        this.clock = clock;
    }

    /** The chunks of the file, read as the route asks for them and from where the ledger says to go on. */
    public Iterator<Chunk> chunks(Exchange exchange) {
        Taking taking = exchange.getProperty(FileTakeStep.TAKING, Taking.class);
        if (taking == null) {
            throw new IllegalStateException("The file route needs processStrategy: \"#sourceFiles\".");
        }
        var chunks = new FileChunks[1];
        // A file of one chunk has no next one to be prepared meanwhile.
        HandOver<Chunk> handOver = taking.seen().messages() <= settings.chunk()
                ? null
                : store.handOver(taking.source().id(), settings.ahead());
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange ended) {
                if (handOver != null) {
                    handOver.close();
                }
                if (chunks[0] != null) {
                    chunks[0].close();
                }
            }

            // Before the file is moved: the storing thread must have come to rest.
            @Override
            public int getOrder() {
                return HIGHEST;
            }
        });
        exchange.setProperty(StoreStep.HAND_OVER, handOver);
        chunks[0] = new FileChunks(taking, settings, this::open);
        return handOver == null ? chunks[0] : handOver.untilOver(chunks[0]);
    }

    private FileRecords open(HashedInput in, Taking taking) throws java.io.IOException {
        return FirstPasses.csv(taking.file())
                ? new CsvRecords(in, taking.source(), taking.row(), settings.largestMessage(), clock)
                : new Hl7Records(in, taking.row(), FirstPasses.limits(settings));
    }
}
