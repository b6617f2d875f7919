package org.vaxroute.submit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Verdict;

/** Puts deliverable records of made-up patients into a lane of the ledger. */
public final class ReadyRecords {
    private final Supplier<Ledger> ledger;
    private final Random random;
    private int count;
    private int born = 2015;

    public ReadyRecords(Supplier<Ledger> ledger, long seed) {
        this.ledger = ledger;
        this.random = new Random(seed);
    }

    /** The patients of the records that follow are born in that year. */
    public ReadyRecords bornIn(int year) {
        born = year;
        return this;
    }

    /** Stores so many records of one dose each. */
    public void store(String connection, Feed feed, int records) {
        store(connection, feed, records, 1, 0);
    }

    /** Stores one record for each number, with so many doses. */
    public void storeOfDoses(String connection, Feed feed, int... doses) {
        List<TakenRecord> chunk = new ArrayList<>();
        for (int each : doses) {
            chunk.add(record(feed, chunk.size() + 1, each, 0));
        }
        ledger.get().records().store(new Chunk(connection, "made-up", feed, chunk, new PositionMove.None(), true));
    }

    /** Stores records of one to {@code mostDoses} doses, with up to {@code mostPadding} bytes more in each. */
    public void store(String connection, Feed feed, int records, int mostDoses, int mostPadding) {
        List<TakenRecord> chunk = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            int doses = 1 + random.nextInt(mostDoses);
            chunk.add(record(feed, i + 1, doses, mostPadding == 0 ? 0 : random.nextInt(mostPadding)));
        }
        ledger.get().records().store(new Chunk(connection, "made-up", feed, chunk, new PositionMove.None(), true));
    }

    private TakenRecord record(Feed feed, int place, int doses, int padding) {
        count++;
        byte[] text = vxu(doses, padding);
        TakenRecord record =
                TakenRecord.of(SourceRef.of("made-up", "M" + count + feed, text), place, text, Message.parse(text));
        record.judgement(
                new Judgement(Verdict.DELIVERABLE, Collections.nCopies(doses, Verdict.DELIVERABLE), List.of()));
        return record;
    }

    private byte[] vxu(int doses, int padding) {
        StringBuilder text = new StringBuilder();
        text.append("MSH|^~\\&|EHR|0123456789|TxImmTrac|TxDSHS|20260203120000-0600||VXU^V04^VXU_V04|M")
                .append(count)
                .append("|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS\r");
        text.append("PID|1||P")
                .append(count)
                .append("^^^EHR^MR||Made^Up")
                .append(count)
                .append("^^^^^L||")
                .append(born)
                .append("0101|F\r");
        for (int dose = 1; dose <= doses; dose++) {
            text.append("ORC|RE||D").append(count).append('-').append(dose).append("^EHR\r");
            text.append("RXA|0|1|202601")
                    .append(10 + dose)
                    .append("||")
                    .append(100 + dose)
                    .append("^X^CVX|0.5|mL^^UCUM||00^new^NIP001\r");
        }
        if (padding > 0) {
            text.append("NTE|1||").append("x".repeat(padding)).append('\r');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
