package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.spi.Synchronization;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vaxroute.ledger.Alarm;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.Leases;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.ledger.SeenCertificates;
import org.vaxroute.ledger.SubmissionFile;

/** The real deliver routes against servers that misbehave on demand: what the ledger says meanwhile, and what arrived in the end. */
class DeliveryRouteTest {
    private static final int SIZE = 700_000;

    @TempDir
    Path folder;

    private MailRoom room;
    private RegistryServer server;

    private void begin(String kind) throws Exception {
        room = new MailRoom(folder.resolve("home"));
        server = kind.equals("sftp") ? new FaultySftpServer(folder) : new FaultyFtpsServer(folder);
        server.cutAt = SIZE / 2;
    }

    @AfterEach
    void end() throws Exception {
        room.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"sftp", "ftps"})
    void filesLeaveInTheirOrderThroughOneSession(String kind) throws Exception {
        begin(kind);
        Account account = server.account("main").build();
        List<SubmissionFile> files = List.of(
                room.build(account, Feed.ONGOING, SIZE),
                room.build(account, Feed.ONGOING, 10),
                room.build(account, Feed.HISTORICAL, 2 * SIZE));

        room.start(account);

        files.forEach(file -> awaitState(file, FileState.SENT));
        files.forEach(this::assertArrivedOnce);
        assertThat(server.logins()).isEqualTo(1);
        assertThat(RegistryServer.files(server.dropOff())).hasSize(3);
        await().untilAsserted(() -> assertThat(server.sessions()).isZero());
        assertThat(room.ledger.alarms().open()).isEmpty();
    }

    @Test
    void theDayOnWhichTheServersCertificateEndsIsRememberedFromTheSession() throws Exception {
        begin("ftps");
        Account account = server.account("main").build();
        SubmissionFile file = room.build(account, Feed.ONGOING, 10);
        assertThat(room.ledger.seenCertificates().of("main")).isEmpty();

        room.start(account);

        awaitState(file, FileState.SENT);
        assertThat(room.ledger.seenCertificates().of("main"))
                .contains(new SeenCertificates.Seen(
                        account.host() + ":" + server.port(), ((FaultyFtpsServer) server).certificateEnds()));
    }

    @ParameterizedTest
    @CsvSource({
        "sftp, CUT_AT_HALF, SENDING, broke",
        "sftp, CUT_BEFORE_RENAME, UPLOADED, broke",
        "sftp, CUT_AFTER_RENAME, UPLOADED, broke",
        "sftp, RENAME_REFUSED, UPLOADED, refused to rename",
        "sftp, QUOTA_FULL, SENDING, refused the upload",
        "sftp, SIZE_LIES, SENDING, 699999 bytes; 700000 were sent",
        "sftp, WRONG_PASSWORD, BUILT, refused the login",
        "ftps, CUT_AT_HALF, SENDING, broke",
        "ftps, CUT_BEFORE_RENAME, UPLOADED, broke",
        "ftps, CUT_AFTER_RENAME, UPLOADED, broke",
        "ftps, RENAME_REFUSED, UPLOADED, refused to rename",
        "ftps, QUOTA_FULL, SENDING, refused the upload",
        "ftps, SIZE_LIES, SENDING, 699999 bytes; 700000 were sent",
        "ftps, WRONG_PASSWORD, BUILT, refused the login",
    })
    void aFaultIsSaidAndOnceItIsGoneTheFileHasArrivedOnce(String kind, Fault fault, FileState meanwhile, String says)
            throws Exception {
        begin(kind);
        server.fault = fault;
        Account account = server.account("main").build();
        SubmissionFile file = room.build(account, Feed.ONGOING, SIZE);
        SubmissionFile behind = room.build(account, Feed.ONGOING, 1000);

        room.start(account);

        await().untilAsserted(() -> {
            assertThat(room.now(file).lastError()).contains(says);
            assertThat(room.now(file).state()).isEqualTo(meanwhile);
            assertThat(room.now(file).nextAttempt()).isAfter(room.clock.instant());
        });
        assertThat(room.now(behind).state()).as("the file behind it waits").isEqualTo(FileState.BUILT);
        assertThat(room.ledger.alarms().open()).hasSize(1);
        int attempts = room.now(file).attempts();

        server.fault = Fault.NONE;
        assertThat(room.now(file).attempts())
                .as("nothing is tried before the time")
                .isEqualTo(attempts);
        room.clock.forward(Duration.ofHours(2));

        awaitState(file, FileState.SENT);
        awaitState(behind, FileState.SENT);
        assertArrivedOnce(file);
        assertArrivedOnce(behind);
        assertThat(RegistryServer.files(server.dropOff())).hasSize(2);
        assertThat(room.ledger.alarms().open()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"sftp", "ftps"})
    void aLedgerThatGoesAwayDuringTheLoginLeavesNoSessionBehind(String kind) throws Exception {
        begin(kind);
        Account account = server.account("main").build();
        room.build(account, Feed.ONGOING, SIZE);
        server.atLogin = room.ledger::close;

        room.start(account);

        await().until(() -> server.logins() > 0);
        await().untilAsserted(() -> assertThat(server.sessions()).isZero());
    }

    @ParameterizedTest
    @CsvSource({"sftp, CUT_AFTER_RENAME", "ftps, CUT_AFTER_RENAME", "sftp, NONE", "ftps, NONE"})
    void aPickerThatTakesFilesAtOnceDoesNotMakeUsSendTwice(String kind, Fault fault) throws Exception {
        begin(kind);
        server.fault = fault;
        server.pickEvery(Duration.ofMillis(1));
        Account account = server.account("main").build();
        SubmissionFile file = room.build(account, Feed.ONGOING, SIZE);

        room.start(account);
        if (fault != Fault.NONE) {
            await().until(() -> room.now(file).lastError() != null);
            await().until(() -> RegistryServer.files(server.dropOff()).isEmpty());
            server.fault = Fault.NONE;
            room.clock.forward(Duration.ofHours(2));
        }

        awaitState(file, FileState.SENT);
        assertArrivedOnce(file);
    }

    @Test
    void aFileBesideOursThatIsPickedUpWhileTheFolderIsListedDoesNotHideOurs() throws Exception {
        begin("sftp");
        server.fault = Fault.PICKED_WHILE_LISTED;
        Account account = server.account("main").build();
        SubmissionFile file = room.build(account, Feed.ONGOING, SIZE);

        room.start(account);

        awaitState(file, FileState.SENT);
        assertArrivedOnce(file);
        assertThat(room.now(file).attempts()).isEqualTo(1);
        assertThat(room.ledger.alarms().open()).isEmpty();
    }

    @Test
    void aServerThatDoesNotListWhatItHasIsToldOfAndNothingIsTakenForPickedUp() throws Exception {
        begin("sftp");
        server.fault = Fault.NAMES_HIDDEN;
        Account account = server.account("main").build();
        SubmissionFile file = room.build(account, Feed.ONGOING, SIZE);

        room.start(account);

        await().untilAsserted(() -> assertThat(room.now(file).lastError()).contains("does not list it"));
        assertThat(room.now(file).state()).isEqualTo(FileState.SENDING);
        server.fault = Fault.NONE;
        room.clock.forward(Duration.ofHours(2));
        awaitState(file, FileState.SENT);
        assertArrivedOnce(file);
    }

    @ParameterizedTest
    @CsvSource({"sftp", "ftps"})
    void aForeignFileOfOurNameIsNeverTouched(String kind) throws Exception {
        begin(kind);
        Account account = server.account("main").build();
        SubmissionFile file = room.build(account, Feed.ONGOING, SIZE);
        Path foreign = Files.write(server.dropOff().resolve(file.name()), new byte[SIZE]);

        room.start(account);

        await().untilAsserted(() -> assertThat(room.now(file).lastError()).contains("is not ours"));
        assertThat(room.now(file).state()).isEqualTo(FileState.BUILT);
        assertThat(foreign).hasBinaryContent(new byte[SIZE]);

        Files.delete(foreign);
        room.clock.forward(Duration.ofHours(2));
        awaitState(file, FileState.SENT);
        assertArrivedOnce(file);
    }

    @ParameterizedTest
    @CsvSource({"sftp", "ftps"})
    void ourOwnFileThatIsThereAlreadyIsNotSentAgain(String kind) throws Exception {
        begin(kind);
        Account account = server.account("main").build();
        SubmissionFile file = room.build(account, Feed.ONGOING, SIZE);
        Files.copy(room.local(file), server.dropOff().resolve(file.name()));

        room.start(account);

        awaitState(file, FileState.SENT);
        assertArrivedOnce(file);
    }

    @ParameterizedTest
    @CsvSource({"sftp", "ftps"})
    void whereRenamingIsForbiddenAFileThatVanishedAfterABrokenUploadIsUnsure(String kind) throws Exception {
        begin(kind);
        server.fault = Fault.CUT_AT_HALF;
        Account account = server.account("main")
                .naming(new Account.Naming("{name}.part", false, true))
                .build();
        SubmissionFile file = room.build(account, Feed.ONGOING, SIZE);

        room.start(account);
        await().untilAsserted(() -> assertThat(room.now(file).lastError()).contains("broke"));
        server.pick();
        server.fault = Fault.NONE;
        room.clock.forward(Duration.ofHours(2));

        awaitState(file, FileState.UNSURE);
        assertThat(room.now(file).lastError()).contains("Nobody can tell whether " + file.name() + " arrived");
        assertThat(room.ledger.alarms().open())
                .extracting(Alarm::kind, Alarm::subject)
                .contains(org.assertj.core.groups.Tuple.tuple("file-unsure", "file:" + file.name()));
        room.clock.forward(Duration.ofDays(2));
        assertThat(room.now(file).state()).isEqualTo(FileState.UNSURE);
    }

    @ParameterizedTest
    @CsvSource({
        "sftp, CUT_AT_HALF",
        "ftps, CUT_AT_HALF",
        "sftp, QUOTA_FULL",
        "ftps, QUOTA_FULL",
        "sftp, NONE",
        "ftps, NONE"
    })
    void whereRenamingIsForbiddenAnUploadThatIsStillThereIsMended(String kind, Fault fault) throws Exception {
        begin(kind);
        server.fault = fault;
        Account account = server.account("main")
                .naming(new Account.Naming("{name}.part", false, true))
                .build();
        SubmissionFile file = room.build(account, Feed.ONGOING, SIZE);

        room.start(account);
        if (fault != Fault.NONE) {
            await().until(() -> room.now(file).lastError() != null);
            server.fault = Fault.NONE;
            room.clock.forward(Duration.ofHours(2));
        }

        awaitState(file, FileState.SENT);
        assertArrivedOnce(file);
    }

    @ParameterizedTest
    @CsvSource({"sftp", "ftps"})
    void aFolderThatMayNotBeLookedIntoIsServedOnTheServersWord(String kind) throws Exception {
        begin(kind);
        server.fault = Fault.CUT_AT_HALF;
        Account account = server.account("main")
                .naming(new Account.Naming("{name}.part", true, false))
                .build();
        SubmissionFile file = room.build(account, Feed.ONGOING, SIZE);

        room.start(account);
        await().until(() -> room.now(file).lastError() != null);
        server.fault = Fault.NONE;
        room.clock.forward(Duration.ofHours(2));

        awaitState(file, FileState.SENT);
        assertArrivedOnce(file);
    }

    @ParameterizedTest
    @CsvSource({"sftp", "ftps"})
    void aRefusedLoginRestsTheAccount(String kind) throws Exception {
        begin(kind);
        server.fault = Fault.WRONG_PASSWORD;
        Account account = server.account("main").build();
        SubmissionFile file = room.build(account, Feed.ONGOING, 1000);
        SubmissionFile other = room.build(account, Feed.HISTORICAL, 1000);

        room.start(account);

        await().untilAsserted(() -> assertThat(room.now(file).lastError()).contains("refused the login"));
        Instant next = room.clock.instant().plus(Duration.ofHours(1));
        assertThat(room.now(file).nextAttempt()).isEqualTo(next);
        await("the whole account rests").until(() -> next.equals(room.now(other).nextAttempt()));
        assertThat(server.logins()).as("passwords shown for one attempt").isEqualTo(1);
        assertThat(room.ledger.alarms().open())
                .extracting(Alarm::kind, Alarm::subject)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("login-refused", "account:main"));

        Instant end = room.clock.instant().plus(Duration.ofHours(24));
        while (room.clock.instant().isBefore(end)) {
            room.clock.forward(Duration.ofHours(1));
            pause();
        }
        assertThat(server.logins()).as("tries in a day").isBetween(3, 4);
    }

    @ParameterizedTest
    @CsvSource({"sftp", "ftps"})
    void aChangedPasswordIsTriedAtOnce(String kind) throws Exception {
        begin(kind);
        String[] password = {"old"};
        Account account = server.account("main").secret(() -> password[0]).build();
        SubmissionFile file = room.build(account, Feed.ONGOING, 1000);

        room.start(account);
        await().untilAsserted(() -> assertThat(room.now(file).lastError()).contains("refused the login"));
        password[0] = RegistryServer.PASSWORD;

        awaitState(file, FileState.SENT);
        assertThat(room.ledger.alarms().open()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"sftp", "ftps"})
    void aMissingFolderIsSaid(String kind) throws Exception {
        begin(kind);
        Files.delete(server.dropOff());
        Account account = server.account("main").build();
        SubmissionFile file = room.build(account, Feed.ONGOING, 1000);

        room.start(account);

        await().untilAsserted(() -> assertThat(room.now(file).lastError()).contains("The folder hl7-dropoff"));
        Files.createDirectory(server.dropOff());
        room.clock.forward(Duration.ofHours(2));
        awaitState(file, FileState.SENT);
        assertArrivedOnce(file);
    }

    @ParameterizedTest
    @CsvSource({"sftp"})
    void aChangedHostKeyStopsBeforeThePassword(String kind) throws Exception {
        begin(kind);
        ((FaultySftpServer) server).forgeKnownHosts();
        Account account = server.account("main").build();
        SubmissionFile file = room.build(account, Feed.ONGOING, 1000);

        room.start(account);

        await().untilAsserted(() -> assertThat(room.now(file).lastError()).contains("another host key"));
        assertThat(room.now(file).state()).isEqualTo(FileState.BUILT);
        assertThat(server.logins()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"sftp"})
    void faultsInARowWaitLongerEachTimeAndARestartDoesNotForgetIt(String kind) throws Exception {
        begin(kind);
        Account account = server.account("main")
                .port(1)
                .backOff(new BackOff(Duration.ofSeconds(30), Duration.ofHours(4), 0))
                .build();
        SubmissionFile file = room.build(account, Feed.ONGOING, 1000);
        room.start(account);

        long[] expected = {30, 30, 60, 120, 240};
        for (int fault = 0; fault < expected.length; fault++) {
            Instant next = room.clock.instant().plusSeconds(expected[fault]);
            await().untilAsserted(() -> assertThat(room.now(file).nextAttempt()).isEqualTo(next));
            if (fault == 2) {
                room.stop();
                room.start(account);
            }
            room.clock.set(next);
        }
        assertThat(room.ledger.alarms().open()).extracting(Alarm::kind).containsExactly("delivery-failing");
    }

    @ParameterizedTest
    @CsvSource({"sftp"})
    void theAgreedPaceHoldsAcrossARestart(String kind) throws Exception {
        begin(kind);
        Account account = server.account("main")
                .pace(new Pace(2, Duration.ofMinutes(10), TransferWindows.always()))
                .build();
        List<SubmissionFile> files = List.of(
                room.build(account, Feed.ONGOING, 100),
                room.build(account, Feed.ONGOING, 100),
                room.build(account, Feed.ONGOING, 100));

        room.start(account);
        awaitState(files.get(1), FileState.SENT);
        room.stop();
        room.clock.forward(Duration.ofMinutes(9));
        room.start(account);
        pause();
        assertThat(room.now(files.get(2)).state()).isEqualTo(FileState.BUILT);

        room.clock.forward(Duration.ofMinutes(1));
        awaitState(files.get(2), FileState.SENT);
    }

    @ParameterizedTest
    @CsvSource({"sftp"})
    void nothingLeavesOutsideTheWindowsOrThroughAClosedGate(String kind) throws Exception {
        begin(kind);
        room.clock.set(Instant.parse("2026-11-01T05:30:00Z"));
        Account account = server.account("main")
                .pace(new Pace(
                        0,
                        Duration.ofMinutes(10),
                        new TransferWindows("", "01:00-02:00", ZoneId.of("America/Chicago"))))
                .build();
        SubmissionFile first = room.build(account, Feed.ONGOING, 100);
        room.start(account);
        awaitState(first, FileState.SENT);

        for (String closed : List.of("2026-11-01T06:30:00Z", "2026-11-01T07:30:00Z")) {
            room.clock.set(Instant.parse(closed));
            SubmissionFile file = closed.contains("06:") ? room.build(account, Feed.ONGOING, 100) : lastBuilt();
            pause();
            assertThat(room.now(file).state()).as("half past one, " + closed).isEqualTo(FileState.BUILT);
        }
        room.gateOpen = false;
        room.clock.set(Instant.parse("2026-11-01T08:00:00Z"));
        pause();
        assertThat(lastBuilt().state()).isEqualTo(FileState.BUILT);
        room.gateOpen = true;
        awaitState(lastBuilt(), FileState.SENT);
    }

    @ParameterizedTest
    @CsvSource({"sftp"})
    void aDeliveryPausedBetweenTwoFilesGoesOnWithTheSecondWhenItIsResumed(String kind) throws Exception {
        begin(kind);
        Account account = server.account("main").build();
        List<SubmissionFile> files =
                List.of(room.build(account, Feed.ONGOING, 100), room.build(account, Feed.ONGOING, 100));
        Pausable delivery = Pausable.delivery("main");
        room.checkpoint = step -> {
            if (room.ledger.pauses().of(delivery).isEmpty()) {
                room.ledger.pauses().pause(delivery, "ann", "the registry asked");
            }
        };

        room.start(account);
        awaitState(files.get(0), FileState.SENT);
        pause();
        assertThat(room.now(files.get(1)).state()).isEqualTo(FileState.BUILT);
        room.stop();
        room.start(account);
        pause();
        assertThat(room.now(files.get(1)).state()).as("after a restart too").isEqualTo(FileState.BUILT);
        assertThat(server.logins()).isEqualTo(1);

        room.checkpoint = step -> {};
        room.ledger.pauses().resume(delivery, "ann", "it is ready");
        awaitState(files.get(1), FileState.SENT);
        files.forEach(this::assertArrivedOnce);
    }

    @ParameterizedTest
    @CsvSource({"sftp"})
    void aLeaseHeldElsewhereIsRespected(String kind) throws Exception {
        begin(kind);
        Account account = server.account("main").build();
        SubmissionFile file = room.build(account, Feed.ONGOING, 100);
        var lease = room.ledger
                .leases()
                .acquire(account.lease(), "somebody else", Duration.ofMinutes(5))
                .orElseThrow();

        room.start(account);
        pause();
        assertThat(server.logins()).isZero();

        room.ledger.leases().release(lease);
        awaitState(file, FileState.SENT);
    }

    @Test
    void oneLookIsEnoughForMoreAccountsThanThereAreSessions() throws Exception {
        begin("sftp");
        List<Account> accounts = IntStream.range(0, 25)
                .mapToObj(n -> server.account("clinic" + n).build())
                .toList();
        List<SubmissionFile> files = accounts.stream()
                .map(account -> room.build(account, Feed.ONGOING, 10, account.id()))
                .toList();
        CountDownLatch held = new CountDownLatch(1);
        room.checkpoint = step -> awaitUninterrupted(held);
        room.poll = "1h";
        room.start(accounts.toArray(Account[]::new));
        AdviceWith.adviceWith(
                room.camel(), "deliver-sftp", false, route -> route.replaceFromWith("direct:look-for-due-files"));

        try (ProducerTemplate looks = room.camel().createProducerTemplate()) {
            looks.asyncSendBody("direct:look-for-due-files", null);
            await().until(() -> server.sessions() == 10);
            assertThat(room.deliver.accounts("sftp", look()))
                    .as("who waits is not taken a second time")
                    .isEmpty();
            held.countDown();

            files.forEach(file -> awaitState(file, FileState.SENT));
        }
        files.forEach(this::assertArrivedOnce);
        assertThat(server.logins()).isEqualTo(25);
    }

    @Test
    void whoWaitsForASessionIsLookedForAgainWhenTheLookEndsOrItsRouteIsReplaced() throws Exception {
        begin("sftp");
        Account account = server.account("main").build();
        room.build(account, Feed.ONGOING, 10);
        room.poll = "1h";
        room.start(account);

        Exchange ended = look();
        assertThat(room.deliver.accounts("sftp", ended)).containsExactly(account);
        assertThat(room.deliver.accounts("sftp", look())).isEmpty();
        List<Synchronization> end = ended.getExchangeExtension().handoverCompletions();
        end.forEach(done -> done.onFailure(ended));

        assertThat(room.deliver.accounts("sftp", look())).containsExactly(account);
        end.forEach(done -> done.onComplete(ended));
        assertThat(room.deliver.accounts("sftp", look()))
                .as("one look says nothing of what another found")
                .isEmpty();
        room.camel().getRouteController().stopRoute("deliver-sftp");
        assertThat(room.deliver.accounts("sftp", look())).isEmpty();
        room.camel().removeRoute("deliver-sftp");
        room.load("submit/deliver-sftp");

        assertThat(room.deliver.accounts("sftp", look())).containsExactly(account);
    }

    private Exchange look() {
        Exchange look = new DefaultExchange(room.camel());
        look.getExchangeExtension().setFromRouteId("deliver-sftp");
        return look;
    }

    @Test
    void aSessionThatBreaksAfterAnotherNodeHasTakenOverSaysNothingOfTheAccount() throws Exception {
        begin("sftp");
        server.fault = Fault.CUT_AT_HALF;
        Account account = server.account("main").build();
        SubmissionFile file = room.build(account, Feed.ONGOING, SIZE);
        CountDownLatch broken = new CountDownLatch(1);
        room.checkpoint = step -> {
            if (step.equals("sending")) {
                Leases leases = room.ledger.leases();
                leases.release(leases.find(account.lease()).orElseThrow());
                leases.acquire(account.lease(), "somebody else", Duration.ofMinutes(5));
                broken.countDown();
            }
        };

        room.start(account);
        assertThat(broken.await(20, TimeUnit.SECONDS)).isTrue();
        await("the session ends").until(() -> !room.ledger.leases().isOurs(account.lease()));

        assertThat(room.ledger.alarms().open()).isEmpty();
        assertThat(room.now(file).lastError()).isNull();
        assertThat(room.now(file).nextAttempt()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"sftp", "ftps"})
    void aFileThatWaitsUnderItsTemporaryNameIsRenamedAlsoWhenThatNameIsSetAnew(String kind) throws Exception {
        SubmissionFile file = waitingForItsRename(kind);

        room.start(server.account("main")
                .naming(new Account.Naming("tmp_{name}", true, true))
                .build());

        awaitState(file, FileState.SENT);
        assertArrivedOnce(file);
    }

    @ParameterizedTest
    @CsvSource({"sftp", "ftps"})
    void aFileThatWaitsInOneFolderIsUnsureWhenAnotherIsSet(String kind) throws Exception {
        SubmissionFile file = waitingForItsRename(kind);
        Files.createDirectories(server.home.resolve("other"));

        room.start(server.account("main").dropOff("other").build());

        awaitState(file, FileState.UNSURE);
        assertThat(room.now(file).lastError())
                .contains(
                        "it was uploaded as ", server.account("main").build().dropOff() + "/" + file.name() + ".part");
        assertThat(room.ledger.alarms().open()).extracting(Alarm::kind).contains("file-unsure");
    }

    private SubmissionFile waitingForItsRename(String kind) throws Exception {
        begin(kind);
        server.fault = Fault.RENAME_REFUSED;
        Account account = server.account("main").build();
        SubmissionFile file = room.build(account, Feed.ONGOING, SIZE);
        room.start(account);
        await().untilAsserted(() -> assertThat(room.now(file).lastError()).contains("refused to rename"));
        assertThat(room.now(file).state()).isEqualTo(FileState.UPLOADED);
        room.stop();
        server.fault = Fault.NONE;
        room.clock.forward(Duration.ofHours(2));
        return file;
    }

    @Test
    void aPasswordThatCannotBeReadIsSaidAndStopsNobodyElse() throws Exception {
        begin("sftp");
        String[] password = {"old"};
        Account bad = server.account("bad")
                .connection("main")
                .secret(() -> {
                    if (password[0] == null) {
                        throw new IllegalStateException("secret file /x is empty. Write the secret into it.");
                    }
                    return password[0];
                })
                .build();
        Account good = server.account("main").build();
        SubmissionFile refused = room.build(bad, Feed.ONGOING, 1000, "BAD");
        room.start(bad, good);
        await().untilAsserted(() -> assertThat(room.now(refused).lastError()).contains("refused the login"));

        password[0] = null;
        room.clock.forward(Duration.ofHours(2));
        await().untilAsserted(() -> assertThat(room.now(refused).lastError())
                .contains("There is no login with account bad", "Write the secret into it."));
        assertThat(room.ledger.alarms().open())
                .extracting(Alarm::kind, Alarm::subject)
                .contains(org.assertj.core.groups.Tuple.tuple("delivery-failing", "account:bad"));
        assertThat(room.now(refused).nextAttempt()).isAfter(room.clock.instant());
        SubmissionFile file = room.build(good, Feed.HISTORICAL, 1000, "GOOD");
        awaitState(file, FileState.SENT);

        password[0] = good.secret().get();
        awaitState(refused, FileState.SENT);
        await().untilAsserted(() -> assertThat(room.ledger.alarms().open()).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"SENDING, BUILT", "UPLOADED, SENDING", "SENT, UPLOADED"})
    void aDiskThatIsFullIsToldOfAndTheServerIsNotAskedAtEachPoll(FileState step, FileState left) throws Exception {
        begin("sftp");
        boolean[] full = {true};
        Account account = server.account("main").build();
        SubmissionFile file = room.build(account, Feed.ONGOING, 1000);
        room.ledger.submissionFiles().tell((changed, to) -> {
            if (full[0] && to == step) {
                throw new FolderUnavailable(folder, "No space left on device", new java.io.IOException("full"));
            }
        });

        room.start(account);

        await().untilAsserted(() -> assertThat(room.now(file).lastError()).contains("No space left on device"));
        pause();
        assertThat(room.now(file).state()).isEqualTo(left);
        assertThat(server.logins()).isOne();
        assertThat(room.ledger.alarms().open()).extracting(Alarm::kind).containsExactly("file-stuck");
        full[0] = false;
        room.clock.forward(Duration.ofHours(2));
        awaitState(file, FileState.SENT);
        assertArrivedOnce(file);
    }

    @ParameterizedTest
    @CsvSource({"sftp"})
    void aFileThatChangedOnOurDiskIsNotSent(String kind) throws Exception {
        begin(kind);
        Account account = server.account("main").build();
        SubmissionFile file = room.build(account, Feed.ONGOING, 100);
        Files.write(room.local(file), new byte[100]);

        room.start(account);

        await().untilAsserted(() -> assertThat(room.now(file).lastError()).contains("is not what was built"));
        assertThat(server.arrived()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"sftp, true", "ftps, true", "sftp, false"})
    void aFileThatChangesOnOurDiskWhileItLeavesIsNotSent(String kind, boolean verify) throws Exception {
        begin(kind);
        Account account = server.account("main")
                .naming(new Account.Naming("{name}.part", true, verify))
                .build();
        SubmissionFile file = room.build(account, Feed.ONGOING, 100);
        byte[] built = Files.readAllBytes(room.local(file));
        room.checkpoint = step -> changeOurCopy(file, step);

        room.start(account);

        await().untilAsserted(() -> assertThat(room.now(file).lastError()).contains("is not what was built"));
        assertThat(server.arrived()).isEmpty();
        assertThat(Files.list(server.dropOff())).isEmpty();
        room.checkpoint = Delivery.Checkpoint.NONE;
        Files.write(room.local(file), built);
        room.clock.forward(Duration.ofHours(2));
        awaitState(file, FileState.SENT);
        assertArrivedOnce(file);
    }

    @Test
    void aFileThatChangesOnOurDiskWhileItGoesStraightToItsNameIsUnsure() throws Exception {
        begin("sftp");
        Account account = server.account("main")
                .naming(new Account.Naming("{name}.part", false, true))
                .build();
        SubmissionFile file = room.build(account, Feed.ONGOING, 100);
        room.checkpoint = step -> changeOurCopy(file, step);

        room.start(account);

        awaitState(file, FileState.UNSURE);
        assertThat(room.now(file).lastError()).contains("our copy was changed");
    }

    private void changeOurCopy(SubmissionFile file, String step) {
        if (step.equals("sending")) {
            try {
                Files.write(room.local(file), new byte[100]);
            } catch (java.io.IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void aForeignFileOfOurNameAndSizeInPlaceOfOursIsNotTakenForOurs() throws Exception {
        SubmissionFile file = waitingForItsRename("sftp");
        Files.delete(server.dropOff().resolve(file.name() + ".part"));
        Files.write(server.dropOff().resolve(file.name()), new byte[SIZE]);

        room.start(server.account("main").build());

        awaitState(file, FileState.UNSURE);
        assertThat(room.now(file).lastError()).contains("whose content is not ours");
    }

    @Test
    void aServerThatSaysNoSizesIsNotTakenForEmpty() throws Exception {
        begin("ftps");
        server.fault = Fault.SIZES_HIDDEN;
        Account account = server.account("main").build();
        SubmissionFile file = room.build(account, Feed.ONGOING, SIZE);
        Path foreign = Files.write(server.dropOff().resolve(file.name()), new byte[] {1});

        room.start(account);

        await().untilAsserted(() -> assertThat(room.now(file).lastError()).contains("does not say how large it is"));
        assertThat(foreign).hasBinaryContent(new byte[] {1});
        assertThat(room.now(file).state()).isEqualTo(FileState.BUILT);
    }

    @ParameterizedTest
    @CsvSource({"sending, SENDING", "uploaded, UPLOADED", "renaming, UPLOADED", "renamed, UPLOADED"})
    void aKillBetweenTheStepsLeavesAStateFromWhichTheNextStartGoesOn(String step, FileState left) throws Exception {
        begin("sftp");
        server.pickEvery(Duration.ofMillis(5));
        Account account = server.account("main").build();
        SubmissionFile file = room.build(account, Feed.ONGOING, SIZE);
        room.checkpoint = reached -> {
            if (reached.equals(step)) {
                room.gateOpen = false;
                throw new Killed();
            }
        };
        room.start(account);
        await().until(() -> !room.gateOpen);
        assertThat(room.now(file).state()).isEqualTo(left);
        room.stop();

        room.checkpoint = Delivery.Checkpoint.NONE;
        room.gateOpen = true;
        room.start(account);
        awaitState(file, FileState.SENT);
        assertArrivedOnce(file);
    }

    private static final class Killed extends Error {}

    private SubmissionFile lastBuilt() {
        return room.ledger.submissionFiles().recent(1).get(0);
    }

    private void awaitState(SubmissionFile file, FileState state) {
        await().untilAsserted(() -> assertThat(room.now(file).state()).isEqualTo(state));
    }

    private void assertArrivedOnce(SubmissionFile file) {
        // The picker may carry the file away while we look.
        await().ignoreException(UncheckedIOException.class).untilAsserted(() -> assertThat(server.arrived())
                .filteredOn(path -> path.getFileName().toString().startsWith(file.name()))
                .singleElement()
                .satisfies(path -> assertThat(path).hasSameBinaryContentAs(room.local(file))));
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    // Several polls go by.
    private static void pause() {
        await().pollDelay(Duration.ofMillis(250)).until(() -> true);
    }
}
