package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.vaxroute.hl7.Inspection;
import org.vaxroute.hl7.Limits;
import org.vaxroute.hl7.Message;
import org.vaxroute.hl7.Splitter;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.Stage;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.TestDatabase;

class FileAssemblerTest extends FeedCase {
    @Test
    void a_file_is_an_envelope_around_the_lanes_records_in_their_order() throws IOException {
        records.store(MAIN, Feed.ONGOING, 3, 4, 0);
        SubmissionFile file = run(assembler(FileLimits.DEFAULT), Feed.ONGOING).get(0);

        String text = Files.readString(out(file), StandardCharsets.US_ASCII);
        assertThat(file.name()).isEqualTo("ABCDEF26034.0.hl7");
        String tag = ledger.controlIds().tag();
        assertThat(text.split("\r"))
                .startsWith(
                        "FHS|^~\\&|EHR|0123456789|TxImmTrac|TxDSHS|20260203120000-0600||ABCDEF26034.0.hl7||" + tag
                                + "-F1",
                        "BHS|^~\\&|EHR|0123456789|TxImmTrac|TxDSHS|20260203120000-0600||||" + tag + "-B1")
                .endsWith("BTS|3", "FTS|1");
        assertThat(text).doesNotContain("\n");
        assertThat(messages(out(file)))
                .extracting(message -> message.get("PID-3.1"))
                .containsExactly("P1", "P2", "P3");
        assertThat(messages(out(file)))
                .extracting(message -> message.get("MSH-10"))
                .allMatch(id -> id.startsWith(tag + "-"));
    }

    @Test
    void the_processing_id_is_that_of_the_stage() throws IOException {
        records.store(MAIN, Feed.TEST, 1);
        records.store(MAIN, Feed.ONGOING, 1);
        FileAssembler assembler = assembler(FileLimits.DEFAULT);
        assertThat(messages(out(run(assembler, Feed.TEST).get(0))))
                .extracting(message -> message.get("MSH-11"))
                .containsExactly("T");
        assertThat(messages(out(run(assembler, Feed.ONGOING).get(0))))
                .extracting(message -> message.get("MSH-11"))
                .containsExactly("P");
    }

    @Test
    void the_ledger_knows_the_bytes_and_the_manifest_says_the_same() throws IOException {
        records.store(MAIN, Feed.ONGOING, 5, 3, 100);
        SubmissionFile file = run(assembler(FileLimits.DEFAULT), Feed.ONGOING).get(0);
        Inspection found = Inspection.of(new ByteArrayInputStream(Files.readAllBytes(out(file))), Limits.STANDARD);
        Manifest manifest = Manifest.read(folder().manifest(MAIN, file.name()));

        assertThat(file.sha256()).isEqualTo(found.sha256Hex()).isEqualTo(manifest.sha256());
        assertThat(file.size()).isEqualTo(found.bytes()).isEqualTo(manifest.bytes());
        assertThat(file.messages())
                .isEqualTo(found.messages())
                .isEqualTo(manifest.members().size())
                .isEqualTo(5);
        assertThat(file.doses()).isEqualTo(found.doses()).isEqualTo(manifest.doses());
    }

    @Test
    void no_file_is_above_the_count_or_the_bytes_unless_one_message_alone_is() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 6; round++) {
            FileLimits limits = new FileLimits(1 + random.nextInt(20), 2_000 + random.nextInt(20_000));
            int stored = 1 + random.nextInt(60);
            records.store(MAIN, Feed.ONGOING, stored, 5, 1 + random.nextInt(6_000));
            List<SubmissionFile> files = run(assembler(limits), Feed.ONGOING);
            assertThat(files.stream().mapToInt(SubmissionFile::messages).sum())
                    .as("seed %d", seed)
                    .isEqualTo(stored);
            for (SubmissionFile file : files) {
                assertThat(file.messages()).as("seed %d, %s", seed, limits).isLessThanOrEqualTo(limits.messages());
                if (file.messages() > 1) {
                    assertThat(Files.size(out(file)))
                            .as("seed %d, %s", seed, limits)
                            .isLessThanOrEqualTo(limits.bytes());
                }
            }
        }
    }

    @Test
    void a_kill_at_any_step_ends_in_the_same_bytes_and_one_file() throws IOException {
        List<String> steps = List.of("created", "written", "forced", "renamed", "published");
        for (String suffix : List.of(".hl7", ".hl7.manifest.json")) {
            for (String step : steps) {
                records.store(MAIN, Feed.ONGOING, 4, 3, 200);
                FileAssembler dying =
                        assembler(FileLimits.DEFAULT, new SubmissionFolder(work.resolve("out"), reached -> {
                            if (reached.startsWith(step) && reached.endsWith(suffix)) {
                                throw new Killed();
                            }
                        }));
                assertThatThrownBy(() -> run(dying, Feed.ONGOING)).isInstanceOf(Killed.class);
                SubmissionFile decided = latest();
                assertThat(decided.sha256()).as("delivery must not see it yet").isNull();
                Path place = out(decided);
                String firstBytes = Files.exists(place) ? sha256(place) : null;

                reopen();
                clock.advance(Duration.ofDays(1));
                List<SubmissionFile> files = run(assembler(FileLimits.DEFAULT), Feed.ONGOING);
                assertThat(files).as("%s %s", step, suffix).hasSize(1);
                assertThat(files.get(0).id()).isEqualTo(decided.id());
                assertThat(files.get(0).sha256()).isEqualTo(sha256(place));
                if (firstBytes != null) {
                    assertThat(sha256(place)).as("%s %s", step, suffix).isEqualTo(firstBytes);
                }
                try (Stream<Path> left = Files.list(place.getParent())) {
                    assertThat(left.filter(file -> file.getFileName().toString().startsWith(".")))
                            .isEmpty();
                }
            }
        }
    }

    @Test
    void a_kill_after_the_decision_and_new_settings_still_give_the_file_that_was_decided() throws IOException {
        records.store(MAIN, Feed.ONGOING, 4);
        FileAssembler dying = assembler(FileLimits.DEFAULT);
        FileRun run = dying.open(MAIN, Feed.ONGOING);
        assertThat(dying.choose(run)).isTrue();
        SubmissionFile decided = latest();
        reopen();

        clock.advance(Duration.ofHours(30));
        FileAssembler other =
                new FileAssembler(ledger, id -> assembly(new FileLimits(1, 9_000), "{code}-{seq}.txt"), OPEN, folder());
        SubmissionFile file = run(other, Feed.ONGOING).get(0);
        assertThat(file.name()).isEqualTo(decided.name()).isEqualTo("ABCDEF26034.0.hl7");
        assertThat(file.messages()).isEqualTo(4);
        assertThat(Files.readString(out(file)))
                .startsWith("FHS|^~\\&|EHR|0123456789|TxImmTrac|TxDSHS|20260203120000-0600|");
    }

    @Test
    void a_lost_file_is_written_again_with_the_same_bytes() throws IOException {
        records.store(MAIN, Feed.ONGOING, 4, 3, 200);
        FileAssembler assembler = assembler(FileLimits.DEFAULT);
        SubmissionFile file = run(assembler, Feed.ONGOING).get(0);
        byte[] first = Files.readAllBytes(out(file));
        Files.delete(out(file));
        clock.advance(Duration.ofDays(40));
        assertThat(new OwnCopies(ledger, folder()).restore(file)).hasBinaryContent(first);
    }

    @Test
    void a_changed_copy_that_is_removed_as_its_message_says_is_written_again_and_leaves() throws IOException {
        ledger.gates().of(MAIN);
        ledger.gates().move(MAIN, GateState.REGISTERED, GateState.LIVE, "ann", "live already");
        records.store(MAIN, Feed.ONGOING, 3);
        SubmissionFile file = run(assembler(FileLimits.DEFAULT), Feed.ONGOING).get(0);
        byte[] built = Files.readAllBytes(out(file));
        Account account = Account.builder("main", Account.Kind.FOLDER)
                .dropOff("to-upload")
                .build();
        HandOver handOver = new HandOver(List.of(account), ledger, folder(), OPEN, work, NODE, clock);
        Files.write(out(file), new byte[10]);
        assertThatThrownBy(() -> handOver.handOver(account))
                .hasMessageContaining("Remove it; it is then written again from the ledger.");

        Files.delete(out(file));
        clock.advance(Duration.ofHours(5));
        handOver.handOver(account);
        assertThat(out(file)).hasBinaryContent(built);
        assertThat(work.resolve("to-upload").resolve(file.name())).hasBinaryContent(built);
        assertThat(ledger.submissionFiles().find(file.id()).orElseThrow().state())
                .isEqualTo(FileState.UPLOADED);
        assertThat(ledger.alarms().open()).isEmpty();
    }

    @Test
    void a_full_disk_leaves_the_decided_file_for_the_next_run() throws IOException {
        records.store(MAIN, Feed.ONGOING, 2);
        Files.writeString(work.resolve("out"), "in the way");
        FileAssembler assembler = assembler(FileLimits.DEFAULT);
        FileRun run = assembler.open(MAIN, Feed.ONGOING);
        assertThat(assembler.choose(run)).isTrue();
        assertThatThrownBy(() -> assembler.write(run)).isInstanceOf(FolderUnavailable.class);
        assertThat(run.isDone()).isFalse();
        assertThat(ledger.submissionFiles().due("main", 10)).allMatch(file -> file.sha256() == null);

        Files.delete(work.resolve("out"));
        assertThat(run(assembler, Feed.ONGOING)).hasSize(1);
    }

    @Test
    void a_file_that_another_node_finished_while_this_one_stood_still_leaves_no_lease_here() throws IOException {
        records.store(MAIN, Feed.ONGOING, 2);
        FileAssembler assembler = assembler(FileLimits.DEFAULT);
        FileRun run = assembler.open(MAIN, Feed.ONGOING);
        assertThat(assembler.choose(run)).isTrue();
        assembler.write(run);
        Files.delete(run.written().unfinished());
        ledger.leases().releaseLeftBy(NODE);

        assertThatThrownBy(() -> assembler.prove(run)).isInstanceOf(FolderUnavailable.class);
        assertThat(ledger.alarms().open()).as("nothing of this feed fails").isEmpty();
        assertThat(ledger.leases().held()).isEmpty();
        assertThat(assembler.choose(run)).as("asked once more by the loop").isFalse();
        assertThat(ledger.leases().held()).isEmpty();
        assertThat(run.getOutcome()).as("it is owed still").isEmpty();
        assertThat(run(assembler, Feed.ONGOING)).hasSize(1);
    }

    @Test
    void a_step_of_somebody_elses_that_fails_between_two_of_ours_leaves_no_lease_here() {
        records.store(MAIN, Feed.ONGOING, 2);
        FileAssembler assembler = assembler(FileLimits.DEFAULT);
        FileRun run = assembler.open(MAIN, Feed.ONGOING);
        assertThat(assembler.choose(run)).isTrue();
        assembler.write(run);

        assertThat(assembler.choose(run)).as("asked once more by the loop").isFalse();
        assertThat(ledger.leases().held()).isEmpty();
        assertThat(run(assembler, Feed.ONGOING)).hasSize(1);
    }

    @Test
    void what_arrives_during_a_run_waits_for_the_next_one() {
        records.store(MAIN, Feed.ONGOING, 3);
        FileAssembler assembler = assembler(new FileLimits(3, 1_000_000));
        FileRun run = assembler.open(MAIN, Feed.ONGOING);
        assertThat(assembler.choose(run)).isTrue();
        records.store(MAIN, Feed.ONGOING, 2);
        assembler.write(run);
        assembler.prove(run);
        assembler.publish(run);

        assertThat(assembler.choose(run)).isFalse();
        assertThat(run.isDone()).isTrue();
        assertThat(run(assembler, Feed.ONGOING))
                .extracting(SubmissionFile::messages)
                .containsExactly(2);
    }

    @Test
    void what_was_changed_on_the_disk_before_it_was_proved_is_not_handed_over() throws IOException {
        records.store(MAIN, Feed.ONGOING, 2);
        FileAssembler assembler = assembler(FileLimits.DEFAULT);
        FileRun run = assembler.open(MAIN, Feed.ONGOING);
        assembler.choose(run);
        assembler.write(run);
        Path unfinished = run.written().unfinished();
        Files.writeString(unfinished, Files.readString(unfinished).replace("Made^Up1", "Made^Up9"));
        assertThatThrownBy(() -> assembler.prove(run))
                .isInstanceOf(FileMismatch.class)
                .hasMessageContaining("SHA-256");
        assertThat(ledger.alarms().open()).extracting("kind").containsExactly("file-mismatch");
        assertThat(out(run.file())).doesNotExist();
        new FileAlarms(ledger).end();
        assertThat(ledger.alarms().open()).as("it waits to be built").hasSize(1);
        assertThat(run(assembler, Feed.ONGOING)).hasSize(1);
        assertThat(ledger.alarms().open()).isEmpty();
    }

    @Test
    void alarms_of_a_file_end_when_it_waits_for_nothing_any_more() {
        records.store(MAIN, Feed.ONGOING, 1);
        SubmissionFile file = run(assembler(FileLimits.DEFAULT), Feed.ONGOING).get(0);
        ledger.alarms().raise(FileAlarms.MISMATCH, FileAlarms.FILE + file.name(), "other bytes");
        ledger.alarms().raise(Outbox.FILE_STUCK, FileAlarms.FILE + file.name(), "the name is taken");
        ledger.alarms().raise("another", FileAlarms.FILE + file.name(), "none of ours");
        new FileAlarms(ledger).end();
        assertThat(ledger.alarms().open()).hasSize(3);

        ledger.submissionFiles().withdrawn(file.id(), "ann", "not wanted");
        new FileAlarms(ledger).end();

        assertThat(ledger.alarms().open()).extracting("kind").containsExactly("another");
    }

    @Test
    void a_feed_whose_files_cannot_be_built_is_told_of_until_one_is() throws IOException {
        records.store(MAIN, Feed.ONGOING, 2);
        Path inTheWay = Files.writeString(work.resolve("taken"), "x");
        FileAssembler failing = assembler(FileLimits.DEFAULT, new SubmissionFolder(inTheWay), NameTemplate.DEFAULT);
        for (int tick = 0; tick < 2; tick++) {
            FileRun run = failing.open(MAIN, Feed.ONGOING);
            assertThat(failing.choose(run)).isTrue();
            assertThatThrownBy(() -> failing.write(run)).isInstanceOf(FolderUnavailable.class);
        }
        assertThat(ledger.alarms().open()).singleElement().satisfies(alarm -> {
            assertThat(alarm.kind()).isEqualTo("feed-failing");
            assertThat(alarm.subject()).isEqualTo("connection:main/ongoing");
            assertThat(alarm.detail()).contains("ongoing feed of main", "tried again", "Free space");
        });

        assertThat(run(assembler(FileLimits.DEFAULT), Feed.ONGOING)).hasSize(1);
        assertThat(ledger.alarms().open()).isEmpty();
    }

    @Test
    void a_feed_that_failed_and_has_nothing_to_build_any_more_is_well() {
        ledger.alarms().raise("feed-failing", "connection:main/ongoing", "x");
        ledger.alarms().raise("feed-failing", "connection:main/test", "x");
        run(assembler(FileLimits.DEFAULT), Feed.ONGOING);
        assertThat(ledger.alarms().open()).extracting("subject").containsExactly("connection:main/test");
    }

    @Test
    void a_record_whose_text_has_other_doses_than_the_ledger_says_is_not_handed_over() throws Exception {
        assumeThat(database).as("an H2 file belongs to one process").isEqualTo(TestDatabase.POSTGRESQL);
        records.store(MAIN, Feed.ONGOING, 2);
        FileAssembler assembler = assembler(FileLimits.DEFAULT);
        FileRun run = assembler.open(MAIN, Feed.ONGOING);
        assembler.choose(run);
        try (Connection ledgers = DriverManager.getConnection(
                        settings().url(), settings().user(), settings().password());
                Statement statement = ledgers.createStatement()) {
            assertThat(statement.executeUpdate("update record set doses = doses + 1 where lane_no = 2"))
                    .isOne();
        }

        assertThatThrownBy(() -> assembler.write(run))
                .isInstanceOf(FileMismatch.class)
                .hasMessageContaining("the bytes written so far hold 2 messages");

        assertThat(ledger.alarms().open()).extracting("kind").containsExactly("file-mismatch");
        assertThat(out(run.file())).doesNotExist();
    }

    @Test
    void a_name_is_never_given_twice_when_the_clock_jumps_back_or_the_hour_repeats() {
        List<String> names = new ArrayList<>();
        FileAssembler assembler = assembler(FileLimits.DEFAULT, folder(), "{code}{yy}{ddd}{hh}.{seq}.hl7");
        for (String now : List.of(
                "2026-11-01T06:30:00Z",
                "2026-11-01T07:30:00Z",
                "2026-11-01T06:30:00Z",
                "2026-10-31T12:00:00Z",
                "2026-10-31T12:00:00Z")) {
            clock.set(now);
            records.store(MAIN, Feed.ONGOING, 1);
            records.store(MAIN, Feed.TEST, 1);
            names.add(run(assembler, Feed.ONGOING).get(0).name());
            names.add(run(assembler, Feed.TEST).get(0).name());
        }
        assertThat(names)
                .doesNotHaveDuplicates()
                .startsWith("ABCDEF2630501.0.hl7", "ABCDEF2630501.1.hl7", "ABCDEF2630501.2.hl7", "ABCDEF2630501.3.hl7");
    }

    @Test
    void a_file_of_another_login_leaves_the_copy_and_the_manifest_of_one_alone() throws IOException {
        AssemblySettings one = assembly(FileLimits.DEFAULT);
        AssemblySettings two = new AssemblySettings(
                MAIN,
                one.names(),
                Map.of(Stage.TEST, new Destination("main/test", "."), Stage.PRODUCTION, new Destination("main", ".")),
                one.limits(),
                one.envelopes(),
                one.filesPerRun(),
                false);
        FileAssembler assembler = new FileAssembler(ledger, id -> two, OPEN, folder());
        records.store(MAIN, Feed.ONGOING, 4);
        SubmissionFile production = run(assembler, Feed.ONGOING).get(0);
        records.store(MAIN, Feed.TEST, 1);
        SubmissionFile test = run(assembler, Feed.TEST).get(0);

        assertThat(test.name()).isNotEqualTo(production.name());
        for (SubmissionFile file : List.of(production, test)) {
            assertThat(sha256(out(file))).isEqualTo(file.sha256());
            assertThat(Manifest.read(folder().manifest(MAIN, file.name())).sha256())
                    .isEqualTo(file.sha256());
        }
    }

    @Test
    void what_lies_in_the_place_of_a_file_is_never_replaced_by_other_bytes() throws IOException {
        records.store(MAIN, Feed.ONGOING, 2);
        FileAssembler assembler = assembler(FileLimits.DEFAULT);
        FileRun run = assembler.open(MAIN, Feed.ONGOING);
        assertThat(assembler.choose(run)).isTrue();
        Path place = out(run.file());
        Files.createDirectories(place.getParent());
        Files.writeString(place, "of another ledger");
        assembler.write(run);
        assembler.prove(run);

        assertThatThrownBy(() -> assembler.publish(run))
                .isInstanceOf(FileMismatch.class)
                .hasMessageContaining("holds another file")
                .hasMessageContaining("moved away");
        assertThat(place).hasContent("of another ledger");
        assertThat(ledger.alarms().open()).extracting("kind").containsExactly("file-mismatch");

        Files.delete(place);
        assertThat(run(assembler, Feed.ONGOING)).hasSize(1);
    }

    @Test
    void without_a_number_in_the_template_the_second_file_of_a_day_waits() {
        FileAssembler assembler = assembler(FileLimits.DEFAULT, folder(), "{code}{yy}{ddd}.hl7");
        records.store(MAIN, Feed.ONGOING, 1);
        assertThat(run(assembler, Feed.ONGOING)).hasSize(1);
        records.store(MAIN, Feed.ONGOING, 1);
        assertThatThrownBy(() -> run(assembler, Feed.ONGOING)).hasMessageContaining("{seq}");
        clock.advance(Duration.ofDays(1));
        assertThat(run(assembler, Feed.ONGOING)).hasSize(1);
    }

    @Test
    void a_closed_gate_decides_nothing_and_says_why() {
        records.store(MAIN, Feed.ONGOING, 1);
        FileAssembler assembler = new FileAssembler(
                ledger,
                id -> assembly(FileLimits.DEFAULT),
                new SendGate() {
                    @Override
                    public Answer maySend(String connection, Feed feed) {
                        return Answer.closed("The review is missing.");
                    }

                    @Override
                    public Answer mayDeliver(String connection, Feed feed) {
                        return Answer.closed("The review is missing.");
                    }
                },
                folder());
        FileRun run = assembler.open(MAIN, Feed.ONGOING);
        assertThat(assembler.choose(run)).isFalse();
        assertThat(run.getOutcome()).isEqualTo("0 files; The review is missing.");
        assertThat(ledger.records().waiting(MAIN, Feed.ONGOING)).isEqualTo(1);
    }

    @Test
    void a_backlog_leaves_at_the_runs_ceiling() {
        records.store(MAIN, Feed.ONGOING, 103);
        FileAssembler assembler = assembler(new FileLimits(1, 9_000));
        assertThat(run(assembler, Feed.ONGOING)).hasSize(100);
        assertThat(run(assembler, Feed.ONGOING)).hasSize(3);
    }

    @Test
    void a_backlog_gives_up_its_turn_between_two_files_and_goes_on_with_the_same_run() {
        records.store(MAIN, Feed.ONGOING, 3);
        FileAssembler assembler = assembler(new FileLimits(1, 9_000));
        assembler.turn(Duration.ZERO);
        FileRun run = assembler.open(MAIN, Feed.ONGOING);

        assertThat(assembler.choose(run)).isTrue();
        assembler.write(run);
        assembler.prove(run);
        assembler.publish(run);
        assertThat(assembler.choose(run)).isFalse();

        assertThat(run.getOutcome()).as("it is owed still").isEmpty();
        assertThat(ledger.leases().held()).isEmpty();
        assertThat(ledger.records().waiting(MAIN, Feed.ONGOING)).isEqualTo(2);
        assembler.turn(Duration.ofMinutes(1));
        assertThat(run(assembler, Feed.ONGOING)).hasSize(2);
    }

    @Test
    void a_node_that_takes_no_work_finishes_its_file_and_decides_no_other() {
        records.store(MAIN, Feed.ONGOING, 3);
        FileAssembler assembler = assembler(new FileLimits(1, 9_000));
        FileRun run = assembler.open(MAIN, Feed.ONGOING);
        assertThat(assembler.choose(run)).isTrue();
        ledger.leases().rest(true);

        assembler.write(run);
        assembler.prove(run);
        assembler.publish(run);

        assertThat(assembler.choose(run)).isFalse();
        assertThat(run.getOutcome()).isEmpty();
        assertThat(latest().sha256()).isNotNull();
        assertThat(ledger.leases().held()).isEmpty();
    }

    @Test
    void a_run_that_finds_nothing_gives_a_sign_of_life_where_that_is_wanted_and_the_audit_balances()
            throws IOException {
        AssemblySettings quiet = assembly(FileLimits.DEFAULT);
        AssemblySettings settings = new AssemblySettings(
                quiet.connection(),
                quiet.names(),
                quiet.destinations(),
                quiet.limits(),
                quiet.envelopes(),
                quiet.filesPerRun(),
                true);
        FileAssembler assembler = new FileAssembler(ledger, id -> settings, OPEN, folder());
        ledger.gates().of(MAIN);
        ledger.gates().move(MAIN, GateState.REGISTERED, GateState.LIVE, "ann", "live already");

        SubmissionFile first = run(assembler, Feed.ONGOING).get(0);
        assertThat(Files.readString(out(first), StandardCharsets.US_ASCII).split("\r"))
                .hasSize(4)
                .endsWith("BTS|0", "FTS|1");
        assertThat(run(assembler, Feed.TEST)).isEmpty();
        assertThat(run(assembler, Feed.HISTORICAL)).isEmpty();
        records.store(MAIN, Feed.ONGOING, 2);
        SubmissionFile filled = run(assembler, Feed.ONGOING).get(0);
        SubmissionFile last = run(assembler, Feed.ONGOING).get(0);

        assertThat(filled.messages()).isEqualTo(2);
        assertThat(last.messages()).isZero();
        assertThat(last.firstNo()).isEqualTo(last.lastNo()).isEqualTo(filled.lastNo() + 1);
        assertThat(ledger.submissionFiles().of(MAIN, Feed.ONGOING)).hasSize(3);
        for (SubmissionFile file : List.of(first, filled, last)) {
            deliver(file);
        }
        assertThat(ledger.conservation().balance().differences()).isEmpty();
        records.store(MAIN, Feed.ONGOING, 1);
        assertThat(messages(out(run(assembler, Feed.ONGOING).get(0)))).hasSize(1);
        assertThat(ledger.conservation().balance().differences()).isEmpty();
        assertThat(Manifest.read(folder().manifest(MAIN, last.name())).members())
                .isEmpty();
    }

    @Test
    void a_sign_of_life_that_a_crash_cut_off_is_finished_and_comes_once() {
        AssemblySettings quiet = assembly(FileLimits.DEFAULT);
        AssemblySettings settings = new AssemblySettings(
                quiet.connection(), quiet.names(), quiet.destinations(), quiet.limits(), quiet.envelopes(), 100, true);
        FileAssembler assembler = new FileAssembler(ledger, id -> settings, OPEN, folder());
        assertThat(assembler.choose(assembler.open(MAIN, Feed.ONGOING))).isTrue();
        reopen();
        FileAssembler after = new FileAssembler(ledger, id -> settings, OPEN, folder());
        assertThat(run(after, Feed.ONGOING)).hasSize(1);
        assertThat(ledger.submissionFiles().of(MAIN, Feed.ONGOING)).hasSize(1);
    }

    @Test
    void the_first_production_file_is_never_a_sign_of_life() {
        AssemblySettings quiet = assembly(FileLimits.DEFAULT);
        AssemblySettings settings = new AssemblySettings(
                quiet.connection(), quiet.names(), quiet.destinations(), quiet.limits(), quiet.envelopes(), 100, true);
        SendGate first = new SendGate() {
            @Override
            public Answer maySend(String connection, Feed feed) {
                return new Answer(true, 100, Long.MAX_VALUE, "");
            }

            @Override
            public Answer mayDeliver(String connection, Feed feed) {
                return Answer.OPEN;
            }
        };
        FileAssembler assembler = new FileAssembler(ledger, id -> settings, first, folder());
        assertThat(run(assembler, Feed.ONGOING)).isEmpty();
    }

    private FileAssembler assembler(FileLimits limits) {
        return assembler(limits, folder());
    }

    private FileAssembler assembler(FileLimits limits, SubmissionFolder folder) {
        return assembler(limits, folder, NameTemplate.DEFAULT);
    }

    private FileAssembler assembler(FileLimits limits, SubmissionFolder folder, String names) {
        AssemblySettings settings = assembly(limits, names);
        return new FileAssembler(ledger, id -> settings, OPEN, folder);
    }

    private SubmissionFolder folder() {
        return new SubmissionFolder(work.resolve("out"));
    }

    private Path out(SubmissionFile file) {
        return folder().file(MAIN, file.name());
    }

    private List<SubmissionFile> run(FileAssembler assembler, Feed feed) {
        FileRun run = assembler.open(MAIN, feed);
        List<Long> ids = new ArrayList<>();
        while (assembler.choose(run)) {
            ids.add(run.file().id());
            assembler.write(run);
            assembler.prove(run);
            assembler.publish(run);
        }
        assertThat(run.isDone()).isTrue();
        return ids.stream()
                .map(id -> ledger.submissionFiles().find(id).orElseThrow())
                .toList();
    }

    private SubmissionFile latest() {
        SubmissionFile file = ledger.submissionFiles().recent(1).get(0);
        assertThat(file.state()).isEqualTo(FileState.BUILT);
        return file;
    }

    private static List<Message> messages(Path file) throws IOException {
        List<Message> messages = new ArrayList<>();
        try (Splitter splitter = new Splitter(Files.newInputStream(file), 0, 1, Limits.STANDARD)) {
            splitter.forEachRemaining(split -> messages.add(Message.parse(split.text())));
        }
        return messages;
    }

    private static String sha256(Path file) throws IOException {
        return HexFormat.of()
                .formatHex(Inspection.of(Files.newInputStream(file), Limits.STANDARD)
                        .sha256());
    }

    private static final class Killed extends Error {}
}
