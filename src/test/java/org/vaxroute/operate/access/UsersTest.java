package org.vaxroute.operate.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsersTest {
    @TempDir
    Path folder;

    @Test
    void whoIsWelcomeForThisRunGetsInByThatPasswordAloneAndStandsInNoFile() {
        Users users = new Users(folder.resolve("users"));
        users.welcome("operator", "a2b3c4d5".toCharArray(), Role.OPERATOR);

        assertThat(users.any()).isTrue();
        assertThat(users.logIn("operator", "a2b3c4d5".toCharArray())).contains(Role.OPERATOR);
        assertThat(users.logIn("operator", "a2b3c4d6".toCharArray())).isEmpty();
        assertThat(users.logIn("nobody", "a2b3c4d5".toCharArray())).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }
}
