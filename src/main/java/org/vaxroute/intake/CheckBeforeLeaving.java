package org.vaxroute.intake;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.ledger.WaitingCheck;
import org.vaxroute.ledger.WaitingText;

/** Judges records that have waited long once more, by the day on which they leave, and has those held that would be held now. */
public final class CheckBeforeLeaving {
    private static final Logger LOG = LoggerFactory.getLogger(CheckBeforeLeaving.class);

    private final WaitingCheck waiting;
    private final Check check;
    private final Map<String, Duration> after;
    private final Clock clock;

    /** @param after by connection, how long a judgement holds */
    public CheckBeforeLeaving(WaitingCheck waiting, Check check, Map<String, Duration> after, Clock clock) {
        this.waiting = waiting;
        this.check = check;
        this.after = Map.copyOf(after);
        this.clock = clock;
    }

    /** @param most how many records the next file takes at most */
    public void look(String connection, Feed feed, int most) {
        int held = waiting.look(
                connection,
                feed,
                clock.instant().minus(after.get(connection)),
                most,
                texts -> judge(connection, feed, texts));
        if (held > 0) {
            LOG.info("{} records of {} ({}) that waited long are held now", held, connection, feed);
        }
    }

    private List<TakenRecord> judge(String connection, Feed feed, List<WaitingText> texts) {
        List<TakenRecord> all = new ArrayList<>();
        for (WaitingText text : texts) {
            TakenRecord record =
                    TakenRecord.of(SourceRef.ofFile(0, 1), 1, text.received(), Message.parse(text.outgoing()));
            check.check(new Chunk(connection, text.source(), feed, List.of(record), new PositionMove.None(), false));
            Recheck.numberAsBefore(text.doses(), record);
            all.add(record);
        }
        return all;
    }
}
