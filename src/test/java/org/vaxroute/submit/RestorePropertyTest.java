package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.HeldFilter;
import org.vaxroute.ledger.HeldRecord;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerCopy;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.Replays;
import org.vaxroute.ledger.ResendRules;
import org.vaxroute.ledger.SourceFile;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.ledger.TestDatabase;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Severity;
import org.vaxroute.rules.Verdict;

/**
 * Random days of an EHR's files with corrections, voided and held doses; in the middle a backup, later the ledger is lost and restored. A model
 * of the registry that only reads the files must end where it ends without the loss, and must never be told what it has.
 */
class RestorePropertyTest extends FeedCase {
    private static final int STEPS = Integer.getInteger("vaxroute.restore.steps", 10);
    private static final int ROUNDS = Integer.getInteger("vaxroute.restore.rounds", 1);
    private static final long SEED = Long.getLong("vaxroute.restore.seed", 18_001);
    private static final String CLINIC = "clinic";

    private ResendRules rules = ResendRules.DEFAULT;

    /** What happened, for whoever has to understand a failure. */
    private final StringBuilder story = new StringBuilder();

    private static String brief(String message) {
        StringBuilder brief = new StringBuilder();
        for (String line : message.split("\r")) {
            String[] fields = line.split("\\|");
            switch (fields[0]) {
                case "MSH" -> brief.append(fields[9]);
                case "PID" ->
                    brief.append(' ').append(fields[3], 0, 2).append(' ').append(fields[5], 0, 5);
                case "ORC" -> brief.append(' ').append(fields[3], 0, 4);
                case "RXA" -> brief.append('=').append(fields[15]).append(fields[21]);
                default -> {}
            }
        }
        return brief.toString();
    }

    /** What the registry has, by what it was told. */
    private final class Registry {
        private final Map<String, String> patients = new TreeMap<>();
        private final Map<String, String> doses = new TreeMap<>();

        /** Names as messages said them that did more than delete: of a delete a registry may pass over the patient. */
        private final Map<String, String> saidWithDoses = new TreeMap<>();

        /**
         * Patients of whom a record that is held says something else: what it says must not outlive what is said after it, so that is told
         * again, whether the registry knows it or not.
         */
        private final Set<String> saidOtherwise = new HashSet<>();

        void held(Message message) {
            String patient = message.get("PID-3");
            if (!message.get("PID-5").equals(saidWithDoses.get(patient))) {
                saidOtherwise.add(patient);
            }
        }

        void read(Path file) throws IOException {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            for (String message : text.split("(?=MSH\\|)")) {
                if (!message.startsWith("MSH")) {
                    continue;
                }
                story.append("    sent in ")
                        .append(file.getFileName())
                        .append(": ")
                        .append(brief(message))
                        .append('\n');
                boolean deletes = Arrays.stream(message.split("\r"))
                        .filter(line -> line.startsWith("RXA"))
                        .allMatch(line -> line.split("\\|")[21].equals("D"));
                boolean news = false;
                String patient = "";
                String order = "";
                for (String line : message.split("\r")) {
                    String[] fields = line.split("\\|");
                    switch (fields[0]) {
                        case "PID" -> {
                            patient = fields[3];
                            news |= !fields[5].equals(patients.put(patient, fields[5]));
                            news |= !deletes && !fields[5].equals(saidWithDoses.put(patient, fields[5]));
                        }
                        case "ORC" -> order = fields[3];
                        case "RXA" -> {
                            String is = fields[3] + " " + fields[5] + " " + fields[15];
                            if (fields[21].equals("D")) {
                                news |= doses.remove(order) != null;
                            } else {
                                news |= !is.equals(doses.put(order, is));
                            }
                        }
                        default -> {}
                    }
                }
                assertThat(news || saidOtherwise.remove(patient))
                        .as("the last message says something new:%n%s", story)
                        .isTrue();
            }
        }
    }

    /** One installation with its registry. */
    private final class Installation {
        private final SubmissionFolder folder;
        private final Registry registry = new Registry();
        private Ledger its;
        private FileAssembler assembler;

        Installation(Ledger ledger, Path out) {
            folder = new SubmissionFolder(out);
            use(ledger);
        }

        void use(Ledger ledger) {
            its = ledger;
            if (its.gates().state(MAIN) == GateState.REGISTERED) {
                its.gates().move(MAIN, GateState.REGISTERED, GateState.LIVE, "test", "live already");
            }
            its.submissionFiles().tell((file, state) -> folder.note(file, state, clock.instant()));
            assembler = new FileAssembler(its, id -> assembly(FileLimits.DEFAULT.atMost(3)), OPEN, folder);
        }

        void take(EhrFile file) {
            story.append("  read ").append(file.name).append('\n');
            file.records.forEach(text -> story.append("      ")
                    .append(brief(new String(text, StandardCharsets.US_ASCII)))
                    .append('\n'));
            byte[] bytes = file.name.getBytes(StandardCharsets.US_ASCII);
            int doses = file.records.stream()
                    .mapToInt(text -> Message.parse(text).doses())
                    .sum();
            SourceFile row = its.sourceFiles()
                    .take(
                            CLINIC,
                            MAIN,
                            Feed.ONGOING,
                            file.name,
                            bytes.length,
                            sha256(bytes),
                            file.records.size(),
                            doses);
            int at = row.messagesStored();
            while (at < file.records.size()) {
                int end = Math.min(file.records.size(), at + 2);
                List<TakenRecord> records = new ArrayList<>();
                for (int i = at; i < end; i++) {
                    TakenRecord record = judged(SourceRef.ofFile(row.id(), i + 1), i + 1, file.records.get(i));
                    records.add(record);
                    if (record.judgement().doses().contains(Verdict.HELD)) {
                        registry.held(record.message());
                    }
                }
                at = end;
                its.store(new Chunk(
                        MAIN,
                        CLINIC,
                        Feed.ONGOING,
                        records,
                        new PositionMove.InFile(row.id(), at, at, at == file.records.size()),
                        at == file.records.size()));
            }
            its.sourceFiles().done(row.id());
        }

        /** Sends what waits; where a file stops on its way it is left there. */
        void send(int files, int stopsAt) throws IOException {
            FileRun run = assembler.open(MAIN, Feed.ONGOING);
            for (int i = 0; i < files && assembler.choose(run); i++) {
                assembler.write(run);
                assembler.prove(run);
                SubmissionFile file = run.file();
                assembler.publish(run);
                deliver(file, i == files - 1 ? stopsAt : 4);
            }
            run.letGo();
        }

        private void deliver(SubmissionFile file, int steps) throws IOException {
            if (steps > 0) {
                its.submissionFiles().sending(file.id());
            }
            if (steps > 1) {
                its.submissionFiles().uploaded(file.id());
            }
            if (steps > 2) {
                its.submissionFiles().sent(file.id());
                registry.read(folder.file(MAIN, file.name()));
            }
        }

        /** Takes up what is on its way. */
        void goOn() throws IOException {
            Set<FileState> owed = Set.of(FileState.UPLOADED, FileState.SENDING, FileState.BUILT);
            for (SubmissionFile file : its.submissionFiles().in(owed, 100)) {
                if (file.sha256() == null) {
                    continue;
                }
                if (file.state() != FileState.UPLOADED) {
                    its.submissionFiles().sending(file.id());
                    its.submissionFiles().uploaded(file.id());
                }
                its.submissionFiles().sent(file.id());
                registry.read(folder.file(MAIN, file.name()));
            }
        }

        void assertBalanced(String when) {
            assertThat(its.conservation().balance().differences()).as(when).isEmpty();
        }
    }

    private record EhrFile(String name, List<byte[]> records) {}

    @Test
    void a_ledger_that_was_lost_ends_where_it_would_have_ended() throws Exception {
        for (int round = 1; round <= ROUNDS; round++) {
            long seed = SEED + round;
            rules = new ResendRules(
                    seed % 2 == 0, seed % 3 == 0 ? ResendRules.Correction.UPDATE : ResendRules.Correction.DELETE_ADD);
            play(new Random(seed), "seed " + seed, work.resolve("round" + round));
            closeLedger();
            work = work.resolve("next" + round);
            openLedger();
        }
    }

    private void play(Random random, String seed, Path place) throws Exception {
        ledger.close();
        ledger = openWith(rules);
        story.setLength(0);
        story.append(seed).append(' ').append(rules).append('\n');
        Installation lost = new Installation(ledger, place.resolve("out"));
        List<EhrFile> sinceBackup = new ArrayList<>();
        int backupAt = 2 + random.nextInt(STEPS / 2);
        int lossAt = backupAt + 2 + random.nextInt(STEPS / 2);
        Path backup = Files.createDirectories(place.resolve("backup"));
        List<EhrFile> all = new ArrayList<>();
        for (int step = 0; step < STEPS + 4; step++) {
            clock.advance(Duration.ofMinutes(10));
            if (step == backupAt) {
                story.append("BACKUP\n");
                lost.its.copy().to(backup);
                sinceBackup.clear();
            }
            if (step == lossAt) {
                restore(lost, backup, place, sinceBackup, seed);
            }
            EhrFile file = file(random, "day" + step + ".hl7");
            all.add(file);
            sinceBackup.add(file);
            lost.take(file);
            if (random.nextInt(3) > 0) {
                lost.goOn();
                lost.send(1 + random.nextInt(2), random.nextInt(4));
            }
            lost.assertBalanced(seed + ", step " + step);
        }
        lost.goOn();
        lost.send(100, 4);
        lost.goOn();
        lost.assertBalanced(seed + ", at the end");
        assertThat(held(lost.its))
                .as(seed + ": nothing is held for the restore")
                .doesNotContain("RESTORED");

        story.append("WITHOUT THE LOSS\n");
        Registry without = withoutLoss(all, place.resolve("control"));
        assertThat(lost.registry.doses).as("%s", story).isEqualTo(without.doses);
        assertThat(lost.registry.patients).as("%s", story).isEqualTo(without.patients);
    }

    private void restore(Installation lost, Path backup, Path place, List<EhrFile> sinceBackup, String seed)
            throws Exception {
        story.append("LOST AND RESTORED\n");
        lost.its.close();
        if (database == TestDatabase.H2) {
            Path file = settings().file().orElseThrow();
            Files.delete(file);
            LedgerCopy.unpack(settings(), backup);
            lost.use(openWith(rules));
            lost.its.replays().begin(clock.instant(), "test");
        } else {
            anotherDatabase();
            LedgerCopy.load(settings(), backup, clock.instant(), clock.instant(), "test");
            lost.use(openWith(rules));
        }
        Map<String, Replay.Told> told = new Replay(lost.its, lost.folder, connection -> Optional.of(0L)).enter();
        assertThat(told.get(MAIN) == null ? List.of() : told.get(MAIN).faults())
                .as(seed)
                .isEmpty();
        lost.its.replays().renumber();
        List<String> order = sinceBackup.stream()
                .map(file -> HexFormat.of().formatHex(sha256(file.name.getBytes(StandardCharsets.US_ASCII))))
                .toList();
        for (EhrFile file : sinceBackup) {
            byte[] sha256 = sha256(file.name.getBytes(StandardCharsets.US_ASCII));
            lost.its.secondReadings().readAgain(MAIN, CLINIC, Feed.ONGOING, file.name, sha256, order);
        }
        lost.its.replays().reached(Replays.State.DONE);
        lost.assertBalanced(seed + ", after the restore");
        for (EhrFile file : sinceBackup) {
            lost.take(file);
            lost.assertBalanced(seed + ", " + file.name + " read again");
        }
        ledger = lost.its;
    }

    private Registry withoutLoss(List<EhrFile> files, Path place) throws Exception {
        try (Ledger control = Ledger.open(
                new org.vaxroute.ledger.LedgerSettings(
                        "jdbc:h2:file:" + place.resolve("ledger"), "vaxroute", "", 10, false),
                connection -> rules,
                clock)) {
            Installation one = new Installation(control, place.resolve("out"));
            for (EhrFile file : files) {
                one.take(file);
                one.send(100, 4);
            }
            return one.registry;
        }
    }

    private static List<String> held(Ledger ledger) {
        return ledger.records().held(HeldFilter.of("", "", ""), 0, 1_000).stream()
                .map(HeldRecord::rule)
                .toList();
    }

    private static EhrFile file(Random random, String name) {
        List<byte[]> records = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(4); i++) {
            int patient = 1 + random.nextInt(3);
            StringBuilder text =
                    new StringBuilder("MSH|^~\\&|EHR|CLINIC|IIS|TX|20260203||VXU^V04^VXU_V04|" + name + i + "|P|2.5.1\r"
                            + "PID|1||P" + patient + "^^^EHR^MR||Name" + random.nextInt(2) + "^Ann||20200101|F\r");
            int first = 1 + random.nextInt(3);
            for (int dose = first; dose <= Math.min(3, first + random.nextInt(2)); dose++) {
                boolean voided = random.nextInt(8) == 0;
                text.append("ORC|RE||D" + patient + "-" + dose + "^EHR\r");
                text.append("RXA|0|1|2026010" + dose + "||03^MMR^CVX|0.5|mL^^UCUM||00^new^NIP001||||||"
                        + (random.nextInt(6) == 0 ? "BAD" : "LOT") + random.nextInt(3) + "||||||" + (voided ? "D" : "A")
                        + "\r");
            }
            records.add(text.toString().getBytes(StandardCharsets.US_ASCII));
        }
        return new EhrFile(name, records);
    }

    /** Doses of bad lots are held. */
    private static TakenRecord judged(SourceRef ref, int ordinal, byte[] text) {
        Message message = Message.parse(text);
        TakenRecord record = TakenRecord.of(ref, ordinal, text, message);
        List<Verdict> verdicts = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        for (int dose = 1; dose <= message.doses(); dose++) {
            boolean bad = message.get("ORDER[" + dose + "]/RXA-15").startsWith("BAD");
            verdicts.add(bad ? Verdict.HELD : Verdict.DELIVERABLE);
            if (bad) {
                findings.add(new Finding(
                        "BAD-LOT", Severity.ERROR, Effect.DOSE, "ORDER[" + dose + "]/RXA-15", "Bad lot.", "Mend it."));
            }
        }
        boolean all = verdicts.stream().allMatch(Verdict.HELD::equals);
        record.judgement(new Judgement(all ? Verdict.HELD : Verdict.DELIVERABLE, verdicts, findings));
        return record;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
