package org.vaxroute.operate.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
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
