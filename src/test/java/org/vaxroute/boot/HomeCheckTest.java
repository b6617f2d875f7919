package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.cli.House;

/** What {@code vaxroute check}, and each start, finds where every file is right by itself and the whole is not. */
class HomeCheckTest {
    private static final String MAIN = "config/connections/main.properties";
    private static final String COUNTY = "config/connections/county.properties";

    @TempDir
    Path folder;

    private ShippedHome home;

    @BeforeEach
    void home() {
        home = new ShippedHome(folder);
    }

    private List<String> check() {
        return House.find().check(folder);
    }

    private void county() {
        home.write(
                COUNTY,
                home.read(MAIN)
                        .replace("source.clinic-", "source.county-")
                        .replace("registry = immtrac2", "registry = generic-wir"));
        home.set(COUNTY, "file-code", "COUNTY");
    }

    @Test
    void filesOfTwoConnectionsNeverMeetUnderOneName() {
        county();
        home.set(COUNTY, "file-code", "example");

        assertThat(check()).anySatisfy(fault -> assertThat(fault)
                .contains("its files would bear the names of those of connection", "Set the file-code"));

        home.set(COUNTY, "account.drop-off", "county");
        assertThat(check()).noneMatch(fault -> fault.contains("would bear the names"));
    }

    @Test
    void anMllpMessageBelongsToOneConnectionAlone() {
        county();
        home.set(MAIN, "source.clinic-messages.kind", "mllp");
        home.set(COUNTY, "source.county-messages.kind", "mllp");

        assertThat(check()).singleElement().satisfies(fault -> assertThat(fault)
                .contains("source.clinic-messages of connection main", "source.county-messages of connection county"));

        home.set(COUNTY, "source.county-messages.sending-facility", "COUNTY");
        assertThat(check()).isEmpty();
    }

    private void database(String url) {
        home.set(MAIN, "source.clinic-database.kind", "jdbc");
        home.set(MAIN, "source.clinic-database.ehr", "synthea");
        home.set(MAIN, "source.clinic-database.url", url);
        home.set(MAIN, "source.clinic-database.cron", "0 0/15 * * * ?");
    }

    @Test
    void anEhrDatabaseElsewhereIsReadOverALineThatIsChecked() {
        database("jdbc:mariadb://ehr.example/openemr");
        assertThat(check()).singleElement().satisfies(fault -> assertThat(fault)
                .startsWith(MAIN + ": source.clinic-database.url (jdbc:mariadb://ehr.example/openemr)")
                .contains("sslMode=verify-full"));

        home.set(MAIN, "source.clinic-database.plain-text", "true");
        assertThat(check()).isEmpty();
    }

    @Test
    void aQueryWithoutTheMarkIsNotBegun() {
        database("jdbc:h2:mem:nothing");
        assertThat(check()).isEmpty();
        String query = "config/sources/synthea/query.sql";
        home.write(query, home.read(query).replaceAll("(?s)where i.DATE.*?order", "order"));

        assertThat(check()).singleElement().satisfies(fault -> assertThat(fault)
                .startsWith("config/sources/synthea/query.sql (source.clinic-database): the query does not use :mark"));
    }

    @Test
    void aTransformForASourceThatThereIsNotIsToldByItsLine() {
        home.write(
                "config/transform/site.yaml",
                """
                operations:
                  - {id: north-sender, do: set, path: MSH-4, value: "0042170005", source: nroth-files}
                """);
        assertThat(check()).singleElement().satisfies(fault -> assertThat(fault)
                .contains("site.yaml:2: the operation 'north-sender' is for the source 'nroth-files'", "clinic-files"));

        home.replace("config/transform/site.yaml", "nroth-files", "clinic-files");
        assertThat(check()).isEmpty();
    }

    @Test
    void whatIsNotInUseIsNamedSinceNothingIsSaidOfIt() {
        county();
        home.set(COUNTY, "enabled", "false");
        home.set(MAIN, "source.clinic-messages.kind", "mllp");

        assertThat(House.find().notInUse(folder))
                .containsExactly("county (enabled = false)", "main.clinic-messages (intake.mllp.enabled = false)");
    }

    @Test
    void aFileThatWouldNotBeReadForItsEndingIsNamed() {
        home.write("config/transform/site.yml", "operations: []\n");

        assertThat(check()).singleElement().satisfies(fault -> assertThat(fault)
                .contains("site.yml: is not read; name it site.yaml"));
    }

    @Test
    void aFaultInTheListOfAnswersIsOneAmongTheOthers() {
        String answers = "config/registries/immtrac2/answers.csv";
        String text = home.read(answers);
        home.write(answers, "\uFEFF" + text);
        assertThat(check()).as("saved by a spreadsheet").isEmpty();

        home.write(answers, text + "CLR-999,refused,,,,\n");
        home.write("routes/watch/own.yml", "");
        assertThat(check())
                .hasSize(2)
                .anySatisfy(fault -> assertThat(fault).contains("answers.csv", "\"refused\""))
                .anySatisfy(fault -> assertThat(fault).contains("own.yml"));
    }

    @Test
    void aProfileBuildsOnAllThatItsBaseBuildsOn() {
        home.write(
                "config/registries/own/registry.properties",
                home.read("config/registries/generic-wir/registry.properties")
                        .replace("base = national", "base = generic-wir"));
        Settings settings = Settings.load(Home.of(folder));

        assertThat(new ProfileFiles(settings).folders("own"))
                .extracting(path -> path.getFileName().toString())
                .containsExactly("national", "generic-wir", "own");
    }
}
