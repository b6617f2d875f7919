package org.vaxroute.boot;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.cli.House;
import org.vaxroute.cli.ProgressScreen;
import org.vaxroute.cli.ProgressScreen.Stage;
import org.vaxroute.ledger.Balance;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.HeldCount;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.Position;
import org.vaxroute.ledger.RecordState;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.practice.Channel;
import org.vaxroute.practice.MllpSender;
import org.vaxroute.practice.PracticeEhr;
import org.vaxroute.practice.PracticeRegistry;
import org.vaxroute.practice.RegistryHabits;
import org.vaxroute.practice.RegistryOptions;

/**
 * The short form of the rehearsal, the main job on this machine alone: a made-up EHR hands its patients over as files, rows and messages, VaxRoute carries them to
 * a practice registry, and the screen tells what is happening. Killed and started again it goes on where it was.
 */
final class PracticeRun {
    private static final long SEED = 42;
    private static final Duration LOOK = Duration.ofMillis(300);

    private final House.Practice options;
    private final PrintStream out;
    private final ProgressScreen screen;
    private final Clock clock = Clock.systemDefaultZone();

    PracticeRun(House.Practice options) {
        this.options = options;
        this.out = options.terminal();
        this.screen = new ProgressScreen(out, System.console() != null);
    }

    /**
     * Runs until everything is delivered and answered, and then until the process is told to stop.
     *
     * @param shipped the home whose routes and tables are used
     * @return 0 when the audit balances, else 1
     */
    int run(Home shipped) throws IOException, InterruptedException {
        RegistryHabits habits = RegistryHabits.plain().with(options.habits());
        PracticeHome.requireAnEnd(habits);
        Path folder = shipped.folder().resolve("work/practice");
        PracticeHome home =
                PracticeHome.open(shipped, folder, options.fresh(), "--short --patients " + options.patients());
        System.setProperty(
                "vaxroute.log.file", folder.resolve("work/log/vaxroute.log").toString());
        System.setProperty("vaxroute.log.console", "ERROR");
        out.println(
                "VaxRoute practice: a made-up EHR, a practice registry, and everything between them on this machine.");

        ExecutorService ehrWork = Executors.newFixedThreadPool(2, work -> {
            Thread thread = new Thread(work, "practice-ehr");
            thread.setDaemon(true);
            return thread;
        });
        try (PracticeRegistry registry = PracticeRegistry.start(
                        folder.resolve("registry"),
                        RegistryOptions.of(clock)
                                .stableFor(Duration.ofMillis(500))
                                .habits(habits));
                PracticeEhr ehr = PracticeEhr.create(folder.resolve("ehr"), SEED, options.patients(), clock)) {
            home.settings(registry, ehr, options.ftps());
            home.heed(habits, "5s");
            try (PracticeHome.Served served = home.serve(clock)) {
                VaxRoute vaxRoute = served.vaxRoute();
                goLive(vaxRoute);
                introduce(home, registry, ehr);
                served.introduce(out);
                Future<?> files = ehrWork.submit(() -> drop(home, ehr));
                MllpSender sender = ehr.mllpSender(MllpSender.Target.loopback(home.mllpPort(), 0));
                Future<?> messages = ehrWork.submit(sender::send);
                watch(vaxRoute, registry, habits, ehr, List.of(files, messages));
                boolean balanced = summary(vaxRoute.ledger());
                if (!options.exit()) {
                    out.println();
                    out.println("Everything goes on running: drop a file into "
                            + shipped.folder().relativize(home.dropFolder("clinic-files"))
                            + " and watch it leave. Ctrl-C ends it.");
                    new CountDownLatch(1).await();
                }
                return balanced ? 0 : 1;
            }
        } finally {
            ehrWork.shutdownNow();
        }
    }

    private static void goLive(VaxRoute vaxRoute) {
        if (vaxRoute.ledger().gates().state(PracticeHome.CONNECTION) == GateState.REGISTERED) {
            vaxRoute.gatekeeper().adopt(PracticeHome.CONNECTION, "practice registry", Instant.EPOCH, false, "practice");
        }
    }

    private void introduce(PracticeHome home, PracticeRegistry registry, PracticeEhr ehr) {
        out.printf(
                "  registry  SFTP localhost:%d, implicit FTPS localhost:%d%s%n",
                registry.sftpPort(), registry.ftpsPort(), options.ftps() ? " (used)" : "");
        out.printf(
                Locale.ROOT,
                "  EHR       %,d patients: %,d in HL7 files, %,d in CSV files, %,d in a database, %,d over MLLP%n",
                ehr.size(),
                ehr.records(Channel.HL7_FILE),
                ehr.records(Channel.CSV_FILE),
                ehr.records(Channel.DATABASE),
                ehr.records(Channel.MLLP));
        out.printf("  home      %s%n", home.folder());
        out.printf("  log       %s%n%n", home.folder().resolve("work/log/vaxroute.log"));
        out.flush();
    }

    private static Void drop(PracticeHome home, PracticeEhr ehr) throws InterruptedException {
        ehr.fileDropper().dropHl7(home.dropFolder("clinic-files"), 50, 4);
        ehr.fileDropper().dropCsv(home.dropFolder("clinic-tables"), 50, 4);
        return null;
    }

    private void watch(
            VaxRoute vaxRoute,
            PracticeRegistry registry,
            RegistryHabits habits,
            PracticeEhr ehr,
            List<Future<?>> feeding)
            throws InterruptedException {
        Ledger ledger = vaxRoute.ledger();
        while (true) {
            // What people do: they ask for answers that do not come, and send again what was refused whole.
            registry.unanswered().forEach(registry::answerAfterAll);
            StoryStage.resendRefused(vaxRoute);
            StoryStage.dismissUnreadable(vaxRoute, habits);
            List<SubmissionFile> files = ledger.submissionFiles().recent(10_000);
            long read = ledger.positions().all().stream()
                    .mapToLong(position -> position.recordsRead() - position.repeated())
                    .sum();
            long waiting = ledger.records().waiting(PracticeHome.CONNECTION, org.vaxroute.ledger.Feed.ONGOING);
            screen.show(stages(ledger, ehr, files, read));
            boolean fed = isFed(feeding);
            boolean answered = files.stream().allMatch(StoryStage::isSettled);
            if (fed && read >= ehr.size() && waiting == 0 && answered) {
                return;
            }
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        }
    }

    private static boolean isFed(List<Future<?>> feeding) throws InterruptedException {
        for (Future<?> work : feeding) {
            if (!work.isDone()) {
                return false;
            }
            try {
                work.get();
            } catch (ExecutionException e) {
                throw new StartFailed(
                        "The practice EHR gave up: " + e.getCause().getMessage(), e.getCause());
            }
        }
        return true;
    }

    private static boolean isDelivered(SubmissionFile file) {
        return EnumSet.of(FileState.SENT, FileState.ANSWERED).contains(file.state());
    }

    private static List<Stage> stages(Ledger ledger, PracticeEhr ehr, List<SubmissionFile> files, long read) {
        String bySource = ledger.positions().all().stream()
                .map(position ->
                        position.source().replace("clinic-", "") + " " + (position.recordsRead() - position.repeated()))
                .collect(Collectors.joining(" · "));
        long held = ledger.records().heldCounts().stream()
                .mapToLong(HeldCount::records)
                .sum();
        long sentMessages = files.stream()
                .filter(PracticeRun::isDelivered)
                .mapToLong(SubmissionFile::messages)
                .sum();
        long sentFiles = files.stream().filter(PracticeRun::isDelivered).count();
        Map<RecordState, Long> outcomes =
                ledger.answers().outcomes(PracticeHome.CONNECTION, org.vaxroute.ledger.Stage.PRODUCTION);
        long answered = outcomes.values().stream().mapToLong(Long::longValue).sum();
        return List.of(
                new Stage("read", read, ehr.size(), bySource),
                new Stage("held", held, 0, "for a person to look at"),
                new Stage("sent", sentMessages, ehr.size(), sentFiles + " of " + files.size() + " files"),
                new Stage("answered", answered, ehr.size(), "accepted " + accepted(outcomes)));
    }

    private static long accepted(Map<RecordState, Long> outcomes) {
        return outcomes.getOrDefault(RecordState.ACCEPTED, 0L) + outcomes.getOrDefault(RecordState.WARNED, 0L);
    }

    private boolean summary(Ledger ledger) {
        out.println();
        out.printf("%-18s %8s %10s %8s %10s%n", "source", "read", "to send", "held", "duplicate");
        for (Position position : ledger.positions().all()) {
            out.printf(
                    Locale.ROOT,
                    "%-18s %,8d %,10d %,8d %,10d%n",
                    position.source(),
                    position.recordsRead() - position.repeated(),
                    position.stored().ready(),
                    position.stored().held(),
                    position.stored().duplicates());
        }
        Map<String, Long> held = ledger.records().heldCounts().stream()
                .collect(Collectors.groupingBy(
                        HeldCount::rule, java.util.TreeMap::new, Collectors.summingLong(HeldCount::records)));
        out.println();
        out.println("held for a person to mend, by rule (one dose of a patient can be held alone)");
        held.forEach((rule, records) -> out.printf(Locale.ROOT, "  %-32s %,6d%n", rule, records));
        List<SubmissionFile> files = ledger.submissionFiles().recent(10_000).stream()
                .filter(file -> file.state() != FileState.REFUSED)
                .toList();
        out.println();
        out.printf(
                Locale.ROOT,
                "sent      %,d messages with %,d doses in %,d files%n",
                files.stream().mapToLong(SubmissionFile::messages).sum(),
                files.stream().mapToLong(SubmissionFile::doses).sum(),
                files.size());
        Map<RecordState, Long> outcomes =
                ledger.answers().outcomes(PracticeHome.CONNECTION, org.vaxroute.ledger.Stage.PRODUCTION);
        out.printf(
                Locale.ROOT,
                "answered  %,d accepted, %,d of them with a warning, %,d rejected%n",
                accepted(outcomes),
                outcomes.getOrDefault(RecordState.WARNED, 0L),
                outcomes.getOrDefault(RecordState.REJECTED, 0L));
        Balance balance = ledger.conservation().balance();
        out.println(
                balance.balanced() ? "audit: balanced, every record is in exactly one place" : "audit: DIFFERENCES");
        balance.differences().forEach(difference -> out.println("  " + difference));
        out.flush();
        return balance.balanced();
    }
}
