package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfficeFoldersTest {
    @TempDir
    Path work;

    @Test
    void rootWritesNothingIntoTheHomeOfAServersAccount() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can give a folder away");
        assertThatCode(() -> Office.closeToOthers(work)).doesNotThrowAnyException();

        Files.setOwner(
                work.resolve("run"),
                work.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
        Files.delete(work.resolve("notices"));
        assertThatThrownBy(() -> Office.closeToOthers(work))
                .isInstanceOf(StartFailed.class)
                .hasMessageContaining("VaxRoute runs as nobody in " + work)
                .hasMessageContaining("runuser -u nobody -- vaxroute");
        assertThatCode(() -> Files.readAttributes(work.resolve("notices"), "size"))
                .isInstanceOf(IOException.class);
    }
}
