package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.management.ObjectName;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accounts of several organizations at one server, whose routes spell the same address and folder, used at the same time. */
class SessionsSideBySideTest {
    private static final int ACCOUNTS = 6;
    private static final int ROUNDS = 5;

    @TempDir
    Path folder;

    private final SshServer server = SshServer.setUpDefaultServer();
    private final List<Account> accounts = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        VirtualFileSystemFactory homes = new VirtualFileSystemFactory(folder);
        SimpleGeneratorHostKeyProvider keys = new SimpleGeneratorHostKeyProvider(folder.resolve("host.key"));
        keys.setAlgorithm(KeyUtils.EC_ALGORITHM);
        keys.setKeySize(256);
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(keys);
        server.setPasswordAuthenticator((user, password, session) -> password.equals("secret of " + user));
        server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
        server.setFileSystemFactory(homes);
        server.start();
        KeyPair pair = keys.loadKeys(null).iterator().next();
        Path known = Files.writeString(
                folder.resolve("known_hosts"),
                "[127.0.0.1]:" + server.getPort() + " " + PublicKeyEntry.toString(pair.getPublic()) + "\n");
        for (int n = 0; n < ACCOUNTS; n++) {
            String user = "clinic" + n;
            homes.setUserHomeDir(user, folder.resolve(user));
            Files.createDirectories(folder.resolve(user).resolve("in"));
            accounts.add(Account.builder(user, Account.Kind.SFTP)
                    .host("127.0.0.1")
                    .port(server.getPort())
                    .user(user)
                    .secret(() -> "secret of " + user)
                    .knownHosts(known)
                    .dropOff("in")
                    .timeOut(Duration.ofSeconds(60))
                    .build());
        }
    }

    @AfterEach
    void end() throws Exception {
        server.stop(true);
    }

    @Test
    void eachSessionIsLoggedInAsItsOwnAccount() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(ACCOUNTS);
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.start();
            AccountEndpoint endpoints = new AccountEndpoint(camel);
            for (int round = 0; round < ROUNDS; round++) {
                String name = "file" + round;
                CyclicBarrier together = new CyclicBarrier(ACCOUNTS);
                List<Future<?>> all = accounts.stream()
                        .<Future<?>>map(account -> threads.submit(() -> {
                            together.await();
                            lay(endpoints, account, name);
                            return null;
                        }))
                        .toList();
                for (Future<?> one : all) {
                    one.get();
                }
            }
            assertThat(IntStream.range(0, ACCOUNTS).boxed()).allSatisfy(n -> {
                for (int round = 0; round < ROUNDS; round++) {
                    assertThat(folder.resolve("clinic" + n + "/in/file" + round))
                            .hasContent("of clinic" + n);
                }
            });
            assertThat(camel.getEndpoints()).as("kept by Camel").isEmpty();
            assertThat(ManagementFactory.getPlatformMBeanServer()
                            .queryNames(
                                    ObjectName.getInstance(
                                            "org.apache.camel:context=" + camel.getName() + ",type=endpoints,*"),
                                    null))
                    .isEmpty();
        } finally {
            threads.shutdownNow();
        }
    }

    private static void lay(AccountEndpoint endpoints, Account account, String name) {
        byte[] bytes = ("of " + account.user()).getBytes(StandardCharsets.UTF_8);
        RemoteFolder remote = endpoints.open(AccountEndpoint.plainUri(account), account);
        try {
            remote.upload(name, new ByteArrayInputStream(bytes), bytes.length);
        } finally {
            remote.close();
        }
    }
}
