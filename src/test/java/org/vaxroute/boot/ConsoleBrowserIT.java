package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.ledger.AnswerFile;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.LoadState;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.SubmissionFiles;
import org.vaxroute.ledger.Tasks;
import org.vaxroute.ledger.TrailEntry;
import org.vaxroute.operate.access.Role;
import org.vaxroute.operate.access.Users;
import org.vaxroute.practice.FreePort;

/**
 * A day at the console in a real browser, on a whole VaxRoute; one browser and one server for all of it. Needs Chromium and its driver (Debian: chromium, chromium-driver), at
 * {@code -Dvaxroute.chromium} and {@code -Dvaxroute.chromedriver}; without them it is skipped. {@code -Dvaxroute.screens=FOLDER} keeps
 * pictures of the page after each test, light, dark and narrow, for people to look at.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("slower")
class ConsoleBrowserIT {
    private static final File CHROMIUM = new File(System.getProperty("vaxroute.chromium", "/usr/bin/chromium"));
    private static final File DRIVER = new File(System.getProperty("vaxroute.chromedriver", "/usr/bin/chromedriver"));
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path home;

    private static int port;
    private static VaxRoute vaxRoute;
    private static ChromeDriver browser;
    private static String user = "";

    /** What the buttons say that were pressed. */
    private static final Set<String> PRESSED = new TreeSet<>();

    @BeforeAll
    static void startVaxRoute() throws Exception {
        assumeTrue(CHROMIUM.canExecute() && DRIVER.canExecute(), "no Chromium with its driver here");
        for (String part : List.of("routes", "config")) {
            copy(Path.of(part), home.resolve(part));
        }
        Files.writeString(
                home.resolve("config/connections/main.properties"),
                String.join(
                        "\n",
                        "file-code = ABC",
                        "sender.facility = 0123456789",
                        "account.kind = folder",
                        "account.drop-off = work/upload",
                        "source.clinic.kind = file",
                        "source.rehearsal.kind = file",
                        "source.rehearsal.feed = test",
                        "source.old.kind = file",
                        "source.old.feed = historical",
                        ""));
        Users users = new Users(home.resolve("config/users"));
        users.put("vera", "vera's password".toCharArray(), Role.VIEWER);
        users.put("otto", "otto's password".toCharArray(), Role.OPERATOR);
        users.put("stella", "stella's password".toCharArray(), Role.STEWARD);
        // The gate tries the way to the registry before testing begins.
        Files.createDirectories(home.resolve("work/upload"));
        for (String source : List.of("clinic", "rehearsal", "old")) {
            Files.createDirectories(home.resolve("work/in").resolve(source));
        }
        // Without a date of birth nothing may leave: two records to decide about.
        Files.writeString(home.resolve("work/in/clinic/day.hl7"), record("A1", "") + record("A2", ""));
        port = FreePort.find();
        start();
        openBrowser();
        await().atMost(PATIENCE)
                .until(() -> vaxRoute.ledger()
                                .records()
                                .held(null, null, null, 0, 10)
                                .size()
                        == 2);
    }

    private static void start() {
        vaxRoute = VaxRoute.start(
                Settings.load(
                        Home.of(home),
                        Map.of(
                                "operate.http.port", Integer.toString(port),
                                "intake.file.min-age", "0s",
                                "intake.file.poll", "200ms",
                                "feed.tick", "200ms",
                                "deliver.poll", "200ms")),
                Clock.systemUTC());
    }

    @AfterAll
    static void stopVaxRoute() {
        if (browser != null) {
            browser.quit();
        }
        if (vaxRoute != null) {
            vaxRoute.close();
        }
    }

    private static void openBrowser() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM);
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--window-size=1400,1000");
        browser = new ChromeDriver(
                new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build(), options);
    }

    @AfterEach
    void picture(TestInfo test) throws IOException {
        String folder = System.getProperty("vaxroute.screens");
        if (folder != null) {
            String name = test.getTestMethod().orElseThrow().getName();
            Dimension before = browser.manage().window().getSize();
            browser.manage().window().setSize(new Dimension(1400, 2600));
            shot(folder, name);
            browser.executeScript("document.documentElement.classList.add('pf-v6-theme-dark')");
            shot(folder, name + "-dark");
            browser.executeScript("document.documentElement.classList.remove('pf-v6-theme-dark')");
            browser.manage().window().setSize(new Dimension(820, 2600));
            shot(folder, name + "-narrow");
            browser.manage().window().setSize(before);
        }
    }

    private static void shot(String folder, String name) throws IOException {
        Files.write(
                Files.createDirectories(Path.of(folder)).resolve(name + ".png"),
                browser.getScreenshotAs(OutputType.BYTES));
    }

    @Test
    @Order(1)
    void aWrongPasswordStaysOutsideAndAViewerOnlyLooks() {
        logIn("vera", "a wrong password");
        await().atMost(PATIENCE).until(() -> text("body").contains("Invalid login credentials"));
        assertThat(browser.findElements(By.cssSelector(".vr"))).isEmpty();

        logIn("vera", "vera's password");
        board();
        assertThat(text(".vr")).contains("vera, viewer (looks only)").contains("Connection main");
        List<WebElement> acts = browser.findElements(By.xpath("//button[@aria-disabled='true']"));
        assertThat(acts)
                .extracting(button -> button.getAttribute("title"))
                .isNotEmpty()
                .containsOnly("For operators. Your role only looks.");
        button("Pause: source main.clinic").click();
        assertThat(browser.findElements(By.cssSelector("dialog"))).isEmpty();
        assertThat(browser.findElements(By.linkText("Records (every view is audited)")))
                .isEmpty();
    }

    @Test
    @Order(2)
    void anOperatorDoesADaysWork() {
        as("otto");
        everyButtonAndFieldHasAName();

        act("Pause: source main.clinic", "the EHR is being moved", "The source main.clinic is paused");
        await().atMost(PATIENCE).until(() -> text(".vr-alarms").contains("the EHR is being moved"));
        assertThat(vaxRoute.ledger()
                        .pauses()
                        .of(Pausable.source("main", "clinic"))
                        .orElseThrow()
                        .who())
                .isEqualTo("otto");
        act("Resume: source main.clinic", "it is there", "goes on");
        act("Pause: delivery main", "the registry asked", "The delivery main is paused");
        act("Resume: delivery main", "it is ready", "goes on");
        act("Pause: feed main.ongoing", "wrong codes", "The feed main.ongoing is paused");
        act("Resume: feed main.ongoing", "right codes", "goes on");
        assertThat(vaxRoute.ledger().pauses().standing()).isEmpty();

        act("Begin testing: main", null, "Connection main is TESTING");
        assertThat(vaxRoute.ledger().gates().state("main")).isEqualTo(GateState.TESTING);
        refused("Request review: main", "error-free test files");
        act("Suspend…: main", "holiday", "Connection main is SUSPENDED");
        act("Resume: main", "back", "Connection main is TESTING");

        act("Plan: historical load of main", null, "see jobs below");
        await().atMost(PATIENCE).until(() -> text(".vr-jobs").contains("failed"));
        assertThat(text(".vr-jobs"))
                .contains("plan the historical load of main")
                .contains("There is nothing to load");

        lookAtHeld();
        browser.findElement(By.xpath("//dialog//button[text()='Check all again']"))
                .click();
        PRESSED.add("Check all again");
        await().atMost(PATIENCE).until(() -> text("dialog .vr-outcome").contains("as job"));
        endDialog();
        await().atMost(PATIENCE).until(() -> text(".vr-jobs").contains("recheck"));
        settleHeld("release");
        settleHeld("drop");
        await().atMost(PATIENCE).until(() -> vaxRoute.ledger()
                .records()
                .held(null, null, null, 0, 10)
                .isEmpty());
        assertThat(vaxRoute.ledger().trail().recent(30))
                .extracting(TrailEntry::who)
                .contains("otto");
        assertThat(vaxRoute.ledger().records().waiting("main", Feed.ONGOING)).isEqualTo(1);
    }

    @Test
    @Order(3)
    void anOperatorTakesAConnectionFromItsTestFilesToItsHistory() throws Exception {
        as("otto");
        List<String> tests = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            Files.writeString(
                    home.resolve("work/in/rehearsal/test" + i + ".hl7"), Samples.vxu("T" + i, "Adams", "0123456789"));
            tests.add(laidDown(Feed.TEST));
            if (i > 1) {
                uploaded(tests.get(i - 1));
                vaxRoute.gatekeeper().attest("main", tests.get(i - 1), true, "otto", "email of today");
                continue;
            }
            act("Uploaded…: " + tests.get(0), null, "");
            assertThat(state(tests.get(0))).isEqualTo(FileState.SENT);
            press("Attest…: main");
            assertThat(browser.findElement(By.id("vr-f-file")).getText()).isEqualTo(tests.get(0));
            type(By.id("vr-f-reply"), "email of today");
            answered("1 of 3 error-free test files");
        }
        again();
        act("Request review: main", null, "Connection main is REVIEW_REQUESTED");
        By owed = By.xpath("//button[starts-with(@aria-label, 'Sent…: notice')]");
        await().atMost(PATIENCE).until(() -> !browser.findElements(owed).isEmpty());
        act(browser.findElement(owed).getAttribute("aria-label"), "by mail", "is SENT");
        press("Approve…: main");
        date(By.id("vr-f-date"), LocalDate.now(ZoneOffset.UTC));
        type(By.id("vr-f-sender"), "data-exchange@registry.example");
        type(By.id("vr-f-reference"), "Production");
        answered("Connection main is APPROVED");

        refused("Go live: main", "first production file");
        act("Run now: main.ongoing", null, "");
        String first = laidDown(Feed.ONGOING);
        uploaded(first);
        vaxRoute.gatekeeper().attest("main", first, true, "otto", "email of today");
        // The route that reads answers goes live by itself within a second, so that nobody has to press the button.
        await().atMost(PATIENCE).until(() -> vaxRoute.ledger().gates().state("main") == GateState.LIVE);

        Files.writeString(home.resolve("work/in/clinic/later1.hl7"), Samples.vxu("L1", "Cook", "0123456789"));
        act("It arrived: " + unsure(), "the registry says so", "is SENT");
        Files.writeString(home.resolve("work/in/clinic/later2.hl7"), Samples.vxu("L2", "Dunn", "0123456789"));
        act("Withdraw: " + unsure(), "the registry does not have it", "is WITHDRAWN");

        Files.writeString(home.resolve("work/in/old/history.hl7"), Samples.vxu("H1", "Baker", "0123456789"));
        act("Plan: historical load of main", null, "see jobs below");
        await().atMost(PATIENCE).until(() -> text(".vr-jobs").contains("done"));
        refused("Start: historical load of main", "agree");
        press("Agreed…: historical load of main");
        type(By.id("vr-f-reference"), "email of today");
        answered("");
        act("Start: historical load of main", null, "is RUNNING");
        act("Pause: historical load of main", "the registry asked", "is PAUSED");
        assertThat(vaxRoute.ledger()
                        .historicalLoads()
                        .current("main")
                        .orElseThrow()
                        .state())
                .isEqualTo(LoadState.PAUSED);
        act("Resume: historical load of main", "it is ready", "is RUNNING");
    }

    @Test
    @Order(4)
    void anOperatorSendsALostFileAgainAndHearsWhyAnotherMayNotGo() throws Exception {
        as("otto");
        Files.writeString(home.resolve("work/in/clinic/lost.hl7"), Samples.vxu("R1", "Evans", "0123456789"));
        String lost = unsure();
        act("It arrived: " + lost, "the registry says so", "is SENT");

        press("Send again…: " + lost);
        says("dialog", "1 record with 1 dose goes again", "said nothing against it", "ongoing feed");
        assertThat(browser.switchTo().activeElement().getAttribute("id")).isEqualTo("vr-f-why");
        type(By.id("vr-f-why"), "it says now that it lost it");
        answered(lost + " is REFUSED; its records travel in");
        assertThat(state(lost)).isEqualTo(FileState.REFUSED);
        assertThat(vaxRoute.ledger().trail().of("file:" + lost))
                .anyMatch(entry -> entry.who().equals("otto") && entry.detail().contains("it lost it"));
        again();
        press("Send again…: " + lost);
        says("dialog", "is REFUSED already; its records travel in the next generation");
        assertThat(browser.switchTo().activeElement().getText()).isEqualTo("Close");
        assertThat(browser.findElements(By.cssSelector("dialog input"))).isEmpty();
        browser.switchTo().activeElement().sendKeys(Keys.ENTER);
        noDialog();

        act("Run now: main.ongoing", null, "");
        String next = laidDown(Feed.ONGOING);
        uploaded(next);
        Files.writeString(home.resolve("work/in/clinic/mended.hl7"), Samples.vxu("R1", "Evens", "0123456789"));
        String mended = unsure();
        act("It arrived: " + mended, "the registry says so", "is SENT");
        press("Send again…: " + next);
        says("dialog", "Withdraw " + next + " instead?", "told something newer since", "1 record is dropped");
        type(By.id("vr-f-why"), "the registry lost this one, too");
        answered("is WITHDRAWN");

        choose("vr-files-only", "without an answer");
        await().atMost(PATIENCE).until(() -> !files().contains(lost) && files().contains(mended));
        choose("vr-files-only", "the latest");
        await().atMost(PATIENCE).until(() -> files().contains(lost));
        assertThat(vaxRoute.ledger().conservation().balance().differences()).isEmpty();
    }

    private String files() {
        return text("section[aria-labelledby=vr-files]");
    }

    @Test
    @Order(5)
    void anOperatorPutsAsideWhatWasNotUnderstoodAndHasItReadAgain() throws Exception {
        as("otto");
        answered("greeting.pdf", "%PDF-1.4 Season's greetings");
        answered(
                "strange.ack.hl7",
                "FHS|^~\\&|R|R|||20260203||strange.ack\rMSH|^~\\&|R|R|||20260203||ACK^V04^ACK|1|P|2.5.1\r"
                        + "MSA|AE|ZZZZ-1\rERR||PID^1|101^Required field missing^HL70357|E\rFTS|1\r");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(text("section[aria-labelledby=vr-answers]"))
                .contains("unreadable", "1 line speaks of no record"));

        press("Look…: answer greeting.pdf");
        says("dialog", "unreadable", "work/answers/main/greeting.pdf", "no silence of its connection");
        step("Dismiss…: main/greeting.pdf", "a greeting", "is DISMISSED");
        says("dialog", "greeting.pdf of main is DISMISSED", "dismiss – a greeting otto");
        assertThat(browser.switchTo().activeElement().getText()).isEqualTo("Answer greeting.pdf");
        assertThat(browser.findElements(By.xpath("//dialog//button[text()='Dismiss…']")))
                .isEmpty();
        pressInside("Read again: main/greeting.pdf");
        says("dialog", "is read again");
        endDialog();
        await().atMost(PATIENCE)
                .until(() -> vaxRoute.ledger()
                                .answers()
                                .keptAs("greeting.pdf")
                                .get(0)
                                .state()
                        == AnswerFile.State.UNREADABLE);

        press("Look…: answer strange.ack.hl7");
        says("dialog", "1 line was not matched", "no record");
        step("Dismiss…: main/strange.ack.hl7", "another program's", "put aside");
        says("dialog", "1 line of strange.ack.hl7 put aside");
        endDialog();
        vaxRoute.ledger()
                .answers()
                .dismiss(
                        vaxRoute.ledger()
                                .answers()
                                .keptAs("greeting.pdf")
                                .get(0)
                                .id(),
                        "otto",
                        "a greeting");
        await().atMost(PATIENCE)
                .until(() -> text("section[aria-labelledby=vr-answers]").contains("Every answer was understood."));
        choose("vr-answers-only", "the latest");
        says("section[aria-labelledby=vr-answers]", "greeting.pdf", "dismissed", "strange.ack.hl7", "read");
    }

    @Test
    @Order(6)
    void anOperatorSeesToOneTaskAndAViewerOnlyReadsIt() throws Exception {
        as("otto");
        SubmissionFile sent = vaxRoute.ledger().submissionFiles().of("main", Feed.ONGOING).stream()
                .filter(file -> file.state() == FileState.SENT)
                .reduce((older, newer) -> newer)
                .orElseThrow();
        List<String> ids = new ArrayList<>();
        vaxRoute.ledger().submissionFiles().read(sent, record -> ids.add(record.controlId()));
        answered(
                "rejected.ack.hl7",
                "FHS|^~\\&|R|R|||20260203||rejected.ack||||" + sent.name()
                        + "\rMSH|^~\\&|R|R|||20260203||ACK^V04^ACK|1|P|2.5.1\rMSA|AE|" + ids.get(0)
                        + "\rERR||PID^1^5|207^Application error^HL70357|E||||CLR-100::Evens is unknown\rFTS|1\r");
        long task = await().atMost(PATIENCE)
                .until(() -> vaxRoute.ledger().tasks().list(Tasks.Filter.ALL, 0, 10), tasks -> !tasks.isEmpty())
                .get(0)
                .id();
        String about = ": task " + task;

        press("Look…: tasks of CLR-100, main");
        says("dialog", "Tasks of CLR-100", "mend");
        pressInside("Look…" + about);
        says("dialog", "Task " + task, "what to do", "rejected.ack.hl7 line 1");
        assertThat(text("dialog")).doesNotContain("Evens");
        assertThat(browser.switchTo().activeElement().getText()).isEqualTo("Task " + task);
        step("Give…" + about, "anna", "is given to anna");
        step("Comment…" + about, "the clinic was called", "stands on the trail");
        step("Close task…" + about, "the patient moved away", "is CLOSED");
        says("dialog", "closed", "the patient moved away");
        assertThat(browser.findElements(By.xpath("//dialog//button[text()='Give…' or text()='Close task…']")))
                .isEmpty();
        browser.findElement(By.xpath("//dialog//button[text()='Back to the list']"))
                .click();
        says("dialog", "None is open.");
        choose("vr-tasks-state", "closed");
        pressInside("Look…" + about);
        step("Open again…" + about, "she did not", "is OPEN");
        endDialog();
        assertThat(vaxRoute.ledger().trail().of("task:" + task))
                .extracting(entry -> entry.who() + " " + entry.action())
                .containsExactly("otto task-assign", "otto task-comment", "otto task-close", "otto task-reopen");

        as("vera");
        press("All…: tasks");
        pressInside("Look…" + about);
        says("dialog", "the clinic was called");
        assertThat(button("Close task…" + about).getAttribute("aria-disabled")).isEqualTo("true");
        button("Close task…" + about).click();
        assertThat(browser.findElements(By.id("vr-words"))).isEmpty();
        endDialog();
    }

    /** A step in a dialog that asks for words. */
    private void step(String name, String words, String outcome) {
        pressInside(name);
        type(By.id("vr-words"), words);
        browser.findElement(By.cssSelector("dialog form button[type=submit]")).click();
        says("dialog .vr-outcome", outcome);
    }

    /** The registry answers with a file, of which our copy lies on the disk. */
    private static void answered(String name, String text) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        Files.write(Files.createDirectories(home.resolve("work/answers/main")).resolve(name), bytes);
        vaxRoute.ledger()
                .answers()
                .keep("main", name, MessageDigest.getInstance("SHA-256").digest(bytes), bytes.length, name);
    }

    /** The newest file of a feed, when it lies in the folder from which a person uploads. */
    private static String laidDown(Feed feed) {
        return await().atMost(PATIENCE)
                .until(
                        () -> vaxRoute.ledger().submissionFiles().of("main", feed).stream()
                                .filter(file -> file.state() == FileState.UPLOADED)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow()
                .name();
    }

    /** A file of which nobody knows whether it arrived. */
    private String unsure() {
        await().atMost(PATIENCE).until(() -> vaxRoute.ledger().records().waiting("main", Feed.ONGOING) == 1);
        act("Run now: main.ongoing", null, "");
        String file = laidDown(Feed.ONGOING);
        SubmissionFiles files = vaxRoute.ledger().submissionFiles();
        files.unsure(files.named(file).get(0).id(), "the line broke");
        return file;
    }

    private static void uploaded(String file) throws Exception {
        ObjectName files = new ObjectName("org.vaxroute:home=" + Home.of(home).name() + ",type=Files,name=all");
        String text = "java.lang.String";
        ManagementFactory.getPlatformMBeanServer()
                .invoke(files, "uploaded", new Object[] {file, "", "otto"}, new String[] {text, text, text});
        assertThat(state(file)).isEqualTo(FileState.SENT);
    }

    private static FileState state(String file) {
        return vaxRoute.ledger().submissionFiles().named(file).get(0).state();
    }

    @Test
    @Order(7)
    void theKeyboardIsEnough() {
        as("otto");
        WebElement pause = button("Pause: source main.clinic");
        pause.sendKeys(Keys.ENTER);
        await().atMost(PATIENCE).until(() -> !browser.findElements(By.cssSelector("dialog[open]"))
                .isEmpty());
        assertThat(browser.switchTo().activeElement().getAttribute("id")).isEqualTo("vr-f-why");
        browser.switchTo().activeElement().sendKeys(Keys.ESCAPE);
        await().atMost(PATIENCE)
                .until(() -> browser.findElements(By.cssSelector("dialog")).isEmpty());
        assertThat(vaxRoute.ledger().pauses().standing()).isEmpty();
    }

    @Test
    @Order(8)
    void aStewardFindsTheDoorToTheRecords() {
        as("stella");
        assertThat(browser.findElement(By.linkText("Records (every view is audited)"))
                        .getAttribute("href"))
                .endsWith("/vaxroute/records/");
        browser.get("http://127.0.0.1:" + port + "/vaxroute/records/");
        long record = vaxRoute.ledger().trail().recent(200).stream()
                .filter(entry -> entry.action().equals("drop"))
                .map(entry -> Long.parseLong(entry.subject().replace("record:", "")))
                .findFirst()
                .orElseThrow();
        type(By.id("record"), Long.toString(record));
        type(By.id("why"), "mother asks");
        browser.findElement(By.xpath("//button[text()='Look']")).click();
        await().atMost(PATIENCE).until(() -> text("h1").equals("Record " + record));
        assertThat(text("body")).contains("Adams");
        again("stella");
    }

    /** A button that somebody adds to the page is pressed above, or this fails. */
    @Test
    @Order(9)
    void everyButtonWasPressed() throws IOException {
        String page = Files.readString(Path.of("src/main/resources/org/vaxroute/operate/tab/remoteEntry.js"));
        Set<String> there = new TreeSet<>(Set.of("release", "drop", "Check all again", "Pause", "Resume"));
        Matcher labels = Pattern.compile(
                        "label: '([A-Z][^']*)', about|ask1\\('([^']*)'|step\\('([^']*)'|unsure\\(f, '[a-z]+', '([^']*)'|'aria-label': '(Look at what)")
                .matcher(page.replaceAll("\\s*\\n\\s*", " "));
        while (labels.find()) {
            there.add(IntStream.rangeClosed(1, labels.groupCount())
                    .mapToObj(labels::group)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElseThrow());
        }
        assertThat(there).hasSizeGreaterThan(15);
        there.remove("Stop"); // A job that can be stopped is over before anybody could: HeldWorkTest.
        assertThat(PRESSED).containsExactlyInAnyOrderElementsOf(there);
    }

    @Test
    @Order(10)
    void whileTheServerThinksThePageSaysSoAndSinceWhen() {
        as("stella");
        browser.executeScript(
                "window.before = window.fetch; window.fetch = (to, how) => how.body && how.body.includes('org.vaxroute')"
                        + " ? new Promise(() => {}) : window.before(to, how)");
        saysThatItIsOld("[role=status].vr-waiting", "The server has not answered yet");
        assertThat(text(".vr")).contains("Connection main");

        again();
        assertThat(text("[role=status].vr-waiting")).isEmpty();
    }

    /** A figure that the ledger cannot give must not look like none: the page would say that nothing is held and that no alarm is open. */
    @Test
    @Order(11)
    void whenTheLedgerIsAwayThePageKeepsWhatItKnewAndSaysSinceWhen() throws IOException {
        as("stella");
        Files.writeString(home.resolve("work/in/clinic/unborn.hl7"), record("A3", ""));
        await().atMost(PATIENCE).until(() -> text(".vr").contains("pid-7-present"));
        vaxRoute.ledger().close();
        saysThatItIsOld("[role=alert].vr-problem", "The ledger does not answer");
        // Through two more looks, too.
        browser.executeScript("window.looks = 0; window.before = window.fetch; window.fetch = (to, how) => {"
                + " if (how.body && how.body.includes('Answering')) window.looks++; return window.before(to, how) }");
        await().atMost(PATIENCE).until(() -> (Long) browser.executeScript("return window.looks") >= 3);
        assertThat(text(".vr")).contains("pid-7-present");
        saysThatItIsOld("[role=alert].vr-problem", "The ledger does not answer");
        assertThat(button("Pause: source main.clinic").getAttribute("aria-disabled"))
                .isEqualTo("true");
        vaxRoute.close();
        start();
    }

    /** The words that a screen reader reads out, with the time of the figures. */
    private void saysThatItIsOld(String place, String why) {
        await().atMost(PATIENCE).until(() -> text(place).contains(why));
        assertThat(text(place)).containsPattern("What you see is as of .*\\d:\\d\\d");
    }

    @Test
    @Order(12)
    void whenTheServerIsGoneThePageSaysSoAndWhenItIsBackItAsksForALogin() {
        as("stella");
        vaxRoute.close();
        saysThatItIsOld("[role=alert].vr-problem", "The server does not answer");
        assertThat(text(".vr")).contains("Connection main");
        assertThat(button("Pause: source main.clinic").getAttribute("aria-disabled"))
                .isEqualTo("true");

        start();
        await().atMost(PATIENCE)
                .until(() -> text("body").contains("You are not logged in any more")
                        || !browser.findElements(By.id("pf-login-username-id")).isEmpty());
        logIn("stella", "stella's password");
        board();
        assertThat(button("Pause: source main.clinic").getAttribute("aria-disabled"))
                .isNull();
    }

    /** Held records beyond the first fifty can be reached, and nobody takes those for all. */
    @Test
    @Order(13)
    void manyHeldRecordsAreShownByAndBy() throws IOException {
        as("stella");
        Files.writeString(
                home.resolve("work/in/clinic/many.hl7"),
                IntStream.rangeClosed(1, 60)
                        .mapToObj(i -> record("M" + i, ""))
                        .collect(java.util.stream.Collectors.joining()));
        await().atMost(PATIENCE)
                .until(() -> vaxRoute.ledger()
                                .records()
                                .held(null, null, null, 0, 100)
                                .size()
                        > 60);
        again();
        lookAtHeld();
        By rows = By.cssSelector("dialog tbody tr");
        await().atMost(PATIENCE).until(() -> browser.findElements(rows).size() == 50);
        assertThat(text("dialog")).contains("The first 50");
        browser.findElement(By.xpath("//dialog//button[text()='Show more']")).click();
        await().atMost(PATIENCE).until(() -> browser.findElements(rows).size() > 60);
        assertThat(text("dialog")).doesNotContain("The first");
        endDialog();
    }

    /** As in Tomcat or Karaf: two homes of one process, with connections of one name. */
    @Test
    @Order(14)
    void twoHomesOfOneServerAreShownApart(@TempDir Path place) throws Exception {
        as("stella");
        Path other = place.resolve("zz-other");
        for (String part : List.of("routes", "config")) {
            copy(home.resolve(part), other.resolve(part));
        }
        try (VaxRoute second = VaxRoute.start(
                Settings.load(Home.of(other), Map.of("operate.http.enabled", "false")), Clock.systemUTC())) {
            again();
            await().atMost(PATIENCE).until(() -> text(".vr").contains("Home zz-other"));
            By pauses = By.xpath("//button[@aria-label='Pause: delivery main']");
            assertThat(browser.findElements(pauses)).hasSize(2);
            assertThat(browser.findElements(By.xpath("//th[text()='ongoing']"))).hasSize(2);
            WebElement pause = browser.findElements(pauses).get(1);
            browser.executeScript("arguments[0].scrollIntoView({block: 'center'})", pause);
            pause.click();
            type(By.id("vr-f-why"), "of the second");
            answered("The delivery main is paused");

            assertThat(second.ledger().pauses().of(Pausable.delivery("main"))).isPresent();
            assertThat(vaxRoute.ledger().pauses().of(Pausable.delivery("main"))).isEmpty();
            await().atMost(PATIENCE).until(() -> browser.findElements(By.cssSelector(".vr-alarms")).stream()
                    .anyMatch(alarms -> alarms.getText().contains("of the second")));
        }
    }

    /** What cannot be read must not look like nothing, nor take the page away. */
    @Test
    @Order(15)
    void whatCannotBeReadIsNamed() {
        as("stella");
        readBadly("IllegalStateException");
        await().atMost(PATIENCE)
                .until(() -> text(".vr > [role=alert].vr-problem").contains("Alarms, Open: The list is broken."));
        assertThat(text(".vr")).contains("Connection main").doesNotContain("No alarm is open");
        again();

        readBadly("LedgerUnavailable");
        saysThatItIsOld("[role=alert].vr-problem", "The ledger does not answer");
        assertThat(text(".vr")).contains("Connection main");
        again();
    }

    /** Attributes fail as Jolokia tells it: HttpServerTest.aFigureThatFailsIsToldAsThePageReadsIt. */
    private void readBadly(String exception) {
        browser.executeScript("window.before = window.fetch; window.fetch = async (to, how) => {"
                + " const answer = await window.before(to, how);"
                + " if (!how.body || !how.body.includes('type=Alarms')) return answer;"
                + " const all = await answer.json();"
                + " const broken = {'.error': true, error_type: 'javax.management.RuntimeMBeanException',"
                + " error: 'org.vaxroute." + exception + ": The list is broken.'};"
                + " all.forEach(one => Object.values(one.value || {}).forEach(bean => ['Open', 'NextStep'].forEach("
                + "name => { if (name in bean) bean[name] = broken })));"
                + " return new Response(JSON.stringify(all), {status: 200}) }");
    }

    /** In the page of somebody who is logged in; comes with a new login only when it was somebody else before. */
    private void as(String name) {
        if (!user.equals(name)) {
            browser.manage().deleteAllCookies();
            logIn(name, name + "'s password");
        }
        board();
    }

    /** From another page back to this one. */
    private void again(String name) {
        user = "";
        as(name);
    }

    /** Loads the page, which otherwise asks the server every five seconds. */
    private void again() {
        browser.navigate().refresh();
        board();
    }

    private void logIn(String name, String password) {
        user = name;
        browser.get("http://127.0.0.1:" + port + "/hawtio/");
        await().atMost(PATIENCE).until(() -> !browser.findElements(By.id("pf-login-username-id"))
                .isEmpty());
        type(By.id("pf-login-username-id"), name);
        type(By.id("pf-login-password-id"), password);
        browser.findElement(By.cssSelector("button[type=submit]")).click();
    }

    private void type(By field, String text) {
        WebElement input = browser.findElement(field);
        input.clear();
        input.sendKeys(text);
    }

    private void board() {
        await().atMost(PATIENCE)
                .until(() -> browser.findElements(By.cssSelector(".vr-card")).size() > 3);
    }

    private String text(String selector) {
        try {
            List<WebElement> found = browser.findElements(By.cssSelector(selector));
            return found.isEmpty() ? "" : found.get(0).getText();
        } catch (StaleElementReferenceException drawnAnew) {
            return "";
        }
    }

    private static String kind(String name) {
        return name.startsWith("Look at what") ? "Look at what" : name.substring(0, name.indexOf(':'));
    }

    private WebElement button(String name) {
        By place = By.xpath("//button[@aria-label=\"" + name + "\"]");
        await().atMost(PATIENCE).until(() -> !browser.findElements(place).isEmpty());
        return browser.findElement(place);
    }

    private void press(String name) {
        PRESSED.add(kind(name));
        WebElement button = button(name);
        browser.executeScript("arguments[0].scrollIntoView({block: 'center'})", button);
        button.click();
        await().atMost(PATIENCE).until(() -> !browser.findElements(By.cssSelector("dialog[open]"))
                .isEmpty());
    }

    /** A button of the dialog that is open, which comes when it has asked the server. */
    private void pressInside(String name) {
        button(name).click();
        PRESSED.add(kind(name));
    }

    private void ask(String name, String why) {
        press(name);
        if (why != null) {
            type(By.id("vr-f-why"), why);
        }
        browser.findElement(By.cssSelector("dialog button[type=submit]")).click();
    }

    /** Presses a button, answers its question, and reads how it went. */
    private void act(String name, String why, String outcome) {
        press(name);
        if (why != null) {
            type(By.id("vr-f-why"), why);
        }
        answered(outcome);
    }

    /** Says yes to the question that is open, and reads how it went. */
    private void answered(String outcome) {
        browser.findElement(By.cssSelector("dialog button[type=submit]")).click();
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(text("dialog .vr-problem")).isEmpty();
            assertThat(text("dialog .vr-outcome")).isNotEmpty().contains(outcome);
        });
        browser.findElement(By.cssSelector("dialog button[type=submit]")).click();
        noDialog();
    }

    /** Gives a date as the browser's own picker does, whatever its language. */
    private void date(By field, LocalDate day) {
        browser.executeScript(
                "Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(arguments[0], arguments[1]);"
                        + "arguments[0].dispatchEvent(new Event('input', {bubbles: true}))",
                browser.findElement(field),
                day.toString());
    }

    private void choose(String list, String option) {
        browser.findElement(By.xpath("//select[@id='" + list + "']/option[text()='" + option + "']"))
                .click();
    }

    private void says(String place, String... words) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(text(place)).contains(words));
    }

    private void refused(String name, String reason) {
        ask(name, null);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(text("dialog .vr-problem")).contains(reason));
        endDialog();
    }

    private void lookAtHeld() {
        By look = By.xpath("//button[starts-with(@aria-label, 'Look at what')]");
        await().atMost(PATIENCE).until(() -> !browser.findElements(look).isEmpty());
        press(browser.findElement(look).getAttribute("aria-label"));
    }

    private void endDialog() {
        browser.findElement(By.cssSelector("dialog")).sendKeys(Keys.ESCAPE);
        noDialog();
    }

    private void noDialog() {
        await().atMost(PATIENCE)
                .until(() -> browser.findElements(By.cssSelector("dialog")).isEmpty());
    }

    private void settleHeld(String operation) {
        lookAtHeld();
        By choice = By.xpath("//dialog//button[starts-with(@aria-label, '" + operation + " record')]");
        await().atMost(PATIENCE).until(() -> !browser.findElements(choice).isEmpty());
        browser.findElement(choice).click();
        type(By.id("vr-words"), "as agreed with the clinic");
        browser.findElement(By.cssSelector("dialog form button[type=submit]")).click();
        PRESSED.add(operation);
        await().atMost(PATIENCE).until(() -> text("dialog .vr-outcome").startsWith("Record "));
        endDialog();
    }

    private void everyButtonAndFieldHasAName() {
        assertThat(browser.findElements(By.cssSelector(".vr button")))
                .isNotEmpty()
                .allSatisfy(button -> assertThat(button.getAccessibleName()).isNotBlank());
        assertThat(browser.findElements(By.cssSelector(".vr table")))
                .allSatisfy(table -> assertThat(table.getAccessibleName()).isNotBlank());
    }

    private static String record(String id, String born) {
        return String.join(
                        "\r",
                        "MSH|^~\\&|EHR|0123456789|TxImmTrac|TxDSHS|20261120120000-0600||VXU^V04^VXU_V04|" + id
                                + "|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS",
                        "PID|1||" + id + "^^^EHR^MR||Adams^Ada^^^^^L||" + born + "|F|||1 Main St^^Austin^TX^78701",
                        "ORC|RE||D" + id + "^EHR",
                        "RXA|0|1|" + Samples.DAY
                                + "||100^PCV^CVX|0.5|mL^^UCUM||00^New^NIP001||||||L1||PFR^Pfizer^MVX|||CP|A")
                + "\r";
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path one : (Iterable<Path>) all::iterator) {
                Path target = to.resolve(from.relativize(one));
                if (Files.isDirectory(one)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(one, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
