package org.vaxroute.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.AnswerFile;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.RecordState;
import org.vaxroute.ledger.Stage;

/** Fetching from a server that nobody vouches for, and reading what came, over every kind of stop. */
class CollectingTest {
    private static final AnswerCollector.Checkpoint NONE = AnswerCollector.Checkpoint.NONE;
    private static final ResultsAccount ACCOUNT = ResultsHouse.account("sftp", "results");

    @TempDir
    Path home;

    ResultsHouse house;

    @BeforeEach
    void open() {
        house = new ResultsHouse(home);
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void namesThatWantToLeaveTheFolderAreNeverAskedFor() throws IOException {
        List<String> hostile = List.of(
                "../up.hl7",
                "/etc/passwd",
                "..\\up.hl7",
                "a/../../b",
                "..",
                ".",
                "",
                "bell\u0007.hl7",
                "line\nbreak",
                "nul\0.hl7",
                "C:evil.hl7",
                "*",
                " padded ",
                "x".repeat(5000));
        hostile.forEach(name -> house.registry.lay(name, "MSA|AA|1\r"));
        house.registry.lay("Jane Doe (1).ack", "MSA|AA|1\r");
        house.registry.lay("half.hl7.part", "MSA|AA|2\r");
        house.registry.lay("y".repeat(250), "MSA|AA|3\r");

        assertThat(house.collector(NONE).collect(ACCOUNT, house.registry)).isEqualTo(2);

        assertThat(house.registry.asked).containsExactly("Jane Doe (1).ack", "y".repeat(250));
        assertThat(house.files()).hasSize(2).allMatch(name -> name.startsWith("work/answers/main/"));
        assertThat(house.files().get(0) + house.files().get(1))
                .doesNotContain(" ")
                .contains("Jane_Doe__1_.ack");
        assertThat(house.ledger.alarms().open())
                .anyMatch(alarm -> alarm.kind().equals(AnswerCollector.REFUSED_NAMES)
                        && alarm.detail().startsWith("14 names"));
    }

    @Test
    void oneContentIsOneAnswerAndOneNameMayHaveSeveralContents() throws IOException {
        house.registry.lay("a.ack", "MSA|AA|1\r");
        house.registry.lay("b.ack", "MSA|AA|1\r");
        AnswerCollector collector = house.collector(NONE);
        collector.collect(ACCOUNT, house.registry);
        house.registry.lay("a.ack", "MSA|AE|1\rX\r");

        assertThat(collector.collect(ACCOUNT, house.registry)).isEqualTo(1);
        assertThat(collector.collect(ACCOUNT, house.registry)).isZero();
        assertThat(house.ledger.answers().recent(10)).hasSize(2);
        assertThat(house.registry.holds).as("nothing is removed unasked").hasSize(2);
    }

    @Test
    void aStopBetweenAnyTwoStepsRepeatsAStepAndLosesNothing() throws IOException {
        ResultsAccount removing = ResultsHouse.account("sftp", "results", Duration.ZERO, 1 << 20, true);
        for (String stop : List.of("kept", "known", "remembered", "removed")) {
            house.registry.lay(stop + ".ack", "MSA|AA|" + stop + "\r");
            AnswerCollector killed = house.collector(step -> {
                if (step.equals(stop)) {
                    throw new IllegalStateException("killed after " + step);
                }
            });
            assertThatThrownBy(() -> killed.collect(removing, house.registry)).hasMessageContaining("killed");
            house.collector(NONE).collect(removing, house.registry);
        }
        house.registry.lay("cut.ack", "MSA|AA|cut\r");
        house.registry.cutAfter = 4;
        assertThatThrownBy(() -> house.collector(NONE).collect(removing, house.registry))
                .hasMessageContaining("broke");
        house.registry.close();
        house.collector(NONE).collect(removing, house.registry);

        assertThat(house.ledger.answers().recent(10)).hasSize(5);
        assertThat(house.files()).hasSize(5).noneMatch(name -> name.contains(".fetch-"));
    }

    @Test
    void anAnswerThatCameShortIsNotKeptBecauseHalfAnIdIsAnothersId() throws IOException {
        house.send(40);
        String whole = house.acknowledge(Map.of());
        ResultsFolder cutting = new ResultsHouse.Registry() {
            @Override
            public void fetch(String name, java.io.OutputStream to) throws IOException {
                to.write(whole.substring(0, 900).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        };
        ((ResultsHouse.Registry) cutting).lay("X1.hl7.ack.hl7", whole);

        assertThat(house.collector(NONE).collect(ACCOUNT, cutting)).isZero();
        assertThat(house.files()).isEmpty();
        assertThat(house.ledger.alarms().open()).anyMatch(alarm -> alarm.kind().equals(AnswerCollector.INCOMPLETE));

        for (int length = 100; length < whole.length(); length += 211) {
            house.registry.holds.clear();
            house.registry.lay("half" + length + ".ack", whole.substring(0, length));
            house.collector(NONE).collect(ACCOUNT, house.registry);
            house.process(100);
            assertThat(house.sent().state()).as("cut at %d", length).isEqualTo(FileState.SENT);
        }
    }

    @Test
    void whatIsTooLargeOrStillChangingStaysWhereItIs() throws IOException {
        ResultsAccount slow = ResultsHouse.account("sftp", "results", Duration.ofHours(1), 20, false);
        house.registry.lay("big.ack", "MSA|AA|1\r".repeat(10));
        house.registry.lay("old.ack", "MSA|AA|1\r");
        house.collector(NONE).collect(slow, house.registry);
        house.registry.changed = Instant.now();
        house.registry.lay("new.ack", "MSA|AA|2\r");
        house.collector(NONE).collect(slow, house.registry);

        assertThat(house.ledger.answers().recent(10))
                .extracting(AnswerFile::name)
                .containsExactly("old.ack");
        assertThat(house.alarms()).containsExactly(AnswerCollector.TOO_LARGE);
        assertThat(house.registry.asked)
                .as("nothing of what is too large is asked for")
                .containsExactly("old.ack");

        house.registry.holds.remove("big.ack");
        house.collector(NONE).collect(slow, house.registry);
        assertThat(house.alarms()).isEmpty();
    }

    @Test
    void aFileThatWeMayNotReadKeepsNoAnswerBehindItAwayAndIsToldOfUntilItIsGone() throws IOException {
        house.registry.lay("a-private.txt", "not for us");
        house.registry.locked.add("a-private.txt");
        house.registry.lay("b.ack", "MSA|AA|1\r");
        AnswerCollector collector = house.collector(NONE);

        assertThat(collector.collect(ACCOUNT, house.registry)).isEqualTo(1);
        assertThat(collector.collect(ACCOUNT, house.registry)).isZero();
        assertThat(house.ledger.alarms().open())
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.kind()).isEqualTo(AnswerCollector.REFUSED))
                .satisfies(alarm ->
                        assertThat(alarm.detail()).startsWith("1 files").contains("status 3"));

        house.registry.locked.clear();
        assertThat(collector.collect(ACCOUNT, house.registry)).isEqualTo(1);
        assertThat(house.alarms()).isEmpty();
    }

    @Test
    void aLookThatEndsEarlyEndsNoAlarm() throws IOException {
        house.registry.lay("z-private.txt", "not for us");
        house.registry.locked.add("z-private.txt");
        ResultsAccount one = new ResultsAccount(
                "main",
                "main",
                "sftp",
                "",
                0,
                "results",
                Duration.ZERO,
                1,
                1000,
                false,
                folder -> false,
                name -> Optional.empty());
        house.collector(NONE).collect(one, house.registry);
        house.registry.holds.clear();
        house.registry.lay("a.ack", "MSA|AA|1\r");
        house.registry.lay("z-private.txt", "not for us");

        assertThat(house.collector(NONE).collect(one, house.registry)).isEqualTo(1);

        assertThat(house.alarms()).containsExactly(AnswerCollector.REFUSED);
    }

    @Test
    void anAnswerThatMayNotBeRemovedKeepsNoOtherAwayAndIsToldOfUntilOneMay() throws IOException {
        ResultsFolder keeping = new ResultsHouse.Registry() {
            @Override
            public void remove(String name) throws Refused {
                if (!name.equals("c.ack")) {
                    throw new Refused("The server does not let us.", null);
                }
                super.remove(name);
            }
        };
        ((ResultsHouse.Registry) keeping).lay("a.ack", "MSA|AA|1\r");
        ((ResultsHouse.Registry) keeping).lay("b.ack", "MSA|AA|2\r");
        ResultsAccount removing = ResultsHouse.account("sftp", "results", Duration.ZERO, 1 << 20, true);

        assertThat(house.collector(NONE).collect(removing, keeping)).isEqualTo(2);
        assertThat(house.alarms()).containsExactly(AnswerCollector.NOT_REMOVED);

        ((ResultsHouse.Registry) keeping).lay("c.ack", "MSA|AA|3\r");
        house.collector(NONE).collect(removing, keeping);
        assertThat(house.alarms()).isEmpty();
    }

    @Test
    void aFileOfALocalFolderThatWeMayNotReadIsRefusedWithoutItsName() {
        assertThatThrownBy(() -> new LocalResults(home).fetch("gone.ack", OutputStream.nullOutputStream()))
                .isInstanceOf(ResultsFolder.Refused.class)
                .hasMessageContaining("NoSuchFileException")
                .hasMessageNotContaining("gone.ack");
    }

    @Test
    void aLocalFolderThatIsAwayAndADiskThatKeepsNothingAreToldOfUntilTheyAreThere() throws IOException {
        house.send(1);
        Path folder = home.resolve("share/answers");
        ResultsAccount local = ResultsHouse.account("folder", folder.toString());
        house.looks = new Looks(List.of(local));
        house.silence = new Silence(
                Silence.Means.ACCEPTED, Duration.ZERO, Duration.ofDays(30), Duration.ZERO, java.time.ZoneOffset.UTC);
        assertThatThrownBy(() -> house.collector(NONE).collect(local, new LocalResults(folder)))
                .isInstanceOf(AnswerException.class);
        assertThat(house.ledger.alarms().open()).singleElement().satisfies(alarm -> {
            assertThat(alarm.kind()).isEqualTo(AnswerCollector.NOT_FETCHED);
            assertThat(alarm.subject()).isEqualTo("account:main");
            assertThat(alarm.detail()).contains(folder.toString(), "account.results");
        });
        house.desk(10).settleSilent();
        assertThat(house.sent().state()).isEqualTo(FileState.SENT);

        Files.createDirectories(folder);
        Files.writeString(folder.resolve("X1.hl7.ack.hl7"), house.acknowledge(Map.of()));
        Files.createDirectories(house.archive);
        Files.writeString(house.archive.resolve("main"), "a file where a folder is to be");
        assertThatThrownBy(() -> house.collector(NONE).collect(local, new LocalResults(folder)))
                .isInstanceOf(AnswerException.class);
        assertThat(house.alarms()).containsExactly(AnswerCollector.NOT_FETCHED);

        Files.delete(house.archive.resolve("main"));
        assertThat(house.collector(NONE).collect(local, new LocalResults(folder)))
                .isEqualTo(1);
        assertThat(house.alarms()).isEmpty();
    }

    @Test
    void ourOwnFilesInAFolderForBothWaysAreNoAnswersAndStayThere() throws IOException {
        house.send(1);
        house.registry.lay("X1.hl7", "FHS|^~\\&\r");
        house.registry.lay("tmp_X1.hl7", "FHS|^~\\&\r");
        house.registry.lay("TMP_x1.HL7", "FHS|^~\\&\r");

        for (String folder : List.of("/in", "/in/", "in", ".")) {
            ResultsAccount removing = ResultsHouse.account("sftp", folder, Duration.ZERO, 1 << 20, true);
            assertThat(house.collector(NONE).collect(removing, house.registry))
                    .as(folder)
                    .isZero();
        }
        assertThat(house.registry.holds).hasSize(3);
        assertThat(house.registry.asked).isEmpty();
    }

    @Test
    void whatIsCalledAsNoFileOfOursIsAnAnswerAlsoInAFolderForBothWays() throws IOException {
        house.send(1);
        house.registry.lay("tmp_X2.hl7", "MSA|AA|1\r");
        house.registry.lay("tmp_", "MSA|AA|2\r");
        house.registry.lay("X1.hl7.ack.hl7", "MSA|AA|3\r");

        assertThat(house.collector(NONE).collect(ResultsHouse.account("sftp", "/in"), house.registry))
                .isEqualTo(3);
    }

    @Test
    void anAnswerMayHaveTheNameOfItsFileInAFolderOfItsOwn() throws IOException {
        house.send(2);
        house.registry.lay("X1.hl7", house.acknowledge(Map.of()));

        house.collector(NONE).collect(ResultsHouse.account("sftp", "/out"), house.registry);
        house.process(10);

        assertThat(house.sent().state()).isEqualTo(FileState.ANSWERED);
    }

    @Test
    void aStopWhileReadingGoesOnBehindTheLastChunk() throws IOException {
        house.send(7);
        house.registry.lay(
                "X1.hl7.ack.hl7", house.acknowledge(Map.of(house.controlIds.get(4), "IMR-100::Date is impossible.")));
        house.collector(NONE).collect(ACCOUNT, house.registry);
        for (int stopAfter = 1; stopAfter <= 3; stopAfter++) {
            AnswerDesk desk = house.desk(2);
            AnswerFile file = desk.waiting().get(0);
            List<AnswerChunk> read = new ArrayList<>();
            var chunks = desk.chunks(file);
            read.add(chunks.next());
            desk.apply(read.get(0));
            desk.finish(file);
            desk.apply(read.get(0));
        }
        assertThat(house.sent().state()).isEqualTo(FileState.SENT);

        house.process(2);

        AnswerFile answers = house.ledger.answers().recent(1).get(0);
        assertThat(answers.state()).isEqualTo(AnswerFile.State.READ);
        assertThat(answers.counts()).isEqualTo(new AnswerFile.Counts(6, 0, 1, 0, 0));
        assertThat(answers.submissionFile()).isEqualTo(house.sent.id());
        assertThat(house.sent().state()).isEqualTo(FileState.ANSWERED);
        assertThat(house.ledger.answers().outcomes("main", Stage.PRODUCTION))
                .isEqualTo(Map.of(RecordState.ACCEPTED, 6L, RecordState.REJECTED, 1L));
        assertThat(house.ledger.conservation().balance().differences()).isEmpty();
        AnswerRegister.Standing standing =
                new AnswerRegister(house.ledger).of(house.sent).orElseThrow();
        assertThat(standing.errors()).isEqualTo(1);
        assertThat(standing.summary()).contains("6 accepted").contains("IMR-100 x1");
    }

    @Test
    void whatNobodyUnderstandsIsKeptAndRaisesAnAlarm() throws IOException {
        house.send(1);
        house.registry.lay("report.pdf", "%PDF-1.4");
        house.registry.lay("x.ack", house.acknowledge(Map.of(house.controlIds.get(0), "IEE-777::New.")));
        house.registry.lay("stranger.ack", "MSH|^~\\&|R|||||| ACK\rMSA|AA|ZZZZ-1\r");
        house.collector(NONE).collect(ACCOUNT, house.registry);

        house.process(100);

        assertThat(house.ledger.alarms().open())
                .extracting(alarm -> alarm.kind())
                .containsExactlyInAnyOrder(AnswerDesk.UNREADABLE, AnswerDesk.UNMATCHED, AnswerDesk.UNKNOWN_CODE);
        assertThat(house.ledger.answers().recent(10))
                .extracting(AnswerFile::state)
                .containsExactlyInAnyOrder(AnswerFile.State.UNREADABLE, AnswerFile.State.READ, AnswerFile.State.READ);
    }

    @Test
    void theseAlarmsStandUntilSomebodyHasSeenToThem() throws IOException {
        house.send(1);
        house.registry.lay("report.pdf", "%PDF-1.4");
        house.registry.lay("x.ack", house.acknowledge(Map.of(house.controlIds.get(0), "IEE-777::New.")));
        house.registry.lay("stranger.ack", "MSH|^~\\&|R|||||| ACK\rMSA|AA|ZZZZ-1\r");
        house.collector(NONE).collect(ACCOUNT, house.registry);
        house.process(100);
        house.desk(100).settleSilent();
        assertThat(house.alarms())
                .containsExactlyInAnyOrder(AnswerDesk.UNREADABLE, AnswerDesk.UNMATCHED, AnswerDesk.UNKNOWN_CODE);

        for (AnswerFile file : house.ledger.answers().recent(10)) {
            if (file.state() == AnswerFile.State.UNREADABLE || file.counts().unmatched() > 0) {
                house.ledger.answers().dismiss(file.id(), "ann", "not ours");
            }
        }
        house.desk(100).settleSilent();
        assertThat(house.alarms()).containsExactly(AnswerDesk.UNKNOWN_CODE);

        Path profile = Files.createDirectories(home.resolve("profile"));
        Files.writeString(
                profile.resolve("answers.csv"),
                "code,outcome,scope,class,meaning,remedy\nIEE-777,warned,patient,mend,New,Mend it\n");
        house.formats = AnswerFormats.load(List.of(profile));
        house.desk(100).settleSilent();
        assertThat(house.alarms()).isEmpty();
    }

    @Test
    void aCopyThatIsLostIsForAPersonAndOneThatIsAwayComesBack() throws IOException {
        house.send(1);
        house.registry.lay("X1.hl7.ack.hl7", house.acknowledge(Map.of()));
        house.collector(NONE).collect(ACCOUNT, house.registry);
        AnswerFile answer = house.ledger.answers().recent(1).get(0);
        Path folder = house.archive.resolve("main");
        Path moved = house.archive.resolve("away");
        Files.move(folder, moved);

        assertThatThrownBy(() -> house.process(10)).hasMessageContaining(answer.keptAs());
        assertThat(house.alarms()).containsExactly(AnswerDesk.COPY_AWAY);

        Files.createDirectory(folder);
        house.process(10);
        house.desk(10).settleSilent();
        assertThat(house.ledger.answers().recent(1).get(0).state()).isEqualTo(AnswerFile.State.UNREADABLE);
        assertThat(house.alarms()).containsExactly(AnswerDesk.UNREADABLE);

        Files.delete(folder);
        Files.move(moved, folder);
        house.ledger.answers().again(answer.id());
        house.process(10);
        house.desk(10).settleSilent();
        assertThat(house.sent().state()).isEqualTo(FileState.ANSWERED);
        assertThat(house.alarms()).isEmpty();
    }

    @Test
    void anAnswerThatOnlyAPersonCanReadIsNoSilence() throws IOException {
        house.send(2);
        house.silence = new Silence(
                Silence.Means.ACCEPTED, Duration.ZERO, Duration.ofDays(30), Duration.ZERO, java.time.ZoneOffset.UTC);
        house.registry.lay("X1.hl7.txt", "In words that no reader knows: both records were refused.");
        house.collector(NONE).collect(ACCOUNT, house.registry);
        house.desk(10).settleSilent();
        assertThat(house.sent().state()).as("not read yet").isEqualTo(FileState.SENT);

        house.process(10);
        house.desk(10).settleSilent();
        assertThat(house.sent().state()).as("nobody has read it").isEqualTo(FileState.SENT);

        AnswerFile answer = house.ledger.answers().recent(1).get(0);
        house.ledger.answers().dismiss(answer.id(), "ann", "a greeting");
        house.desk(10).settleSilent();
        assertThat(house.sent().state()).isEqualTo(FileState.ANSWERED);
    }

    @Test
    void whereNobodyCouldLookOrSomethingWasLeftNoSilenceIsConsent() throws IOException {
        house.silence = new Silence(
                Silence.Means.ACCEPTED, Duration.ZERO, Duration.ofDays(30), Duration.ZERO, java.time.ZoneOffset.UTC);
        house.looks = new Looks(List.of(ACCOUNT));
        house.collector(NONE).collect(ACCOUNT, house.registry);
        house.send(2);
        house.desk(10).settleSilent();
        assertThat(house.sent().state()).as("not looked since it left").isEqualTo(FileState.SENT);

        house.registry.lay("X1.hl7.ack.hl7", house.acknowledge(Map.of(house.controlIds.get(0), "CLR-100::No consent")));
        house.registry.locked.add("X1.hl7.ack.hl7");
        house.collector(NONE).collect(ACCOUNT, house.registry);
        house.desk(10).settleSilent();
        assertThat(house.sent().state()).as("may not be read").isEqualTo(FileState.SENT);

        ResultsAccount small = ResultsHouse.account("sftp", "results", Duration.ZERO, 10, false);
        house.registry.locked.clear();
        house.collector(NONE).collect(small, house.registry);
        house.desk(10).settleSilent();
        assertThat(house.sent().state()).as("too large").isEqualTo(FileState.SENT);

        ResultsAccount slow = ResultsHouse.account("sftp", "results", Duration.ofMinutes(1), 1 << 20, false);
        house.registry.changed = null;
        house.collector(NONE).collect(slow, house.registry);
        house.desk(10).settleSilent();
        assertThat(house.sent().state()).as("may have lain there for weeks").isEqualTo(FileState.SENT);

        house.registry.changed = Instant.now();
        house.registry.holds.clear();
        house.registry.lay("server.log", "written just now");
        house.collector(NONE).collect(slow, house.registry);
        house.desk(10).settleSilent();
        assertThat(house.sent().state()).as("looked, and nothing there").isEqualTo(FileState.ANSWERED);
    }

    @Test
    void aConnectionIsSilentUpToTheOldestLookAtItsFolders() {
        Instant now = Instant.parse("2026-11-22T12:00:00Z");
        Looks looks = new Looks(List.of(ACCOUNT));
        assertThat(looks.silentUntil("main", now)).isEmpty();
        assertThat(looks.silentUntil("by-hand", now)).contains(now);

        looks.through(ACCOUNT, now.minusSeconds(60));
        assertThat(looks.silentUntil("main", now)).contains(now.minusSeconds(60));
        assertThat(looks.silentUntil("main", now.minusSeconds(3600)))
                .as("the clock was set back")
                .contains(now.minusSeconds(3600));
    }

    @Test
    void aReportWhoseCellsLieBesideTheirHeadingsAcceptsNothingAndTellsNoNameInAnAlarm() throws IOException {
        house.send(3);
        house.registry.lay(
                "DQA_1.csv",
                "MRN,Provider,Error Code,Severity,Message\n"
                        + "P1,\"Smith, MD\",IMR-111,E,Manufacturer\n"
                        + "P2,Smith, MD,IMR-111,E,Manufacturer\n"
                        + "P3,Smith,,Immunization rejected,Vaccine code not usable\n");
        house.collector(NONE).collect(ACCOUNT, house.registry);
        house.formats = AnswerFormats.load(
                List.of(Path.of("config/registries/national"), Path.of("config/registries/immtrac2")));
        house.process(10);

        assertThat(house.ledger.answers().outcomes("main", Stage.PRODUCTION))
                .containsEntry(RecordState.REJECTED, 1L)
                .doesNotContainKey(RecordState.ACCEPTED);
        assertThat(house.ledger.alarms().open()).singleElement().satisfies(alarm -> {
            assertThat(alarm.kind()).isEqualTo(AnswerDesk.UNMATCHED);
            assertThat(alarm.detail()).startsWith("1 of 3 answers").doesNotContain("MD");
        });
    }

    @Test
    void silenceIsConsentOnlyWhereTheProfileSaysSo() throws IOException {
        house.send(3);
        house.desk(10).settleSilent();
        assertThat(house.sent().state()).isEqualTo(FileState.SENT);
        house.silence = new Silence(
                Silence.Means.NO_ERRORS, Duration.ZERO, Duration.ofDays(30), Duration.ZERO, java.time.ZoneOffset.UTC);
        house.desk(10).settleSilent();
        assertThat(house.sent().state()).as("nothing was answered yet").isEqualTo(FileState.SENT);

        house.registry.lay(
                "X1.hl7.ack.hl7",
                "MSH|^~\\&|R||||||ACK\rMSA|AE|" + house.controlIds.get(1)
                        + "\rERR||PID^1^3|999|E||||CLR-100::No consent\r");
        house.collector(NONE).collect(ACCOUNT, house.registry);
        house.process(10);
        house.desk(10).settleSilent();

        assertThat(house.sent().state()).isEqualTo(FileState.ANSWERED);
        assertThat(house.ledger.answers().outcomes("main", Stage.PRODUCTION))
                .isEqualTo(Map.of(RecordState.ACCEPTED, 2L, RecordState.REJECTED, 1L));
        assertThat(house.ledger.conservation().balance().differences()).isEmpty();
    }
}
