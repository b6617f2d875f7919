package org.vaxroute.boot;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.cli.House;
import org.vaxroute.feeds.Owed;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.Notice;
import org.vaxroute.ledger.NoticeState;
import org.vaxroute.practice.PracticeClinic;
import org.vaxroute.practice.PracticeRegistry;
import org.vaxroute.practice.RegistryHabits;
import org.vaxroute.practice.RegistryMail;
import org.vaxroute.practice.RegistryOptions;
import org.vaxroute.practice.StoryLog;

/**
 * A rehearsal in which nobody plays but the one who types: the practice registry judges, answers and writes its mails, a clinic has its
 * history and one day of visits, VaxRoute runs between them by the machine's clock, and every step is left to the commands of the
 * command line.
 */
final class PracticeByHand {
    private static final long SEED = 42;
    private static final int CLEAN_FILES = 3;
    private static final int SAMPLES = 20;
    private static final int ALL = 1000;
    private static final ZoneId ZONE = ZoneId.of("America/Chicago");
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final House.Practice options;
    private final PrintStream out;
    private final Clock clock = Clock.system(ZONE);

    PracticeByHand(House.Practice options) {
        this.options = options;
        this.out = options.terminal();
    }

    /**
     * Runs until the process is told to stop; started again it goes on.
     *
     * @param shipped the home whose routes and tables are used
     */
    int run(Home shipped) throws IOException, InterruptedException {
        RegistryHabits habits = RegistryHabits.plain().with(options.habits());
        Path folder = shipped.folder().resolve("work/practice");
        PracticeHome home =
                PracticeHome.open(shipped, folder, options.fresh(), "--by-hand --patients " + options.patients());
        StandaloneHouse.logTo(folder.resolve("work"), folder.resolve("work/log"), "OFF");
        out.println(
                "VaxRoute practice, by hand: a registry, a clinic and a server on this machine. Every step is yours.");
        try (PracticeRegistry registry = PracticeRegistry.start(
                        folder.resolve("registry"),
                        RegistryOptions.of(clock)
                                .stableFor(Duration.ofMillis(500))
                                .testing()
                                .habits(habits));
                PracticeClinic clinic = PracticeClinic.open(folder.resolve("ehr"), SEED, options.patients(), clock)) {
            home.settingsByHand(registry, clinic, options.ftps());
            home.heed(habits, "1m");
            try (PracticeHome.Served served = home.serve(clock)) {
                introduce(home, clinic);
                served.introduce(out);
                StoryLog log = StoryLog.open(folder.resolve("by-hand.txt"));
                while (true) {
                    play(home, registry, clinic, served.vaxRoute(), log);
                    TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
                }
            }
        }
    }

    private void introduce(PracticeHome home, PracticeClinic clinic) {
        out.printf(
                Locale.ROOT,
                "  clinic    %,d patients with ten years of doses, to be loaded as history; one day of visits after the approval%n",
                clinic.size());
        out.printf("  tests     made-up records; samples of the clinic for you to drop lie in %s%n", samples(home));
        out.printf("  home      %s%n", home.folder());
        out.printf("  begin     vaxroute gate --home %s%n", home.folder());
        out.flush();
    }

    private static Path samples(PracticeHome home) {
        return home.folder().resolve("samples");
    }

    /** What the others do by themselves. */
    private void play(
            PracticeHome home, PracticeRegistry registry, PracticeClinic clinic, VaxRoute vaxRoute, StoryLog log)
            throws InterruptedException {
        GateState state = vaxRoute.ledger().gates().state(PracticeHome.CONNECTION);
        if (!log.isDone("samples")) {
            // The second of the story's samples is the one with an error.
            clinic.exportSamples(2, SAMPLES, samples(home));
            log.done("samples");
        }
        if (state == GateState.REVIEW_REQUESTED) {
            Optional<Notice> request = sent(vaxRoute, Owed.Kind.REVIEW_REQUEST);
            String step = "reviewed " + request.map(Notice::id).orElse(0L);
            if (request.isPresent() && !log.isDone(step)) {
                mail(home, registry.review(request.get().body(), CLEAN_FILES));
                log.done(step);
            }
        }
        if (state == GateState.APPROVED && !log.isDone("visits")) {
            clinic.work(1, home.dropFolder("school-nurse"), home.mllpPort());
            log.done("visits");
            say("the clinic works: its visits wait for the first production file");
        }
        if (state == GateState.LIVE
                && !log.isDone("history agreed")
                && sent(vaxRoute, Owed.Kind.HISTORY_QUESTIONS).isPresent()) {
            mail(home, registry.agreeToHistory());
            log.done("history agreed");
        }
    }

    /** The newest notice of that kind that has left, by mail or by a person's word. */
    private static Optional<Notice> sent(VaxRoute vaxRoute, Owed.Kind kind) {
        return vaxRoute.ledger().notices().recent(ALL).stream()
                .filter(notice -> notice.kind().equals(kind.name()) && notice.state() == NoticeState.SENT)
                .max(Comparator.comparingLong(Notice::id));
    }

    private void mail(PracticeHome home, RegistryMail mail) {
        say("mail from " + mail.sender() + " of " + mail.date() + ": \"" + mail.subject() + "\" (it lies in "
                + home.folder().resolve("registry/mail") + ")");
    }

    private void say(String text) {
        out.println("  " + text);
        out.flush();
    }
}
