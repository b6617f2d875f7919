package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.ledger.Alarm;
import org.vaxroute.ledger.HeldCount;
import org.vaxroute.operate.mbean.KeptList;
import org.vaxroute.rules.RuleSet;

/** Somebody of the clinic edits the lists of sites and prescribers. */
class LiveListsTest {
    private static final String SITES = "config/sites.csv";
    private static final String PRESCRIBERS = "config/prescribers.csv";

    @TempDir
    Path folder;

    private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();

    private LiveLists lists(ShippedHome home) {
        Settings settings = home.settings();
        return new LiveLists(settings, new RoomSettings(settings), Clock.systemUTC());
    }

    private static void add(ShippedHome home, String file, String line) {
        home.write(file, home.read(file) + line + "\n");
    }

    private static String refused(LiveLists lists, String file) {
        return lists.state().stream()
                .filter(list -> list.file().equals(file))
                .map(KeptList::refused)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aChangeCountsWhenItLooksTheSameTwiceAndAFaultKeepsWhatWasInForce() {
        ShippedHome home = new ShippedHome(folder);
        LiveLists lists = lists(home);
        Object before = lists.sites();
        add(home, SITES, "north,North,CLINIC,0123456789,,2027-06-30,,,");

        lists.look(false);
        assertThat(lists.sites()).as("perhaps half-written").isSameAs(before);
        lists.look(false);
        Object taken = lists.sites();
        assertThat(taken).isNotSameAs(before);
        assertThat(lists.agreements("main")).singleElement().satisfies(end -> assertThat(end.site())
                .isEqualTo("north"));

        add(home, SITES, "south,South,S,0123456788,nowhere,2027-02-31,,,");
        lists.look(true);
        assertThat(lists.sites()).isSameAs(taken);
        assertThat(refused(lists, SITES))
                .contains("sites.csv")
                .contains("2027-02-31")
                .contains("nowhere");

        home.delete(SITES);
        lists.look(true);
        assertThat(lists.sites()).as("a list that is gone is no empty one").isSameAs(taken);
        assertThat(refused(lists, SITES)).contains("put it back");
    }

    @Test
    void prescribersThatASpreadsheetHasSavedAreTaken() {
        ShippedHome home = new ShippedHome(folder);
        LiveLists lists = lists(home);
        add(home, PRESCRIBERS, "U117,1234567893,NPI,NPI,Alvarez,Ines,2024-01-01,");
        home.write(
                PRESCRIBERS,
                "\uFEFF"
                        + home.read(PRESCRIBERS)
                                .lines()
                                .map(line -> line + (line.startsWith("#") ? ",,,,,,,\r\n" : "\r\n"))
                                .collect(Collectors.joining()));

        lists.look(true);

        assertThat(refused(lists, PRESCRIBERS)).isEmpty();
        assertThat(lists.codes().table("PRESCRIBERS").contains("U117")).isTrue();
    }

    @Test
    void aListThatCannotBeReadIsRefusedUntilItCan() throws Exception {
        ShippedHome home = new ShippedHome(folder);
        LiveLists lists = lists(home);
        Object before = lists.sites();
        String text = home.read(SITES);
        home.delete(SITES);
        Files.createDirectory(folder.resolve(SITES));

        lists.look(false);
        lists.look(false);
        assertThat(lists.sites()).isSameAs(before);
        assertThat(refused(lists, SITES)).contains("sites.csv cannot be read", "let the account");

        Files.delete(folder.resolve(SITES));
        home.write(SITES, text);
        lists.look(false);
        assertThat(refused(lists, SITES)).isEmpty();
    }

    @Test
    void prescribersAreMadePartOfRulesAndTransforms() {
        ShippedHome home = new ShippedHome(folder);
        LiveLists lists = lists(home);
        Map<String, RuleSet> before = lists.rules();
        add(home, PRESCRIBERS, "U117,1234567893,NPI,NPI,Alvarez,Ines,2024-01-01,");
        lists.look(true);
        assertThat(lists.rules()).isNotSameAs(before);
        assertThat(lists.state()).extracting(KeptList::rows).containsExactly(0, 1);

        Map<String, RuleSet> taken = lists.rules();
        add(home, PRESCRIBERS, "U118,1234567894");
        lists.look(true);
        assertThat(lists.rules()).isSameAs(taken);
        assertThat(refused(lists, PRESCRIBERS)).contains("prescribers.csv");
    }

    @Test
    void connectionsOfOneRegistryShareWhatIsMadeOfItsFiles() {
        ShippedHome home = new ShippedHome(folder);
        String main = home.read("config/connections/main.properties");
        for (String id : List.of("second", "other")) {
            home.write(
                    "config/connections/" + id + ".properties",
                    main.lines()
                            .filter(line -> !line.startsWith("source."))
                            .collect(Collectors.joining("\n", "", "\n")));
        }
        home.set("config/connections/other.properties", "registry", "generic-wir");
        home.set("config/connections/second.properties", "zone", "America/Denver");
        LiveLists lists = lists(home);

        assertThat(lists.rules().get("second")).isSameAs(lists.rules().get("main"));
        assertThat(lists.rules().get("other")).isNotSameAs(lists.rules().get("main"));
        assertThat(lists.transforms().get("second"))
                .as("of another time zone")
                .isNotSameAs(lists.transforms().get("main"));
    }

    @Test
    void prescribersWaitWithRulesThatWaitForARestart() {
        ShippedHome home = new ShippedHome(folder);
        LiveLists lists = lists(home);
        Map<String, RuleSet> before = lists.rules();
        String rules = "config/registries/immtrac2/rules.yaml";
        home.write(rules, home.read(rules) + "# a thought\n");
        add(home, PRESCRIBERS, "U117,1234567893,NPI,NPI,Alvarez,Ines,2024-01-01,");

        lists.look(true);

        assertThat(lists.rules()).isSameAs(before);
        assertThat(refused(lists, PRESCRIBERS)).contains("restart");
    }

    @Test
    void aRunningServerTakesThemRaisesAnAlarmAndFreesWhatWasHeld() throws Exception {
        ShippedHome home = new ShippedHome(folder);
        home.set("config/vaxroute.properties", "routes.reload", "false");
        try (VaxRoute server = VaxRoute.start(home.settings(), Clock.systemUTC())) {
            String name = "org.vaxroute:home=" + home.settings().home().name() + ",type=";
            ObjectName routes = new ObjectName(name + "Routes,name=all");
            ObjectName held = new ObjectName(name + "Held,name=all");
            add(home, SITES, "north,North,ELSEWHERE,0123456789,,,,,");
            beans.invoke(routes, "look", null, null);
            Path dropped = folder.resolve("work/in/clinic-files/day.hl7");
            Files.createDirectories(dropped.getParent());
            Files.writeString(dropped, Samples.vxu("C1", "Adams", "CLINIC"));
            await().untilAsserted(() -> assertThat(server.ledger().records().heldCounts())
                    .extracting(HeldCount::rule)
                    .containsExactly("SITE-UNKNOWN"));

            add(home, SITES, "south,South,CLINIC,,,,,,");
            beans.invoke(routes, "look", null, null);
            assertThat(server.ledger().alarms().open()).extracting(Alarm::kind).contains("list-refused");
            assertThat(listed(name)).singleElement().asString().contains("fill registryId");

            home.replace(SITES, "south,South,CLINIC,,", "south,South,CLINIC,0123456788,");
            beans.invoke(routes, "look", null, null);
            assertThat(server.ledger().alarms().open()).extracting(Alarm::kind).doesNotContain("list-refused");
            assertThat(listed(name)).isEmpty();

            long record = server.ledger()
                    .records()
                    .held(null, null, null, 0, 1)
                    .get(0)
                    .recordId();
            beans.invoke(
                    held, "recheck", new Object[] {record, "clinic entered"}, new String[] {"long", "java.lang.String"
                    });
            assertThat(server.ledger().records().heldCounts()).isEmpty();
        }
    }

    /** Why changes are not taken. */
    @SuppressWarnings("unchecked")
    private List<Object> listed(String name) throws Exception {
        return ((List<Map<String, Object>>)
                        beans.getAttribute(new ObjectName(name + "Configuration,name=all"), "Lists"))
                .stream()
                        .map(row -> row.get("refusedBecause"))
                        .filter(why -> !"".equals(why))
                        .toList();
    }
}
