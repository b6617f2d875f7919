package org.vaxroute.submit;

import java.io.Closeable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Assembly;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileNaming;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.ledger.TestDatabase;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Verdict;

/** A ledger on H2, built files, and the real deliver routes. */
final class MailRoom implements Closeable {
    final MovedClock clock = new MovedClock();
    final Ledger ledger;
    final SubmissionFolder folder;
    final Path home;
    volatile boolean gateOpen = true;
    String poll = "50";
    private final LedgerSettings settings;
    volatile Delivery.Checkpoint checkpoint = Delivery.Checkpoint.NONE;
    private int records;
    private CamelContext camel;
    DeliverStep deliver;
    HandOver handOver;

    private final SendGate gate = new SendGate() {
        @Override
        public Answer maySend(String connection, Feed feed) {
            return Answer.OPEN;
        }

        @Override
        public Answer mayDeliver(String connection, Feed feed) {
            return gateOpen ? Answer.OPEN : Answer.closed("the test says so");
        }
    };

    MailRoom(Path home) {
        this.home = home;
        settings = TestDatabase.H2.fresh(home);
        ledger = Ledger.open(settings, clock);
        folder = new SubmissionFolder(home.resolve("work/out"));
    }

    /** A file of one message, decided, written and proved; its bytes are noise of that size. */
    SubmissionFile build(Account account, Feed feed, int size) {
        return build(account, feed, size, "TEST");
    }

    /** As {@link #build(Account, Feed, int)}, with a beginning of its name that no other account's file has. */
    SubmissionFile build(Account account, Feed feed, int size, String beginning) {
        GateState earned = feed == Feed.TEST ? GateState.TESTING : GateState.LIVE;
        GateState stands = ledger.gates().state("main");
        if (stands != earned) {
            ledger.gates().move("main", stands, earned, "ann", "as the test needs it");
        }
        records++;
        byte[] text = message(records).getBytes(StandardCharsets.US_ASCII);
        TakenRecord record = TakenRecord.of(SourceRef.of("test", "row-" + records, text), 1, text, Message.parse(text));
        record.judgement(new Judgement(Verdict.DELIVERABLE, List.of(Verdict.DELIVERABLE), List.of()));
        ledger.store(new Chunk("main", "test", feed, List.of(record), new PositionMove.None(), true));
        SubmissionFile file = ledger.submissionFiles()
                .assemble(new Assembly(
                        "main", feed, account.id(), account.dropOff(), 1, 1_000_000, "", new Names(beginning)))
                .orElseThrow();
        byte[] bytes = new byte[size];
        new Random(records).nextBytes(bytes);
        Path local = folder.file("main", file.name());
        folder.publish(folder.writeUnfinished(local, out -> out.write(bytes)), local);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return ledger.submissionFiles().built(file.id(), digest, size, file.messages(), file.doses());
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    Path local(SubmissionFile file) {
        return folder.file("main", file.name());
    }

    SubmissionFile now(SubmissionFile file) {
        return ledger.submissionFiles().find(file.id()).orElseThrow();
    }

    /** Starts the real routes for these accounts. */
    MailRoom start(Account... accounts) throws Exception {
        camel = new DefaultCamelContext();
        Properties settings = new Properties();
        settings.setProperty("deliver.poll", poll);
        settings.setProperty("deliver.throttle-files", "600");
        settings.setProperty("deliver.throttle-period", "1m");
        settings.setProperty("deliver.sftp-bulk-requests", "512");
        camel.getPropertiesComponent().setInitialProperties(settings);
        deliver = new DeliverStep(camel, List.of(accounts), ledger, folder, gate, "test", clock);
        deliver.checkpoint(step -> checkpoint.reached(step));
        handOver = new HandOver(List.of(accounts), ledger, folder, gate, home, "test", clock);
        camel.getRegistry().bind("deliver", deliver);
        camel.getRegistry().bind("handOver", handOver);
        for (String route : List.of(
                "failures/on-delivery-failure",
                "submit/deliver-sftp",
                "submit/deliver-ftps",
                "submit/deliver-folder")) {
            load(route);
        }
        camel.start();
        return this;
    }

    void load(String route) throws Exception {
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(ResourceHelper.resolveResource(camel, "file:routes/" + route + ".yaml"));
    }

    SendGate gate() {
        return gate;
    }

    CamelContext camel() {
        return camel;
    }

    void stop() {
        if (camel != null) {
            camel.stop();
            camel = null;
        }
    }

    @Override
    public void close() {
        stop();
        ledger.close();
    }

    private static String message(int number) {
        return "MSH|^~\\&|EHR|1234567890|TXImmTrac|TxDSHS|20261122||VXU^V04^VXU_V04|m" + number + "|P|2.5.1\r"
                + "PID|1||p" + number + "^^^EHR^MR||TEST^PATIENT^^^^^L||20200101|F\r"
                + "ORC|RE||o" + number + "^EHR\rRXA|0|1|20261101||08^HepB^CVX|999\r";
    }

    private record Names(String beginning) implements FileNaming {
        @Override
        public String series(Instant at) {
            return beginning + ".*.hl7";
        }

        @Override
        public long start() {
            return 0;
        }

        @Override
        public String name(Instant at, long number) {
            return beginning + "26327." + number + ".hl7";
        }
    }
}
