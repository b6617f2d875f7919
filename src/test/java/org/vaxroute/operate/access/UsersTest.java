package org.vaxroute.operate.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class UsersTest {
    @TempDir
    Path folder;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger().addAppender(log);
    }

    @AfterEach
    void listenNoMore() {
        logger().detachAppender(log);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(Users.class);
    }

    @Test
    void whoIsWelcomeForThisRunGetsInByThatPasswordAloneAndStandsInNoFile() {
        Users users = new Users(folder.resolve("users"));
        users.welcome("operator", "a2b3c4d5".toCharArray(), Role.OPERATOR);

        assertThat(users.any()).isTrue();
        assertThat(users.logIn("operator", "a2b3c4d5".toCharArray()))
                .map(Users.User::role)
                .contains(Role.OPERATOR);
        assertThat(users.logIn("operator", "a2b3c4d6".toCharArray())).isEmpty();
        assertThat(users.logIn("nobody", "a2b3c4d5".toCharArray())).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void moreThanFiveGuessesAreNotComparedBecauseTheyComeSideBySide() throws InterruptedException {
        Users users = new Users(folder.resolve("users"));
        users.put("vera", "vera's password".toCharArray(), Role.VIEWER);

        ExecutorService guessers = Executors.newFixedThreadPool(12);
        try {
            guessers.invokeAll(Collections.nCopies(12, () -> users.logIn("vera", "a guess".toCharArray())));
        } finally {
            guessers.shutdown();
        }

        assertThat(log.list)
                .as("each comparison behind the fourth wrong one says so")
                .hasSize(1);
    }

    @Test
    void aFloodOfLoginsDoesNotHoldEveryThread() throws Exception {
        Users users = new Users(folder.resolve("users"));
        users.put("vera", "vera's password".toCharArray(), Role.VIEWER);

        ExecutorService people = Executors.newFixedThreadPool(40);
        List<Future<Optional<Users.User>>> logins;
        try {
            logins = people.invokeAll(
                    Collections.nCopies(40, () -> users.logIn("vera", "vera's password".toCharArray())));
        } finally {
            people.shutdown();
        }

        int in = 0;
        for (Future<Optional<Users.User>> login : logins) {
            in += login.get().isPresent() ? 1 : 0;
        }
        assertThat(in).isBetween(16, 39);
        assertThat(users.logIn("vera", "vera's password".toCharArray())).isPresent();
    }

    @Test
    void aNameThatNobodyCanHaveIsNeitherComparedNorRemembered() {
        Users users = new Users(folder.resolve("users"));

        for (int i = 0; i < 6; i++) {
            assertThat(users.logIn("x".repeat(9_000), "a password".toCharArray()))
                    .isEmpty();
        }

        assertThat(log.list).isEmpty();
    }

    @Test
    void aFileThatRootWritesBelongsToTheOwnerOfItsFolder() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can give a file away");
        UserPrincipal server =
                folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
        Files.setOwner(folder, server);
        Path file = folder.resolve("users");

        new Users(file).put("anna", "long enough".toCharArray(), Role.VIEWER);

        assertThat(Files.getOwner(file)).isEqualTo(server);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }
}
