package org.vaxroute.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.feeds.Backfill;
import org.vaxroute.feeds.FeedSettings;
import org.vaxroute.feeds.Gatekeeper;
import org.vaxroute.feeds.OngoingFeed;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.Replays;
import org.vaxroute.ledger.ResendRules;
import org.vaxroute.ledger.Stage;
import org.vaxroute.operate.access.OwnerOnly;
import org.vaxroute.operate.held.HeldWork;
import org.vaxroute.operate.held.RecordDoor;
import org.vaxroute.operate.mbean.AlarmNews;
import org.vaxroute.operate.mbean.Operations;
import org.vaxroute.operate.notice.MailSettings;
import org.vaxroute.operate.notice.NoticeDesk;
import org.vaxroute.operate.notice.NoticeSettings;
import org.vaxroute.submit.Account;
import org.vaxroute.submit.HandOver;
import org.vaxroute.submit.Resending;
import org.vaxroute.submit.SubmissionFolder;

/** The ledger of a home with the gate and the operations over it, without any route: enough for the command line. */
final class Office implements AutoCloseable {
    private final Settings settings;
    private final RoomSettings rooms;
    private final Clock clock;
    private final String node;
    private final Map<String, FeedSettings> feeds;
    private final List<Account> accounts;
    private final SubmissionFolder folder;
    private final Ledger ledger;
    private final NoticeDesk notices;
    private final AccountDoctor doctor;
    private final Gatekeeper gatekeeper;
    private final GateDoor gate;
    private final OngoingFeed ongoingFeed;
    private final HandOver handOver;
    private final Judging judging;
    private final HeldWork heldWork;
    private final Backfill backfill;
    private final AlarmNews alarmNews;

    /** @throws org.vaxroute.ledger.LedgerException when the ledger cannot be opened, saying what to look at */
    Office(Settings settings, Clock clock) {
        this(settings, clock, (rooms, toldAgain) -> opened(rooms, toldAgain, clock));
    }

    /** Everything that routes name, over a ledger without a database. */
    static Office onTrial(Settings settings, Clock clock) {
        return new Office(settings, clock, (rooms, toldAgain) -> Ledger.none(clock));
    }

    private Office(
            Settings settings, Clock clock, BiFunction<RoomSettings, Function<String, ResendRules>, Ledger> opening) {
        this.settings = settings;
        this.clock = clock;
        rooms = new RoomSettings(settings);
        node = rooms.node();
        feeds = byConnection(rooms::feed);
        closeToOthers(rooms.work());
        folder = new SubmissionFolder(rooms.work().resolve("out"));
        List<Account> logins = rooms.accounts();
        Map<String, NoticeSettings> texts = byConnection(rooms::notices);
        MailSettings mail = rooms.mail();
        Map<String, ResendRules> resend = byConnection(rooms::resend);
        // A connection that is in use no more may still have records.
        Function<String, ResendRules> toldAgain = id -> resend.getOrDefault(id, ResendRules.DEFAULT);
        ledger = opening.apply(rooms, toldAgain);
        ledger.submissionFiles().tell((file, state) -> folder.note(file, state, clock.instant()));
        notices = new NoticeDesk(ledger, texts::get, mail, rooms.work().resolve("notices"), node, clock);
        doctor = new AccountDoctor(
                this::accounts, ledger, this::gate, settings.home().folder(), node, clock);
        gatekeeper = new Gatekeeper(ledger, id -> feeds.get(id).gate(), doctor, notices, clock);
        gate = new GateDoor(gatekeeper);
        accounts = logins.stream().map(this::locked).toList();
        ongoingFeed = new OngoingFeed(ledger, gatekeeper, feedList(), node, clock);
        judging = new Judging(settings, rooms, ledger, clock);
        heldWork = new HeldWork(ledger, judging::recheck, node);
        backfill = new Backfill(
                ledger,
                gatekeeper,
                new HistoryDoor(judging, rooms, ledger, node, clock),
                rooms::history,
                List.copyOf(feeds.keySet()),
                clock);
        gate.heed(backfill::pacedOut);
        alarmNews = new AlarmNews(ledger, clock);
        handOver = new HandOver(accounts, ledger, folder, gate, settings.home().folder(), node, clock);
    }

    /**
     * Makes the folders that hold patients' data or the server's token, each closed by itself: the work folder may be opened for those
     * who drop files into {@code in}.
     */
    static void closeToOthers(Path work) {
        String account = System.getProperty("user.name");
        try {
            // Root could write, and the account that serves this home could not read it afterwards: its next start
            // would fail.
            Path run = work.resolve("run");
            if (account.equals("root") && Files.exists(run) && !owner(run).equals(account)) {
                throw new StartFailed(
                        "VaxRoute runs as " + owner(run) + " in " + work
                                + ", and could not read what root writes there. Type it as that"
                                + " account: runuser -u " + owner(run) + " -- vaxroute ...",
                        null);
            }
            OwnerOnly.folder(work);
            for (String name : List.of("answers", "log", "notices", "out", "reports", "run")) {
                OwnerOnly.folder(work.resolve(name));
            }
        } catch (IOException e) {
            throw new StartFailed(
                    "The work folder " + work + " cannot be made (" + e + "). This process runs as " + account
                            + ": give that account the home (chown -R " + account
                            + " ...), mount the disk to which a link leads, or set vaxroute.work.",
                    e);
        }
    }

    private static String owner(Path path) throws IOException {
        return Files.getOwner(path).getName();
    }

    private static Ledger opened(RoomSettings rooms, Function<String, ResendRules> toldAgain, Clock clock) {
        Ledger ledger = rooms.serverLedger()
                .map(source -> Ledger.open(source, toldAgain, clock))
                .orElseGet(() -> Ledger.open(rooms.ledger(), toldAgain, clock));
        refuseHalfRestored(ledger);
        return ledger;
    }

    private static void refuseHalfRestored(Ledger ledger) {
        boolean half;
        try {
            half = ledger.replays()
                    .state()
                    .filter(state -> state != Replays.State.DONE)
                    .isPresent();
        } catch (RuntimeException e) {
            ledger.close();
            throw e;
        }
        if (half) {
            ledger.close();
            throw new StartFailed(
                    "This ledger is being restored, and that did not come to its end: nothing may be sent from it. Repeat"
                            + " vaxroute restore with the same backup; it begins anew.",
                    null);
        }
    }

    // A login for production alone is not even read before the registry's approval.
    private Account locked(Account account) {
        return account.carries(Stage.TEST)
                ? account
                : account.lockedUnless(() -> gatekeeper.productionUnlocked(account.connection()));
    }

    /** Makes the operations visible as MBeans, until what is returned is closed. */
    Operations register() {
        Operations operations = Operations.register(new Operations.Parts(
                        settings.home().name(),
                        ledger,
                        gatekeeper,
                        ongoingFeed,
                        feedList(),
                        rooms.allSources(),
                        handOver::uploaded,
                        alarmNews,
                        node,
                        clock))
                .configuration(configuration())
                .deliveries(accounts.stream().map(Office::delivery).toList(), ledger)
                .history(feedList(), backfill, ledger)
                .held(heldWork, byConnection(rooms::consentRules), judging::rules, ledger)
                .notices(notices, ledger)
                .backups(new Backup(settings, ledger, clock), ledger)
                .answers(byConnection(new AnswerRoom(settings)::catalogue), rooms.zones(), resending(), ledger, clock);
        return settings.global().flag("intake.kafka.enabled")
                ? operations.topic(settings.global().text("intake.kafka.topic"), ledger)
                : operations;
    }

    private Operations.Configuration configuration() {
        return new Operations.Configuration(
                version(),
                settings.home().folder().toString(),
                settings.global().text("vaxroute.mode"),
                Stream.concat(Stream.of(settings.global()), settings.connections().values().stream())
                        .flatMap(scope -> scope.shown().stream())
                        .map(one ->
                                new Operations.Setting(one.file(), one.key(), one.value(), one.set(), one.comment()))
                        .toList());
    }

    /** The version of this build. */
    static String version() {
        String version = Office.class.getPackage().getImplementationVersion();
        return version == null ? "built from sources" : version;
    }

    private static Operations.Delivery delivery(Account account) {
        return new Operations.Delivery(
                account.id(),
                account.kind().name().toLowerCase(Locale.ROOT),
                account.kind() == Account.Kind.FOLDER ? "" : account.host() + ":" + account.port());
    }

    String resend(String file, String told, String who, String why) {
        return resending().resend(file, told, who, why).name();
    }

    private Resending resending() {
        return new Resending(ledger, rooms::assembly, gate);
    }

    /** Something for each connection in use. */
    <T> Map<String, T> byConnection(Function<String, T> make) {
        return rooms.connections().keySet().stream().collect(Collectors.toMap(id -> id, make));
    }

    RoomSettings rooms() {
        return rooms;
    }

    String node() {
        return node;
    }

    List<FeedSettings> feedList() {
        return List.copyOf(feeds.values());
    }

    List<Account> accounts() {
        return accounts;
    }

    SubmissionFolder folder() {
        return folder;
    }

    Ledger ledger() {
        return ledger;
    }

    Gatekeeper gatekeeper() {
        return gatekeeper;
    }

    GateDoor gate() {
        return gate;
    }

    OngoingFeed ongoingFeed() {
        return ongoingFeed;
    }

    AccountDoctor doctor() {
        return doctor;
    }

    NoticeDesk notices() {
        return notices;
    }

    Backfill backfill() {
        return backfill;
    }

    AlarmNews alarmNews() {
        return alarmNews;
    }

    Judging judging() {
        return judging;
    }

    /** The door to patient data. */
    RecordDoor records() {
        return new RecordDoor(
                ledger,
                heldWork,
                judging::rules,
                byConnection(id -> new RecordDoor.Consent(
                        rooms.consentRules(id),
                        rooms.consentBirthdays(id),
                        rooms.zones().get(id))),
                clock);
    }

    HeldWork heldWork() {
        return heldWork;
    }

    HandOver handOver() {
        return handOver;
    }

    @Override
    public void close() {
        heldWork.close();
        judging.close();
        ledger.close();
    }
}
