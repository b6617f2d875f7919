package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.SubmissionFile;

/**
 * The real deliver routes against OpenSSH's sftp server and vsftpd, with the line cut at the worst moments and with a picker that
 * takes files away: each file arrives exactly once.
 */
@ExtendWith(RealServers.Alone.class)
@Tag("slower")
class RealServerDeliveryIT {
    private static final int SIZE = 5_000_000;

    @TempDir
    Path folder;

    private RealServers servers;
    private MailRoom room;
    private CuttingProxy proxy;
    private final ScheduledExecutorService picker = Executors.newSingleThreadScheduledExecutor();

    @BeforeEach
    void begin() throws Exception {
        assumeTrue(RealServers.find().isPresent(), "started by .ci/servers start");
        servers = RealServers.find().get();
        empty(dropOff());
        empty(taken());
        room = new MailRoom(folder);
    }

    @AfterEach
    void end() throws Exception {
        picker.shutdownNow();
        if (room != null) {
            room.close();
        }
        if (proxy != null) {
            proxy.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "sftp.plain, false",
        "sftp.plain, true",
        "ftps.reuse, false",
        "ftps.reuse, true",
        "ftps.noreuse, false",
        "ftps.noreuse, true"
    })
    void filesArriveOnceWithAndWithoutAPicker(String server, boolean picked) throws Exception {
        if (picked) {
            pickEvery(Duration.ofMillis(20));
        }
        Account account = servers.account(server).build();
        List<SubmissionFile> files = IntStream.range(0, 5)
                .mapToObj(number -> room.build(account, Feed.ONGOING, SIZE / 5 * number + 1))
                .toList();

        room.start(account);

        files.forEach(this::assertArrivesOnce);
    }

    @ParameterizedTest
    @CsvSource({
        "sftp.plain, false",
        "sftp.plain, true",
        "ftps.reuse, false",
        "ftps.reuse, true",
        "ftps.noreuse, false",
        "ftps.noreuse, true"
    })
    void aLineThatIsCutInMidUploadLosesNothing(String server, boolean picked) throws Exception {
        Account account = throughProxy(server);
        SubmissionFile file = room.build(account, Feed.ONGOING, SIZE);
        proxy.cutAfterBytes(SIZE / 2);

        room.start(account);

        awaitFault(file, FileState.SENDING);
        mend(picked);
        assertArrivesOnce(file);
    }

    @ParameterizedTest
    @CsvSource({
        "sftp.plain, 0, false",
        "sftp.plain, 0, true",
        "ftps.reuse, 0, false",
        "ftps.reuse, 1, false",
        "ftps.reuse, 1, true",
        "ftps.noreuse, 1, false",
        "ftps.noreuse, 1, true"
    })
    void aLineThatIsCutBeforeTheRenameOrBetweenItsTwoHalvesLosesNothing(String server, int passing, boolean picked)
            throws Exception {
        Account account = throughProxy(server);
        SubmissionFile file = room.build(account, Feed.ONGOING, SIZE);
        room.checkpoint = step -> {
            if (step.equals("renaming")) {
                proxy.cutInPlaceOfRequest(passing);
            }
        };

        room.start(account);

        awaitFault(file, FileState.UPLOADED);
        assertThat(names(dropOff())).containsExactly(file.name() + ".part");
        mend(picked);
        assertArrivesOnce(file);
    }

    @ParameterizedTest
    @CsvSource({
        "sftp.plain, 1, false", "sftp.plain, 1, true",
        "ftps.reuse, 2, false", "ftps.reuse, 2, true",
        "ftps.noreuse, 2, false", "ftps.noreuse, 2, true"
    })
    void aRenameWhoseAnswerIsLostIsNotTakenForAFailure(String server, int passing, boolean picked) throws Exception {
        Account account = throughProxy(server);
        SubmissionFile file = room.build(account, Feed.ONGOING, SIZE);
        room.checkpoint = step -> {
            if (step.equals("renaming")) {
                proxy.cutInPlaceOfAnswer(passing);
            }
        };

        room.start(account);

        awaitFault(file, FileState.UPLOADED);
        assertThat(names(dropOff())).containsExactly(file.name());
        if (picked) {
            pick();
            assertThat(names(dropOff())).isEmpty();
        }
        mend(false);
        assertArrivesOnce(file);
        assertThat(room.now(file).attempts()).as("uploads").isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sftp.norename", "ftps.norename"})
    void whereTheServerForbidsRenamingTheSettingHelps(String server) throws Exception {
        Account account = servers.account(server).build();
        SubmissionFile file = room.build(account, Feed.ONGOING, SIZE);
        room.start(account);
        awaitFault(file, FileState.UPLOADED);
        assertThat(room.now(file).lastError()).contains("set account.rename=false");
        room.stop();

        Account changed = servers.account(server)
                .naming(new Account.Naming("{name}.part", false, true))
                .build();
        room.clock.forward(Duration.ofHours(2));
        room.start(changed);

        assertArrivesOnce(file);
        assertThat(names(dropOff())).containsExactly(file.name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sftp.plain", "ftps.reuse"})
    void aFullDiskIsWaitedFor(String server) throws Exception {
        assumeTrue(servers.hasSmallDisk());
        Path small = servers.home().resolve("hl7-small");
        empty(small);
        Account account = servers.account(server).dropOff("hl7-small").build();
        Path hog = Files.write(small.resolve("hog"), new byte[200_000]);
        SubmissionFile file = room.build(account, Feed.ONGOING, 150_000);

        room.start(account);

        awaitFault(file, FileState.SENDING);
        assertThat(room.now(file).lastError()).contains("refused the upload");
        Files.delete(hog);
        room.clock.forward(Duration.ofHours(2));
        await().untilAsserted(() -> assertThat(room.now(file).state()).isEqualTo(FileState.SENT));
        assertThat(small.resolve(file.name())).hasSameBinaryContentAs(room.local(file));
        empty(small);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sftp.plain", "ftps.reuse"})
    void aWrongPasswordRestsTheAccountAndANewOneWorksAtOnce(String server) throws Exception {
        Account right = servers.account(server).build();
        String[] password = {"wrong"};
        Account account = servers.account(server).secret(() -> password[0]).build();
        SubmissionFile file = room.build(account, Feed.ONGOING, 1000);

        room.start(account);
        awaitFault(file, FileState.BUILT);
        assertThat(room.now(file).nextAttempt()).isEqualTo(room.clock.instant().plus(Duration.ofHours(1)));
        password[0] = right.secret().get();

        assertArrivesOnce(file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sftp.plain", "ftps.reuse", "ftps.noreuse"})
    void doctorFindsNothingToMend(String server) throws Exception {
        Account account = servers.account(server).build();
        room.start();
        AccountProbe probe = new AccountProbe(
                new AccountEndpoint(room.camel()),
                room.ledger,
                room.gate(),
                folder,
                "test",
                java.time.Clock.systemUTC());

        List<ProbeLine> lines = probe.check(account, true);

        assertThat(lines).filteredOn(line -> !line.ok()).allSatisfy(line -> assertThat(line.subject())
                .as("the test certificate is short-lived")
                .isEqualTo("certificate"));
        assertThat(lines)
                .extracting(ProbeLine::subject)
                .contains("trust", "connection and login", "drop-off folder", "writing", "clock", "results folder");
        assertThat(names(dropOff())).isEmpty();
    }

    private Account throughProxy(String server) throws Exception {
        int[] data = server.startsWith("ftps")
                ? IntStream.rangeClosed(servers.passive(server), servers.passive(server) + 10)
                        .toArray()
                : new int[0];
        proxy = new CuttingProxy(servers.port(server), data);
        return servers.account(server).host(proxy.host()).build();
    }

    private void awaitFault(SubmissionFile file, FileState state) {
        await().untilAsserted(() -> {
            assertThat(room.now(file).lastError()).isNotNull();
            assertThat(room.now(file).state()).isEqualTo(state);
        });
    }

    private void mend(boolean picked) {
        room.checkpoint = Delivery.Checkpoint.NONE;
        if (proxy != null) {
            proxy.mend();
        }
        if (picked) {
            pickEvery(Duration.ofMillis(20));
        }
        room.clock.forward(Duration.ofHours(2));
    }

    private void assertArrivesOnce(SubmissionFile file) {
        await().untilAsserted(() -> assertThat(room.now(file).state()).isEqualTo(FileState.SENT));
        // The picker may carry the file away while we look.
        await().ignoreException(UncheckedIOException.class)
                .untilAsserted(() -> assertThat(copies(file)).singleElement().satisfies(copy -> assertThat(copy)
                        .hasSameBinaryContentAs(room.local(file))));
    }

    private List<Path> copies(SubmissionFile file) {
        return Stream.concat(RegistryServer.files(dropOff()).stream(), RegistryServer.files(taken()).stream())
                .filter(path -> path.getFileName().toString().startsWith(file.name()))
                .toList();
    }

    private Path dropOff() {
        return servers.home().resolve("hl7-dropoff");
    }

    private Path taken() {
        return servers.home().resolve("taken");
    }

    private static List<String> names(Path folder) {
        return RegistryServer.files(folder).stream()
                .map(path -> path.getFileName().toString())
                .toList();
    }

    private static void empty(Path folder) throws IOException {
        for (Path file : RegistryServer.files(folder)) {
            Files.delete(file);
        }
    }

    private void pickEvery(Duration pause) {
        picker.scheduleWithFixedDelay(this::pick, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void pick() {
        for (Path file : RegistryServer.files(dropOff())) {
            if (file.getFileName().toString().endsWith(".hl7")) {
                try {
                    Path place = taken().resolve(file.getFileName().toString());
                    for (int copy = 1; Files.exists(place); copy++) {
                        place = taken().resolve(file.getFileName() + ".again" + copy);
                    }
                    Files.move(file, place, StandardCopyOption.ATOMIC_MOVE);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }
}
