package org.vaxroute.intake;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.ledger.Pauses;
import org.vaxroute.ledger.Position;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.Positions;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.TakenRecord;

/** The read step of sources that make their records up: what each still owes, a chunk at a time. */
public final class MadeUpReader {
    private final List<MadeUpSource> sources;
    private final Positions positions;
    private final Pauses pauses;
    private final int size;

    /** @throws org.vaxroute.ledger.LedgerException when one of them has given real records before */
    public MadeUpReader(Collection<MadeUpSource> sources, Positions positions, Pauses pauses, IntakeSettings settings) {
        this.sources = List.copyOf(sources);
        this.positions = positions;
        this.pauses = pauses;
        this.size = settings.chunk();
        sources.forEach(source -> positions.madeUp(source.connection(), source.id()));
    }

    /** The next chunk of each source that has not given all that was asked for. */
    public List<Chunk> chunks() {
        List<Chunk> chunks = new ArrayList<>();
        for (MadeUpSource source : sources) {
            Optional<Position> position = positions.get(source.connection(), source.id(), source.feed());
            String mark = position.map(Position::value).orElse(null);
            int given = mark == null ? 0 : Integer.parseInt(mark);
            boolean paused =
                    pauses.of(Pausable.source(source.connection(), source.id())).isPresent();
            if (!paused && given < source.most()) {
                chunks.add(chunk(source, mark, given, (int) Math.min(source.most(), given + size)));
            }
        }
        return chunks;
    }

    private static Chunk chunk(MadeUpSource source, String mark, int given, int last) {
        List<TakenRecord> records = new ArrayList<>(last - given);
        for (int n = given + 1; n <= last; n++) {
            byte[] text = source.records().apply(n).getBytes(StandardCharsets.UTF_8);
            records.add(TakenRecord.of(SourceRef.of(source.id(), "made-up " + n, text), n, text, Message.parse(text)));
        }
        return new Chunk(
                source.connection(),
                source.id(),
                source.feed(),
                records,
                new PositionMove.Mark(Integer.toString(last), mark),
                last == source.most());
    }
}
