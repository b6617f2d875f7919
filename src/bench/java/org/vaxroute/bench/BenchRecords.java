package org.vaxroute.bench;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vaxroute.hl7.Limits;
import org.vaxroute.hl7.Message;
import org.vaxroute.hl7.Split;
import org.vaxroute.hl7.Splitter;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileNaming;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.SourceFile;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Judgement;

/** Records of two doses in a ledger, all judged alike, for measurements that begin behind the store. */
final class BenchRecords {
    /** Names of submission files that no registry looks at. */
    static final FileNaming NAMES = new FileNaming() {
        @Override
        public String series(java.time.Instant at) {
            return "bench.*";
        }

        @Override
        public long start() {
            return 0;
        }

        @Override
        public String name(java.time.Instant at, long sequence) {
            return "bench." + sequence;
        }
    };

    private static final int CHUNK = 1_000;

    private BenchRecords() {}

    /** Stores so many records of one file, which is written into {@code home} first. */
    static void store(Ledger ledger, Path home, int records, Judgement judgement) throws Exception {
        store(ledger, home, 1, records, judgement);
    }

    /** @param seed other records for another one */
    static void store(Ledger ledger, Path home, int seed, int records, Judgement judgement) throws Exception {
        Path file = home.resolve("records.hl7");
        BenchInput.write(file, records, seed);
        byte[] sum = ByteBuffer.allocate(32).putInt(seed).array();
        SourceFile source = ledger.sourceFiles()
                .take("bench", "main", Feed.ONGOING, "records" + seed + ".hl7", Files.size(file), sum, records, records * 2L);
        List<TakenRecord> taken = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file);
                Splitter splitter = new Splitter(in, 0, 1, Limits.STANDARD)) {
            while (splitter.hasNext()) {
                Split split = splitter.next();
                TakenRecord record = TakenRecord.of(
                        SourceRef.ofFile(source.id(), split.ordinal()), split.ordinal(), split.text(), Message.parse(split.text()));
                record.judgement(judgement);
                taken.add(record);
                boolean last = split.ordinal() == records;
                if (taken.size() == CHUNK || last) {
                    PositionMove move = new PositionMove.InFile(source.id(), split.offset(), split.ordinal(), last);
                    ledger.store(new Chunk("main", "bench", Feed.ONGOING, taken, move, last));
                    taken.clear();
                }
            }
        }
    }
}
