package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An H2 ledger whose process dies, or fails, while the schema is made or brought up to date. */
class FirstStepsTest {
    @TempDir
    Path folder;

    private LedgerSettings settings;
    private Path file;
    private Path mark;
    private Path copy;

    @BeforeEach
    void place() {
        settings = LedgerSettings.of("jdbc:h2:file:work/ledger", "vaxroute", "", folder);
        file = folder.resolve("work/ledger.mv.db");
        mark = folder.resolve("work/ledger.mv.db.being-made");
        copy = folder.resolve("work/ledger.mv.db.before-migration");
    }

    @Test
    void nothingIsLeftBesideALedgerThatIsWhole() throws IOException {
        open();
        try (var all = Files.list(folder.resolve("work"))) {
            assertThat(all.map(one -> one.getFileName().toString())).containsExactly("ledger.mv.db");
        }
    }

    @Test
    void oneThatWasBeingMadeIsMadeAgain() throws Exception {
        Files.createDirectories(file.getParent());
        Files.createFile(mark);
        // As after a kill between two statements of the first migration.
        execute("create table standing (standing_id integer)");

        open("first");

        assertThat(subjects()).containsExactly("first");
        assertThat(mark).doesNotExist();
    }

    @Test
    void aLedgerLaidDownWhereOneWasBegunIsNotLost() throws Exception {
        open("real");
        Files.createFile(mark);

        open("first");

        assertThat(subjects()).containsExactly("first");
        try (var all = Files.list(file.getParent())) {
            Path aside = all.filter(one -> one.getFileName().toString().startsWith("ledger.mv.db.set-aside-"))
                    .findFirst()
                    .orElseThrow();
            Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
        }
        assertThat(subjects()).containsExactly("real");
    }

    @Test
    void oneWhoseMigrationWasCutOffIsPutBackAndMigratedAgain() throws Exception {
        older("kept");
        Files.copy(file, copy);
        // Half of a migration, and what Flyway notes of one that failed.
        execute("create table edited_text (state varchar(10))");
        execute(
                "insert into \"flyway_schema_history\" (\"installed_rank\", \"version\", \"description\", \"type\", \"script\","
                        + " \"checksum\", \"installed_by\", \"installed_on\", \"execution_time\", \"success\") select max(\"installed_rank\") + 1, '17',"
                        + " 'edited text', 'SQL', 'V17__edited_text.sql', 1, 'vaxroute', current_timestamp, 1, false from \"flyway_schema_history\"");

        assertThat(subjects()).containsExactly("kept");
        assertThat(copy).doesNotExist();
    }

    @Test
    void aMigrationThatFailsLeavesTheFileAsItWas() throws Exception {
        older("kept");
        execute("create table edited_text (state varchar(10))");

        assertThatThrownBy(() -> open("never"))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("up to date");
        assertThat(copy).doesNotExist();

        execute("drop table edited_text");
        assertThat(subjects()).containsExactly("kept");
    }

    @Test
    void anotherProcessAtWorkIsLeftAlone() throws Exception {
        older("kept");
        Files.copy(file, copy);
        try (FileChannel busy = FileChannel.open(copy, StandardOpenOption.WRITE)) {
            busy.lock();
            assertThatThrownBy(() -> open("never"))
                    .isInstanceOf(LedgerUnavailable.class)
                    .hasMessageContaining("another process");
            assertThat(copy).exists();
        }
    }

    @Test
    void aCopyIsForTheOwnerOnlyAndAnOpenLedgerSaysSoAtOnce() throws Exception {
        older("kept");
        FirstSteps steps = FirstSteps.of(settings);
        steps.begin();
        steps.copy();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
                .isEqualTo("rw-------");
        steps.done();
        try (Ledger ledger = Ledger.open(settings, Clock.systemUTC())) {
            assertThat(ledger.trail().recent(1)).hasSize(1);
        }
    }

    /** A ledger as an older version left it. */
    private void older(String subject) throws SQLException {
        Database.configured(Dialect.H2)
                .dataSource(settings.url(), settings.user(), settings.password())
                .target("12")
                .load()
                .migrate();
        execute(
                "insert into trail (happened_at, who, action, subject, detail) values (current_timestamp, 'somebody', 'look', '"
                        + subject + "', '')");
    }

    private void open(String... subjects) {
        try (Ledger ledger = Ledger.open(settings, Clock.systemUTC())) {
            for (String subject : subjects) {
                ledger.trail().append("somebody", "look", subject, "");
            }
        }
    }

    private List<String> subjects() {
        try (Ledger ledger = Ledger.open(settings, Clock.systemUTC())) {
            return ledger.trail().recent(10).stream().map(TrailEntry::subject).toList();
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(settings.url(), settings.user(), settings.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
