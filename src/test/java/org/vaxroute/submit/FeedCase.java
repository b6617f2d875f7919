package org.vaxroute.submit;

import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.ledger.ResendRules;
import org.vaxroute.ledger.Stage;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.TestDatabase;

/** A test on an empty ledger, once on each database, with a clock to move and words to tell a feed's story in. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
public abstract class FeedCase {
    protected static final String MAIN = "main";
    protected static final String NODE = "this node";
    protected static final ZoneId TEXAS = ZoneId.of("America/Chicago");

    /** Lets everything through. */
    protected static final SendGate OPEN = new SendGate() {
        @Override
        public Answer maySend(String connection, Feed feed) {
            return Answer.OPEN;
        }

        @Override
        public Answer mayDeliver(String connection, Feed feed) {
            return Answer.OPEN;
        }
    };

    @Parameter
    protected TestDatabase database;

    @TempDir
    protected Path work;

    protected final MovableClock clock = new MovableClock("2026-02-03T18:00:00Z");
    protected Ledger ledger;
    protected ReadyRecords records;
    private LedgerSettings settings;

    @BeforeEach
    void openLedger() {
        settings = database.fresh(work);
        ledger = Ledger.open(settings, clock);
        records = new ReadyRecords(() -> ledger, 20261122);
    }

    @AfterEach
    void closeLedger() {
        ledger.close();
    }

    /** Where the ledger is. */
    protected LedgerSettings settings() {
        return settings;
    }

    /** Opens the ledger with what the registry wants to be told again. */
    protected Ledger openWith(ResendRules rules) {
        return Ledger.open(settings, connection -> rules, clock);
    }

    /** From now on the ledger is meant to be in another, empty database. */
    protected void anotherDatabase() {
        settings = database.fresh(work);
    }

    /** As after a restart of this node, which gives back what it held. */
    protected void reopen() {
        ledger.close();
        ledger = Ledger.open(settings, clock);
        ledger.leases().releaseLeftBy(NODE);
    }

    /** A second node on the same database. */
    protected Ledger another(Clock itsClock) {
        return Ledger.open(settings, itsClock);
    }

    protected static AssemblySettings assembly(FileLimits limits) {
        return assembly(limits, NameTemplate.DEFAULT);
    }

    protected static AssemblySettings assembly(FileLimits limits, String names) {
        Destination one = new Destination("main", "hl7-dropoff");
        return new AssemblySettings(
                MAIN,
                new NameTemplate(names, "ABCDEF", TEXAS),
                Map.of(Stage.TEST, one, Stage.PRODUCTION, one),
                Map.of(Feed.TEST, limits, Feed.ONGOING, limits, Feed.HISTORICAL, limits),
                Map.of(Stage.TEST, envelope("T"), Stage.PRODUCTION, envelope("P")),
                100,
                false);
    }

    protected static Envelope envelope(String processingId) {
        return Envelope.full("EHR", "0123456789", "TxImmTrac", "TxDSHS", processingId, TEXAS);
    }

    /** Builds all files of the ongoing feed that there are, into the work folder. */
    protected void build(FileLimits limits) {
        FileAssembler assembler =
                new FileAssembler(ledger, id -> assembly(limits), OPEN, new SubmissionFolder(work.resolve("out")));
        FileRun run = assembler.open(MAIN, Feed.ONGOING);
        while (assembler.choose(run)) {
            assembler.write(run);
            assembler.prove(run);
            assembler.publish(run);
        }
    }

    /** Does what delivery does, to a file whose bytes are written. */
    protected SubmissionFile deliver(SubmissionFile file) {
        ledger.submissionFiles().sending(file.id());
        ledger.submissionFiles().uploaded(file.id());
        return ledger.submissionFiles().sent(file.id());
    }
}
