package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.SubmissionFile;

/** Files that a person uploads in a browser: laid into a folder, and SENT on that person's word only. */
class HandOverRouteTest {
    @TempDir
    Path home;

    private MailRoom room;
    private Account account;
    private SubmissionFile file;
    private Path place;

    @BeforeEach
    void begin() {
        room = new MailRoom(home);
        account = Account.builder("main", Account.Kind.FOLDER)
                .dropOff("work/to-upload")
                .build();
        file = room.build(account, Feed.TEST, 1000);
        place = home.resolve("work/to-upload").resolve(file.name());
    }

    @AfterEach
    void end() {
        room.close();
    }

    @Test
    void aFileIsLaidDownWholeAndIsSentOnAPersonsWord() throws Exception {
        room.start(account);
        await().until(() -> room.now(file).state() == FileState.UPLOADED);
        assertThat(place).hasSameBinaryContentAs(room.local(file));

        room.clock.forward(Duration.ofDays(3));
        assertThat(room.now(file).state()).isEqualTo(FileState.UPLOADED);

        for (Duration wrong : List.of(Duration.ofDays(365), Duration.ofDays(-365))) {
            Instant year = room.clock.instant().plus(wrong);
            assertThatThrownBy(() -> room.handOver.uploaded(file.name(), year, "J. Doe"))
                    .hasMessageContaining("cannot have been uploaded at " + year);
        }
        Instant when = room.clock.instant().minus(Duration.ofHours(1));
        room.handOver.uploaded(file.name(), when, "J. Doe");

        assertThat(room.now(file).state()).isEqualTo(FileState.SENT);
        assertThat(room.now(file).sentAt()).isEqualTo(when);
        assertThat(place)
                .as("the copy holds patient data and has done its service")
                .doesNotExist();
        assertThat(room.ledger.trail().of("file:" + file.name()))
                .anySatisfy(entry -> assertThat(entry.who()).isEqualTo("J. Doe"));
    }

    @Test
    void aFileThatWasAnsweredBeforeAnybodySaidThatItWasUploadedIsTakenOutOfTheFolder() throws Exception {
        room.start(account);
        await().until(() -> room.now(file).state() == FileState.UPLOADED);
        Path own = Files.writeString(place.resolveSibling("notes.txt"), "somebody's own");

        // As an answer does.
        room.ledger.submissionFiles().sent(file.id());

        await().untilAsserted(() ->
                assertThat(place).as("somebody would upload it once more").doesNotExist());
        assertThat(own).exists();
    }

    @Test
    void aFileOfOtherBytesIsLeftInTheFolderWhateverItsName() throws Exception {
        room.start(account);
        await().until(() -> room.now(file).state() == FileState.UPLOADED);
        Files.writeString(place, "something else");
        room.ledger.submissionFiles().sent(file.id());
        await().pollDelay(Duration.ofMillis(500)).until(() -> true);
        assertThat(place).hasContent("something else");
    }

    @Test
    void anotherFileOfTheSameNameIsLeftAlone() throws Exception {
        Files.createDirectories(place.getParent());
        Files.writeString(place, "something else");

        room.start(account);

        await().untilAsserted(() -> assertThat(room.now(file).lastError()).contains("holds another file"));
        assertThat(place).hasContent("something else");
        Files.delete(place);
        room.clock.forward(Duration.ofHours(2));
        await().until(() -> room.now(file).state() == FileState.UPLOADED);
    }

    @Test
    void aWrongNameIsAnsweredWithTheRightOnes() throws Exception {
        room.start(account);
        await().until(() -> room.now(file).state() == FileState.UPLOADED);

        assertThatThrownBy(() -> room.handOver.uploaded("NOSUCH.hl7", room.clock.instant(), "J. Doe"))
                .hasMessage("No file NOSUCH.hl7 waits to be uploaded by hand. Waiting: " + file.name() + ".");
    }
}
