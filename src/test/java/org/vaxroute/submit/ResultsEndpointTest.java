package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.Feed;
import org.vaxroute.practice.PracticeRegistry;
import org.vaxroute.practice.RegistryOptions;

/** Looking into results folders over both protocols, with a registry that is really there. */
class ResultsEndpointTest {
    @TempDir
    Path folder;

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private PracticeRegistry registry;
    private MailRoom room;

    @BeforeEach
    void start() {
        registry = PracticeRegistry.start(folder.resolve("registry"), RegistryOptions.of(Clock.systemUTC()));
        room = new MailRoom(folder.resolve("home"));
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
        room.close();
        registry.close();
    }

    private Account sftp(String password) {
        return Account.builder("main", Account.Kind.SFTP)
                .host("127.0.0.1")
                .port(registry.sftpPort())
                .user(registry.user())
                .secret(() -> password)
                .knownHosts(registry.knownHosts())
                .results("results")
                .build();
    }

    private Account ftps() {
        return Account.builder("main", Account.Kind.FTPS)
                .host("localhost")
                .port(registry.ftpsPort())
                .user(registry.user())
                .secret(registry::password)
                .trustStore(registry.trustStore(), registry::trustStorePassword)
                .results("results")
                .build();
    }

    private ResultsEndpoint results(Account account) {
        return new ResultsEndpoint(
                camel,
                List.of(account),
                room.ledger,
                new SendGate() {
                    @Override
                    public Answer maySend(String connection, Feed feed) {
                        return Answer.OPEN;
                    }

                    @Override
                    public Answer mayDeliver(String connection, Feed feed) {
                        return Answer.OPEN;
                    }
                },
                "here",
                room.clock);
    }

    private static String uri(Account account) {
        return account.kind() == Account.Kind.SFTP
                ? "sftp:127.0.0.1:" + account.port() + "/results?strictHostKeyChecking=yes&useUserKnownHostsFile=false"
                : "ftps:localhost:" + account.port()
                        + "/results?implicit=true&binary=true&execPbsz=0&execProt=P&stepwise=false";
    }

    @Test
    void aFolderIsListedAndItsFilesAreFetchedOverBothProtocols() throws Exception {
        Files.createDirectories(registry.results().resolve("a folder"));
        Files.writeString(registry.results().resolve("one.ack"), "MSA|AA|1\r");
        byte[] large = new byte[300_000];
        Files.write(registry.results().resolve("large.ack"), large);

        for (Account account : List.of(sftp(registry.password()), ftps())) {
            try (ResultsEndpoint.Session session =
                    results(account).open("main", uri(account)).orElseThrow()) {
                List<ResultsEndpoint.Entry> listed = session.list();
                assertThat(listed)
                        .filteredOn(ResultsEndpoint.Entry::plain)
                        .extracting(entry -> entry.name() + " " + entry.size())
                        .containsExactlyInAnyOrder("one.ack 9", "large.ack 300000");
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                session.fetch("large.ack", bytes);
                assertThat(bytes.toByteArray()).isEqualTo(large);
                bytes.reset();
                session.fetch("one.ack", bytes);
                assertThat(bytes).hasToString("MSA|AA|1\r");
                assertThatThrownBy(() -> session.fetch("gone.ack", bytes)).isInstanceOf(DeliveryFailure.class);
            }
        }
        try (Stream<Path> left = Files.list(registry.results())) {
            assertThat(left).as("nothing is removed").hasSize(3);
        }
    }

    @Test
    void aSessionThatAnotherNodeMayHaveBegunIsClosedInTheMiddleOfWhatItDoes() throws Exception {
        Files.write(registry.results().resolve("large.ack"), new byte[3_000_000]);

        for (Account account : List.of(sftp(registry.password()), ftps())) {
            try (RemoteFolder remote = new AccountEndpoint(camel).open(uri(account), account)) {
                assertThatThrownBy(() -> remote.fetch("large.ack", new OutputStream() {
                            @Override
                            public void write(int one) {
                                remote.cut();
                            }
                        }))
                        .isInstanceOf(ServerAway.class)
                        .hasMessageContaining("closed here");
                assertThatThrownBy(remote::list).isInstanceOf(ServerAway.class).hasMessageContaining("closed here");
            }
        }
    }

    @Test
    void aListBrokenOffBecauseAFileIsRemovedMeanwhileIsMadeAnew() throws Exception {
        try (FaultySftpServer server = new FaultySftpServer(folder.resolve("faulty"))) {
            server.fault = Fault.PICKED_WHILE_LISTED;
            Files.writeString(server.dropOff().resolve("one.ack"), "MSA|AA|1\r");
            Account account = server.account("main").results("hl7-dropoff").build();
            String uri = "sftp:127.0.0.1:" + server.port() + "/hl7-dropoff";

            try (ResultsEndpoint.Session session =
                    results(account).open("main", uri).orElseThrow()) {
                assertThat(session.list())
                        .extracting(ResultsEndpoint.Entry::name)
                        .contains("one.ack");
            }
        }
    }

    @Test
    void anAnswerThatComesAByteASecondIsGivenUp() throws Exception {
        Files.write(registry.results().resolve("slow.ack"), new byte[300_000]);
        try (CuttingProxy line = new CuttingProxy(registry.sftpPort())) {
            Path known = folder.resolve("known_hosts");
            Files.writeString(known, Files.readString(registry.knownHosts()).replace("127.0.0.1", line.host()));
            Account account = Account.builder("main", Account.Kind.SFTP)
                    .host(line.host())
                    .port(registry.sftpPort())
                    .user(registry.user())
                    .secret(registry::password)
                    .knownHosts(known)
                    .results("results")
                    .timeOut(Duration.ofSeconds(2))
                    .build();
            try (ResultsEndpoint.Session session = results(account)
                    .open("main", uri(account).replace("127.0.0.1", line.host()))
                    .orElseThrow()) {
                line.manner(CuttingProxy.Manner.DRIP).strike();
                assertThatThrownBy(() -> session.fetch("slow.ack", new ByteArrayOutputStream()))
                        .isInstanceOf(ServerAway.class)
                        .hasMessageContaining("kept us waiting");
            }
        }
    }

    @Test
    void theAccountIsUsedByOneAtATimeAndWhatWaitsToBeSentGoesFirst() {
        Account account = sftp(registry.password());
        ResultsEndpoint results = results(account);
        assertThat(room.ledger.leases().acquire(account.lease(), "delivery", Duration.ofMinutes(5)))
                .isPresent()
                .get()
                .satisfies(lease -> {
                    assertThat(results.open("main", uri(account))).isEmpty();
                    room.ledger.leases().release(lease);
                });

        room.build(account, Feed.ONGOING, 100);
        assertThat(results.open("main", uri(account))).as("a file waits").isEmpty();
        room.clock.forward(ResultsEndpoint.PATIENCE);
        Optional<ResultsEndpoint.Session> patient = results.open("main", uri(account));
        assertThat(patient).as("but not for ever").isPresent();
        patient.get().close();
    }

    @Test
    void aRefusedLoginRestsTheAccountForDeliveryToo() {
        Account account = sftp("wrong");
        ResultsEndpoint results = results(account);

        assertThatThrownBy(() -> results.open("main", uri(account))).isInstanceOf(LoginRefused.class);

        assertThat(results.open("main", uri(account))).as("no second knock").isEmpty();
        assertThat(room.ledger.alarms().open()).anyMatch(alarm -> alarm.kind().equals(Outbox.LOGIN_REFUSED));
    }

    @Test
    void aFolderThatMayNotBeLookedIntoIsToldOfUntilItMay() throws Exception {
        Account account = sftp(registry.password());
        ResultsEndpoint results = results(account);
        Path away = registry.results().resolveSibling("away");
        try (ResultsEndpoint.Session session =
                results.open("main", uri(account)).orElseThrow()) {
            Files.move(registry.results(), away);
            assertThatThrownBy(session::list).isInstanceOf(FolderRefused.class);
        }
        assertThat(room.ledger.alarms().open()).extracting("kind").containsExactly(ResultsEndpoint.FAILING);

        Files.move(away, registry.results());
        try (ResultsEndpoint.Session session =
                results.open("main", uri(account)).orElseThrow()) {
            assertThat(room.ledger.alarms().open()).as("let in, and not more").hasSize(1);
            session.list();
        }
        assertThat(room.ledger.alarms().open()).isEmpty();
    }

    @Test
    void aFileThatIsRefusedIsNoFaultOfTheFolder() throws Exception {
        Account account = sftp(registry.password());
        try (ResultsEndpoint.Session session =
                results(account).open("main", uri(account)).orElseThrow()) {
            session.list();
            assertThatThrownBy(() -> session.fetch("gone.ack", new ByteArrayOutputStream()))
                    .isInstanceOf(TransferRefused.class);
        }
        assertThat(room.ledger.alarms().open()).isEmpty();
    }
}
