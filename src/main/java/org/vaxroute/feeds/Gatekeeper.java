package org.vaxroute.feeds;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.Gate;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.HistoricalLoad;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LoadState;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.ledger.Pause;
import org.vaxroute.ledger.Stage;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.WrongTransition;

/**
 * Lets a connection send only what it has earned: test files, then a review, then one first production file, then everything. Each
 * step is kept with its evidence; a step that is not earned is refused with what is missing.
 *
 * <p>The steps follow the registry's process for batch submission: three to five error-free test files, its review, its Production
 * email, notice of the first production file.
 */
public final class Gatekeeper {
    /** Who puts on record what answers say, beside the people who do. */
    static final String ANSWERS = "answers";

    private static final GateState[] ADOPTABLE = {GateState.REGISTERED, GateState.TESTING, GateState.REVIEW_REQUESTED};

    private final Ledger ledger;
    private final Function<String, GateSettings> settings;
    private final Readiness readiness;
    private final Owed owed;
    private final Clock clock;

    public Gatekeeper(
            Ledger ledger, Function<String, GateSettings> settings, Readiness readiness, Owed owed, Clock clock) {
        this.ledger = ledger;
        this.settings = settings;
        this.readiness = readiness;
        this.owed = owed;
        this.clock = clock;
    }

    /**
     * Whether the next file of this feed may be decided, and how large it may be. Asked in the transaction that decides the file, it
     * keeps the gate as it is until that transaction ends, and two nodes from deciding at once.
     */
    public Permission maySend(String connection, Feed feed) {
        ledger.gates().lock(connection);
        Dossier dossier = dossier(connection);
        Permission leave = mayDeliver(dossier, feed);
        if (!leave.open()) {
            return leave;
        }
        if (feed == Feed.HISTORICAL) {
            return nextHistoricalFile(connection);
        }
        if (feed == Feed.TEST) {
            return nextTestFile(dossier);
        }
        if (dossier.gate().state() == GateState.APPROVED) {
            return firstProductionFile(dossier);
        }
        return Permission.FREE;
    }

    /** Whether a file of this feed that is decided already may leave. */
    public Permission mayDeliver(String connection, Feed feed) {
        return mayDeliver(dossier(connection), feed);
    }

    // Between looking and moving nobody else takes a step, and no file begins to leave.
    private <T> T alone(String connection, Supplier<T> step) {
        return ledger.transact(() -> {
            ledger.gates().lock(connection);
            return step.get();
        });
    }

    /** Whether the credential of an account that carries production alone may be read. */
    public boolean productionUnlocked(String connection) {
        Gate gate = ledger.gates().of(connection);
        GateState state = gate.state() == GateState.SUSPENDED ? gate.resumeTo() : gate.state();
        return state == GateState.APPROVED || state == GateState.LIVE;
    }

    /** Everything that counts for the gate of a connection. */
    public Dossier dossier(String connection) {
        Gate gate = ledger.gates().of(connection);
        return new Dossier(
                gate,
                settings.apply(connection),
                ledger.gates().evidence(connection),
                ledger.submissionFiles().of(connection, Feed.TEST),
                gate.state() == GateState.APPROVED ? ledger.submissionFiles().of(connection, Feed.ONGOING) : List.of());
    }

    /**
     * Opens the test feed.
     *
     * @throws GateRefused when the login, the file code or the way to the server is missing
     */
    public Gate startTesting(String connection, String who) {
        Dossier dossier = dossier(connection);
        require(dossier, "test", GateState.REGISTERED);
        List<String> missing = readiness.missing(connection);
        if (!missing.isEmpty()) {
            throw new GateRefused(
                    connection,
                    "test",
                    String.join(" ", missing),
                    "Mend it, then ask again: vaxroute gate test " + connection + ".");
        }
        ledger.gates()
                .evidence(
                        connection,
                        Evidence.READINESS.name(),
                        connection,
                        "Settings and way to the server looked at",
                        who);
        return move(dossier, GateState.TESTING, who, "login, file code and server are ready");
    }

    /**
     * Puts the registry's reply to a file on record, where no answer file says it.
     *
     * @param name the submission file
     * @param clean whether the registry found no error
     * @param reply where the registry said so: date, sender, reference
     * @throws GateRefused when there is no such file, or it has not left
     */
    public void attest(String connection, String name, boolean clean, String who, String reply) {
        require(connection, "attest", "the registry's reply", reply);
        Dossier dossier = dossier(connection);
        SubmissionFile file = dossier.file(name)
                .orElseThrow(() -> new GateRefused(
                        connection,
                        "attest",
                        "There is no submission file " + name + ".",
                        "List them: vaxroute files."));
        if (!file.state().delivered() && file.state() != FileState.UNSURE) {
            throw new GateRefused(
                    connection,
                    "attest",
                    "File " + name + " is " + file.state() + " and has not reached the registry.",
                    "Wait until it is SENT, then attest what the registry says of it.");
        }
        settle(dossier, file, clean, who, "attested: " + reply);
    }

    /** Puts an answer on record that was read from the registry's results. */
    void answered(Dossier dossier, SubmissionFile file, AnswerBook.Answer answer) {
        boolean clean = answer.errors() == 0
                && (answer.warnings() == 0 || !dossier.settings().warningsSpoil());
        settle(dossier, file, clean, ANSWERS, answer.summary());
    }

    private void settle(Dossier dossier, SubmissionFile file, boolean clean, String who, String detail) {
        Evidence kind = file.stage() == Stage.TEST
                ? clean ? Evidence.TEST_FILE_CLEAN : Evidence.TEST_FILE_FAULTY
                : clean ? Evidence.FIRST_FILE_CLEAN : Evidence.FIRST_FILE_FAULTY;
        ledger.gates().evidence(file.connection(), kind.name(), file.name(), detail, who);
    }

    /**
     * Asks the registry to review the test files.
     *
     * @throws GateRefused when too few error-free test files are on record, or one is still on its way
     */
    public Gate requestReview(String connection, String who) {
        return alone(connection, () -> requestReviewAlone(connection, who));
    }

    private Gate requestReviewAlone(String connection, String who) {
        Dossier dossier = dossier(connection);
        require(dossier, "request-review", GateState.TESTING);
        List<String> clean = dossier.cleanTestFiles();
        int needed = dossier.settings().cleanFiles();
        if (clean.size() < needed) {
            throw new GateRefused(
                    connection,
                    "request-review",
                    "Only " + clean.size() + " of " + needed + " error-free test files are on record" + dossier.faults()
                            + ".",
                    "Hand in more records of a source with feed = test; when one is answered outside VaxRoute, use vaxroute gate attest "
                            + connection + " FILE --reply ....");
        }
        noneUnderWay(dossier, "request-review");
        ledger.gates().evidence(connection, Evidence.REVIEW_REQUEST.name(), String.join(" ", clean), "", who);
        Gate gate = move(dossier, GateState.REVIEW_REQUESTED, who, clean.size() + " error-free test files");
        owed.notice(connection, Owed.Kind.REVIEW_REQUEST, gate.since().toString(), clean);
        return gate;
    }

    /**
     * Records the registry's Production email. From here on no test file leaves.
     *
     * @param emailDate date of the email
     * @param sender who at the registry wrote it
     * @param reference its subject or number
     * @throws GateRefused when no review was asked for, or the email cannot be the answer to it
     */
    public Gate approve(String connection, LocalDate emailDate, String sender, String reference, String who) {
        return alone(connection, () -> approveAlone(connection, emailDate, sender, reference, who));
    }

    private Gate approveAlone(String connection, LocalDate emailDate, String sender, String reference, String who) {
        require(connection, "approve", "the sender of the Production email", sender);
        require(connection, "approve", "the reference of the Production email", reference);
        Dossier dossier = dossier(connection);
        require(dossier, "approve", GateState.REVIEW_REQUESTED);
        // A day to either side: the registry's date, ours and UTC's need not be the same.
        LocalDate today = LocalDate.ofInstant(clock.instant(), java.time.ZoneOffset.UTC);
        LocalDate asked = LocalDate.ofInstant(dossier.gate().since(), java.time.ZoneOffset.UTC);
        if (emailDate.isAfter(today.plusDays(1)) || emailDate.isBefore(asked.minusDays(1))) {
            throw new GateRefused(
                    connection,
                    "approve",
                    "An email of " + emailDate + " cannot answer the review that was asked for on " + asked + ".",
                    "Give the date of the registry's Production email.");
        }
        noneUnderWay(dossier, "approve");
        endRetest(dossier, who);
        ledger.gates()
                .evidence(
                        connection,
                        Evidence.APPROVAL.name(),
                        reference,
                        "Production email of " + emailDate + " from " + sender,
                        who);
        return move(dossier, GateState.APPROVED, who, "Production email of " + emailDate + ", " + reference);
    }

    /**
     * Opens the ongoing feed: the first production file came back clean, or was attested.
     *
     * @throws GateRefused when it has not left or is not settled
     */
    public Gate live(String connection, String who) {
        return alone(connection, () -> liveAlone(connection, who));
    }

    private Gate liveAlone(String connection, String who) {
        Dossier dossier = dossier(connection);
        require(dossier, "live", GateState.APPROVED);
        Optional<String> clean = dossier.cleanFirstFile();
        if (clean.isEmpty()) {
            throw new GateRefused(connection, "live", dossier.whyNotLive(), dossier.howToLive());
        }
        firstFileLeft(connection, clean.get());
        owed.notice(connection, Owed.Kind.HISTORY_QUESTIONS, Owed.ONCE, List.of());
        return move(dossier, GateState.LIVE, who, "first production file " + clean.get() + " is clean");
    }

    /** Stops everything that leaves, from any state, for a reason. */
    public Gate suspend(String connection, String who, String reason) {
        require(connection, "suspend", "a reason", reason);
        Dossier dossier = dossier(connection);
        if (dossier.gate().state() == GateState.SUSPENDED) {
            throw new GateRefused(
                    connection, "suspend", "It is suspended already.", "Nothing leaves; resume when it may go on.");
        }
        return move(dossier, GateState.SUSPENDED, who, reason);
    }

    /** Goes back to the state it was suspended from; a retest that went on meanwhile ends. */
    public Gate resume(String connection, String who, String reason) {
        return alone(connection, () -> resumeAlone(connection, who, reason));
    }

    private Gate resumeAlone(String connection, String who, String reason) {
        require(connection, "resume", "a reason", reason);
        Dossier dossier = dossier(connection);
        require(dossier, "resume", GateState.SUSPENDED);
        if (dossier.gate().resumeTo() != GateState.TESTING) {
            noneUnderWay(dossier, "resume");
        }
        endRetest(dossier, who);
        return move(dossier, dossier.gate().resumeTo(), who, reason);
    }

    /**
     * Lets test files leave again: back to TESTING while the registry reviews; beside the present state while suspended, or where
     * tests have an account of their own.
     *
     * @throws GateRefused after approval with one shared account: a test file would go into the registry's production
     */
    public Gate retest(String connection, String who, String reason) {
        require(connection, "retest", "a reason", reason);
        Dossier dossier = dossier(connection);
        GateState state = dossier.gate().state();
        if (state == GateState.REVIEW_REQUESTED) {
            return move(dossier, GateState.TESTING, who, reason);
        }
        boolean approved = state == GateState.APPROVED || state == GateState.LIVE;
        if (approved && !dossier.settings().separateAccount()) {
            throw new GateRefused(
                    connection,
                    "retest",
                    "The connection is " + state
                            + " and tests share its account, so a test file would reach production.",
                    "Suspend the connection first, or set a separate test account if the registry gave you one.");
        }
        if (!approved && state != GateState.SUSPENDED) {
            throw new GateRefused(
                    connection, "retest", "The connection is " + state + ".", "Testing has not ended; go on with it.");
        }
        if (!dossier.retesting()) {
            ledger.gates().evidence(connection, Evidence.RETEST.name(), state.name(), reason, who);
        }
        return dossier.gate();
    }

    /**
     * Takes over an organization that is live with the registry already.
     *
     * @param reference the registry's word that it is live
     * @param cutOff from when on VaxRoute sends; earlier records were sent by what it replaces
     * @param historyPlanned whether a historical load will follow; otherwise it is waived
     * @throws GateRefused when this connection has begun the ordinary way and sent production files
     */
    public Gate adopt(String connection, String reference, Instant cutOff, boolean historyPlanned, String who) {
        require(connection, "adopt", "the registry's word that the organization is live", reference);
        require(dossier(connection), "adopt", ADOPTABLE);
        List<String> missing = readiness.missing(connection);
        if (!missing.isEmpty()) {
            throw new GateRefused(connection, "adopt", String.join(" ", missing), "Mend it, then adopt again.");
        }
        return alone(connection, () -> adoptAlone(connection, reference, cutOff, historyPlanned, who));
    }

    private Gate adoptAlone(String connection, String reference, Instant cutOff, boolean historyPlanned, String who) {
        Dossier dossier = dossier(connection);
        require(dossier, "adopt", ADOPTABLE);
        noneUnderWay(dossier, "adopt");
        ledger.gates().evidence(connection, Evidence.ADOPTION.name(), reference, "cut-off " + cutOff, who);
        ledger.gates()
                .evidence(
                        connection, Evidence.HISTORY.name(), historyPlanned ? "planned" : "waived", "at adoption", who);
        if (historyPlanned) {
            owed.notice(connection, Owed.Kind.HISTORY_QUESTIONS, Owed.ONCE, List.of());
        }
        return move(dossier, GateState.LIVE, who, "adopted: " + reference);
    }

    /** Puts the registry's agreement to a historical load on record. */
    public void agreeHistory(String connection, String reference, String who) {
        require(connection, "agree-history", "the reference of the registry's agreement", reference);
        ledger.gates().evidence(connection, Evidence.HISTORY_AGREEMENT.name(), reference, "", who);
    }

    /** Tells the registry and the EHR vendor of the first production file, once it has left. */
    void tellOfFirstFile(Dossier dossier) {
        dossier.productionFiles().stream()
                .filter(file -> file.state().delivered())
                .findFirst()
                .ifPresent(file -> ledger.transact(() -> {
                    firstFileLeft(file.connection(), file.name());
                    return null;
                }));
    }

    private void firstFileLeft(String connection, String name) {
        owed.notice(connection, Owed.Kind.FIRST_PRODUCTION_FILE, Owed.ONCE, List.of(name));
        owed.notice(connection, Owed.Kind.GO_LIVE, Owed.ONCE, List.of(name));
    }

    /** Whether the connection has earned a historical load: it is LIVE, and the registry's agreement is on record. */
    public Permission mayLoadHistory(String connection) {
        return earned(dossier(connection), Feed.HISTORICAL);
    }

    private Permission mayDeliver(Dossier dossier, Feed feed) {
        Optional<Pause> pause = ledger.pauses().of(Pausable.feed(dossier.gate().connection(), feed));
        if (pause.isPresent()) {
            return Permission.closed(pause.get().text(), pause.get().remedy());
        }
        Permission earned = earned(dossier, feed);
        return earned.open() && feed == Feed.HISTORICAL
                ? loadRuns(dossier.gate().connection())
                : earned;
    }

    // What was decided or released after the end still leaves.
    private Permission loadRuns(String connection) {
        LoadState state = ledger.historicalLoads()
                .current(connection)
                .map(HistoricalLoad::state)
                .orElse(LoadState.PLANNED);
        return switch (state) {
            case RUNNING, DONE -> Permission.FREE;
            case PAUSED ->
                Permission.closed(
                        "The historical load of " + connection + " is PAUSED.",
                        "Go on with it: vaxroute backfill resume " + connection + " --why ....");
            case PLANNED ->
                Permission.closed(
                        "No historical load of " + connection + " was started.",
                        "Plan one: vaxroute backfill plan " + connection + ", then vaxroute backfill start PLAN.");
            case WAIVED ->
                Permission.closed(
                        "History of " + connection + " was waived.",
                        "To load it after all: vaxroute backfill reopen " + connection + " --why ....");
        };
    }

    /** One at a time, so that the ongoing feed never waits for more than one, and files leave in the order of their decision. */
    private Permission nextHistoricalFile(String connection) {
        return ledger.submissionFiles().of(connection, Feed.HISTORICAL, FileState.ON_THE_WAY).stream()
                .findFirst()
                .map(file -> Permission.closed(
                        "Historical file " + file.name() + " is " + file.state() + "; history goes one file at a time.",
                        "The next is built when it has left."))
                .orElse(Permission.FREE);
    }

    private static Permission earned(Dossier dossier, Feed feed) {
        GateState state = dossier.gate().state();
        String connection = dossier.gate().connection();
        if (feed == Feed.TEST) {
            if (state == GateState.TESTING || dossier.retestingAllowed()) {
                return Permission.FREE;
            }
            return Permission.closed(
                    "Connection " + connection + " is " + state + "; test files leave only while it is TESTING.",
                    switch (state) {
                        case REGISTERED -> "Open the test feed: vaxroute gate test " + connection + ".";
                        case REVIEW_REQUESTED ->
                            "The registry is reviewing. If it wants more test files: vaxroute gate retest " + connection
                                    + " --why ....";
                        case SUSPENDED -> "Use vaxroute gate retest " + connection + " --why ..., or resume it.";
                        default ->
                            "After approval no test file leaves with this account; suspend the connection to test again.";
                    });
        }
        if (state == GateState.LIVE) {
            return feed == Feed.HISTORICAL && !dossier.historyAgreed()
                    ? Permission.closed(
                            "The registry's agreement to a historical load is not on record.",
                            "Ask its data exchange desk, then vaxroute gate agree-history " + connection
                                    + " --reference ....")
                    : Permission.FREE;
        }
        if (state == GateState.APPROVED && feed == Feed.ONGOING) {
            return Permission.FREE;
        }
        return Permission.closed(
                "Connection " + connection + " is " + state + "; "
                        + (feed == Feed.HISTORICAL
                                ? "history is sent only when it is LIVE."
                                : "production files leave only after the registry's approval."),
                switch (state) {
                    case REGISTERED -> "Begin with test files: vaxroute gate test " + connection + ".";
                    case TESTING -> "Go on testing, then vaxroute gate request-review " + connection + ".";
                    case REVIEW_REQUESTED ->
                        "When the registry's Production email has come: vaxroute gate approve " + connection
                                + " --date ... --sender ... --reference ....";
                    case SUSPENDED ->
                        "It was suspended because: " + dossier.gate().why()
                                + ". When that is settled: vaxroute gate resume " + connection
                                + " --why ....";
                    default -> "Settle the first production file: vaxroute gate live " + connection + ".";
                });
    }

    private static Permission nextTestFile(Dossier dossier) {
        Optional<SubmissionFile> open = dossier.openTestFile();
        if (open.isPresent()) {
            return Permission.closed(
                    "Test file " + open.get().name() + " is " + open.get().state()
                            + " and has no answer yet; test files go one at a time.",
                    "Wait for the registry's answer, or attest it: vaxroute gate attest "
                            + dossier.gate().connection() + " " + open.get().name() + " --reply ....");
        }
        if (!dossier.retesting()
                && dossier.cleanTestFiles().size() >= dossier.settings().cleanFiles()) {
            return Permission.closed(
                    dossier.cleanTestFiles().size() + " error-free test files are on record, which is enough.",
                    "Ask for the review: vaxroute gate request-review "
                            + dossier.gate().connection() + ".");
        }
        if (dossier.noTestFileYet()) {
            int doses = dossier.settings().firstTestDoses();
            return Permission.upTo(1, doses == 0 ? Long.MAX_VALUE : doses);
        }
        return Permission.upTo(dossier.settings().testMessages(), Long.MAX_VALUE);
    }

    private static Permission firstProductionFile(Dossier dossier) {
        Optional<SubmissionFile> first = dossier.firstProductionFile();
        if (first.isPresent()) {
            return Permission.closed(
                    "The first production file " + first.get().name() + " is "
                            + first.get().state() + "; nothing more leaves before it is confirmed.",
                    dossier.howToLive());
        }
        return Permission.upTo(dossier.settings().firstProductionMessages(), Long.MAX_VALUE);
    }

    private static void noneUnderWay(Dossier dossier, String step) {
        dossier.testFiles().stream()
                .filter(file -> FileState.NOT_AWAY.contains(file.state()))
                .findFirst()
                .ifPresent(file -> {
                    throw new GateRefused(
                            dossier.gate().connection(),
                            step,
                            "Test file " + file.name() + " is " + file.state() + " and could still leave.",
                            "Wait until it is SENT, or withdraw it: vaxroute files withdraw " + file.name()
                                    + " --why ....");
                });
    }

    private void endRetest(Dossier dossier, String who) {
        if (dossier.retesting()) {
            ledger.gates()
                    .evidence(
                            dossier.gate().connection(),
                            Evidence.RETEST_END.name(),
                            dossier.gate().state().name(),
                            "",
                            who);
        }
    }

    private static void require(Dossier dossier, String step, GateState... states) {
        GateState state = dossier.gate().state();
        if (!List.of(states).contains(state)) {
            throw new GateRefused(
                    dossier.gate().connection(),
                    step,
                    "The connection is " + state + "; this step is for one that is "
                            + String.join(
                                    " or ",
                                    List.of(states).stream().map(Enum::name).toList()) + ".",
                    dossier.nextStep());
        }
    }

    private static void require(String connection, String step, String what, String value) {
        if (value == null || value.isBlank()) {
            throw new GateRefused(connection, step, "It needs " + what + ".", "Give it and ask again.");
        }
    }

    private Gate move(Dossier dossier, GateState to, String who, String why) {
        try {
            return ledger.gates()
                    .move(dossier.gate().connection(), dossier.gate().state(), to, who, why);
        } catch (WrongTransition e) {
            throw new GateRefused(
                    dossier.gate().connection(),
                    to.name(),
                    e.getMessage(),
                    "Somebody else took a step at the same moment; look again.");
        }
    }
}
