package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.model.Model;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.Alarm;
import org.vaxroute.practice.FreePort;

/** An engineer edits the files of a running server. */
class RouteReloadTest {
    private static final String INTAKE = "routes/intake/intake-file.yaml";

    @TempDir
    Path folder;

    private ShippedHome home;
    private VaxRoute server;
    private ObjectName routes;
    private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();

    @BeforeEach
    void start() throws Exception {
        home = new ShippedHome(folder);
        home.set("config/vaxroute.properties", "routes.reload", "false");
        home.set("config/vaxroute.properties", "intake.chunk", "5");
        server = VaxRoute.start(home.settings(), Clock.systemUTC());
        routes = new ObjectName("org.vaxroute:home=" + home.settings().home().name() + ",type=Routes,name=all");
    }

    @AfterEach
    void stop() {
        server.close();
        assertThat(beans.isRegistered(routes)).isFalse();
    }

    @Test
    void aChangedFileIsTakenWhileTheOthersGoOnAndWhatIsInWorkIsNotLost() throws Exception {
        Route watch = camel().getRoute("due-watch");
        Path dropped = folder.resolve("work/in/clinic-files/day.hl7");
        Files.createDirectories(dropped.getParent());
        Files.writeString(dropped, Samples.batch(300));
        await().until(() -> Samples.read(server.ledger(), "clinic-files") > 0);

        String place = "              - bean:\n                  id: check-file";
        home.replace(
                INTAKE,
                place,
                "              - log:\n                  id: say-chunk\n                  message: a chunk\n" + place);
        assertThat(look()).isEqualTo("what runs is what the files say");

        assertThat(camel().getProcessor("say-chunk")).isNotNull();
        assertThat(camel().getRoute("due-watch")).isSameAs(watch);
        await().until(() -> Files.exists(dropped.resolveSibling(".done/day.hl7")));
        assertThat(Samples.read(server.ledger(), "clinic-files")).isEqualTo(300);
        assertThat(server.ledger().conservation().balance().differences()).isEmpty();
        assertThat(rows("Swapped"))
                .extracting(row -> row.get("file") + " " + row.get("what"))
                .containsExactly(INTAKE + " changed");
    }

    @Test
    void aFaultLeavesTheRunningRoutesUntouchedAndRaisesAnAlarmUntilItIsMended() throws Exception {
        Map<String, Route> before = Samples.routes(camel());
        home.replace(INTAKE, "ref: newerData", "ref: newestData");

        assertThat(look()).isEqualTo("1 faults; what ran before goes on");

        assertThat(Samples.routes(camel())).isEqualTo(before);
        assertThat(beans.getAttribute(routes, "State")).isEqualTo("refused");
        assertThat(rows("Faults")).singleElement().satisfies(fault -> assertThat(fault)
                .containsEntry("file", INTAKE)
                .containsEntry("line", 43)
                .containsEntry("column", 19)
                .containsEntry("problem", "there is no bean newestData"));
        assertThat(server.ledger().alarms().open()).extracting(Alarm::kind).contains("routes-refused");

        home.replace(INTAKE, "ref: newestData", "ref: newerData");
        look();

        assertThat(beans.getAttribute(routes, "State")).isEqualTo("current");
        assertThat(server.ledger().alarms().open()).extracting(Alarm::kind).doesNotContain("routes-refused");
        assertThat(Samples.routes(camel())).isEqualTo(before);
    }

    @Test
    void aFileThatCannotBeReadIsRefusedWithAnAlarmUntilItCan() throws Exception {
        Map<String, Route> before = Samples.routes(camel());
        Path file = folder.resolve(INTAKE);
        String good = Files.readString(file);
        Files.write(file, (good + "# Jos\u00e9\n").getBytes(StandardCharsets.ISO_8859_1));

        assertThat(look()).isEqualTo("1 faults; what ran before goes on");

        assertThat(Samples.routes(camel())).isEqualTo(before);
        assertThat(server.ledger().alarms().open())
                .filteredOn(alarm -> alarm.kind().equals("routes-refused"))
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.detail()).contains(INTAKE).contains("cannot be read as UTF-8"));

        Files.writeString(file, good);
        look();

        assertThat(beans.getAttribute(routes, "State")).isEqualTo("current");
        assertThat(server.ledger().alarms().open()).extracting(Alarm::kind).doesNotContain("routes-refused");
    }

    @Test
    void aFolderThatLeadsRoundInACircleIsRefusedWithAnAlarmUntilItIsGone() throws Exception {
        Path circle = Files.createSymbolicLink(folder.resolve("routes/round"), folder.resolve("routes"));

        assertThat(look()).isEqualTo("1 faults; what ran before goes on");

        assertThat(server.ledger().alarms().open()).extracting(Alarm::kind).contains("routes-refused");
        Files.delete(circle);
        assertThat(look()).isEqualTo("what runs is what the files say");
        assertThat(server.ledger().alarms().open()).extracting(Alarm::kind).doesNotContain("routes-refused");
    }

    @Test
    void newAndRemovedFilesAreTakenToo() throws Exception {
        home.write(
                "routes/watch/own-tick.yaml",
                """
                - route:
                    id: own-tick
                    group: watch
                    description: Says that the house is awake.
                    routeConfigurationId: on-feed-failure
                    from:
                      uri: scheduler:own-tick
                      parameters:
                        delay: "{{feed.tick}}"
                      steps:
                        - log:
                            id: say-awake
                            loggingLevel: DEBUG
                            message: awake
                """);
        look();
        assertThat(camel().getRouteController().getRouteStatus("own-tick").isStarted())
                .isTrue();

        home.delete("routes/watch/own-tick.yaml");
        look();
        assertThat(camel().getRoute("own-tick")).isNull();
        assertThat(rows("Swapped")).extracting(row -> row.get("what")).containsExactly("gone", "new");
    }

    @Test
    void aFailureConfigurationIsBuiltIntoEveryRouteThatNamesIt() throws Exception {
        Route watch = camel().getRoute("due-watch");
        Route deliver = camel().getRoute("deliver-folder");
        home.replace("routes/failures/on-feed-failure.yaml", "loggingLevel: ERROR", "loggingLevel: WARN");

        look();

        assertThat(camel().getRoute("due-watch")).isNotNull().isNotSameAs(watch);
        assertThat(camel().getRoute("deliver-folder")).isSameAs(deliver);
        assertThat(camel().getRoutes()).allSatisfy(route -> assertThat(camel().getRouteController()
                        .getRouteStatus(route.getRouteId())
                        .isStarted())
                .isEqualTo(!Boolean.FALSE.equals(route.isAutoStartup())));
    }

    @Test
    void aSettingThatOnlyRoutesReadIsTakenAndOthersWaitForARestart() throws Exception {
        Route deliver = camel().getRoute("deliver-folder");
        Route watch = camel().getRoute("due-watch");
        home.set("config/vaxroute.properties", "deliver.poll", "300ms");
        home.set("config/vaxroute.properties", "intake.chunk", "7");

        assertThat(look()).isEqualTo("waits for a restart: config/vaxroute.properties: intake.chunk");

        assertThat(camel().getRoute("deliver-folder")).isNotSameAs(deliver);
        assertThat(camel().getRoute("deliver-folder").getEndpoint().getEndpointUri())
                .contains("delay=300");
        assertThat(camel().getRoute("due-watch")).isSameAs(watch);
        assertThat(look())
                .as("also when nothing has changed since")
                .isEqualTo("waits for a restart: config/vaxroute.properties: intake.chunk");

        home.set("config/vaxroute.properties", "intake.chunk", "5");
        assertThat(look()).isEqualTo("what runs is what the files say");
    }

    /** As one that was compiled for a newer Java, or against a library that is not there. */
    public static final class Broken {
        private static final int NOBODY = Integer.parseInt("nobody");

        public int age() {
            return NOBODY;
        }
    }

    @Test
    void aClassOfTheSitesOwnThatCannotBeLoadedIsAFaultLikeAnyOther() throws Exception {
        Map<String, Route> before = Samples.routes(camel());
        home.write(
                "routes/watch/own-beans.yaml",
                "- beans:\n    - name: own\n      type: " + Broken.class.getName() + "\n");

        assertThat(look()).isEqualTo("1 faults; what ran before goes on");

        assertThat(Samples.routes(camel())).isEqualTo(before);
        assertThat(rows("Faults")).singleElement().satisfies(fault -> assertThat(fault)
                .containsEntry("file", "routes/watch/own-beans.yaml"));
    }

    @Test
    void aKeyThatMayBeLeftOutIsTakenToo() throws Exception {
        home.replace("routes/watch/due-watch.yaml", "\"{{watch.tick}}\"", "\"{{?site.own.tick}}\"");
        home.set("config/vaxroute.properties", "site.own.tick", "200");
        assertThat(look()).isEqualTo("what runs is what the files say");
        home.set("config/vaxroute.properties", "site.own.tick", "300");

        assertThat(look()).isEqualTo("what runs is what the files say");

        assertThat(camel().getRoute("due-watch").getEndpoint().getEndpointUri()).contains("delay=300");
    }

    @Test
    void aFileInAnotherEncodingIsRefusedByItsNameWithAnAlarm() throws Exception {
        for (String file : List.of(INTAKE, "config/vaxroute.properties")) {
            String text = home.read(file);
            Files.write(folder.resolve(file), ("# für die Klinik\n" + text).getBytes(StandardCharsets.ISO_8859_1));

            assertThat(look()).isEqualTo("1 faults; what ran before goes on");

            assertThat(rows("Faults")).singleElement().satisfies(fault -> assertThat(fault)
                    .containsEntry("file", file)
                    .hasEntrySatisfying(
                            "remedy", remedy -> assertThat(remedy.toString()).contains("UTF-8")));
            assertThat(server.ledger().alarms().open()).extracting(Alarm::kind).contains("routes-refused");

            home.write(file, text);
            assertThat(look()).isEqualTo("what runs is what the files say");
            assertThat(server.ledger().alarms().open()).extracting(Alarm::kind).doesNotContain("routes-refused");
        }
    }

    @Test
    void aRouteOfAnEndingThatNoStartReadsIsNotTaken() throws Exception {
        home.write("routes/watch/own-tick.yml", home.read("routes/watch/due-watch.yaml"));

        look();

        assertThat(rows("Faults")).singleElement().satisfies(fault -> assertThat(fault)
                .containsEntry("file", "routes/watch/own-tick.yml")
                .containsEntry("problem", "is not read, for its name does not end in .yaml"));
    }

    @Test
    void aRouteThatSomebodyStoppedStaysStopped() throws Exception {
        camel().getRouteController().stopRoute("due-watch");
        home.replace("routes/watch/due-watch.yaml", "id: look\n", "id: look-around\n");

        look();

        assertThat(camel().getProcessor("look-around")).isNotNull();
        assertThat(camel().getRouteController().getRouteStatus("due-watch").isStopped())
                .isTrue();
        camel().getRouteController().startRoute("due-watch");
        assertThat(camel().getRouteController().getRouteStatus("due-watch").isStarted())
                .isTrue();
    }

    @Test
    void whatPassesTheTrialButCannotStartIsPutBack() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            home.set("config/vaxroute.properties", "site.own.port", Integer.toString(taken.getLocalPort()));
            home.write(
                    "routes/watch/due-watch.yaml",
                    home.read("routes/watch/due-watch.yaml")
                            .replaceFirst(
                                    "(?s)from:.*?steps:",
                                    "from:\n      uri: netty:tcp://{{intake.mllp.host}}:{{site.own.port}}\n      steps:"));
            // One that is changed beside it, and that somebody has stopped.
            camel().getRouteController().stopRoute("ongoing-feed");
            home.replace("routes/feeds/ongoing-feed.yaml", "id: let-go\n", "id: let-it-go\n");
            look();

            assertThat(camel().getProcessor("let-go")).isNotNull();
            assertThat(camel().getRouteController()
                            .getRouteStatus("ongoing-feed")
                            .isStopped())
                    .isTrue();
            assertThat(beans.getAttribute(routes, "State")).isEqualTo("refused");
            assertThat(camel().getRoute("due-watch").getEndpoint().getEndpointUri())
                    .startsWith("scheduler:");
            assertThat(camel().getRouteController().getRouteStatus("due-watch").isStarted())
                    .isTrue();
            assertThat(server.ledger().alarms().open()).extracting(Alarm::kind).contains("routes-refused");
        }
    }

    @Test
    void aListenerOverMllpGoesOnAfterItsRouteWasChanged() throws Exception {
        server.close();
        int port = FreePort.find();
        home.set("config/vaxroute.properties", "intake.mllp.enabled", "true");
        home.set("config/vaxroute.properties", "intake.mllp.port", Integer.toString(port));
        home.set("config/connections/main.properties", "source.clinic-messages.kind", "mllp");
        server = VaxRoute.start(home.settings(), Clock.systemUTC());
        assertThat(answer(port, Samples.vxu("M1", "Adams", "CLINIC"))).contains("MSA|AA|M1");
        home.replace("routes/intake/intake-mllp.yaml", "id: commit\n", "id: commit-group\n");

        assertThat(look()).isEqualTo("what runs is what the files say");

        assertThat(camel().getCamelContextExtension()
                        .getContextPlugin(Model.class)
                        .getProcessorDefinition("commit-group"))
                .isNotNull();
        assertThat(answer(port, Samples.vxu("M2", "Baker", "CLINIC"))).contains("MSA|AA|M2");
    }

    private static String answer(int port, String message) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(("\u000b" + message + "\u001c\r").getBytes(StandardCharsets.UTF_8));
            StringBuilder answer = new StringBuilder();
            for (int letter = socket.getInputStream().read();
                    letter != 0x1c;
                    letter = socket.getInputStream().read()) {
                answer.append((char) letter);
            }
            return answer.toString();
        }
    }

    private String look() throws Exception {
        return (String) beans.invoke(routes, "look", null, null);
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> rows(String attribute) throws Exception {
        return (List<Map<String, Object>>) beans.getAttribute(routes, attribute);
    }

    private CamelContext camel() {
        return server.context();
    }
}
