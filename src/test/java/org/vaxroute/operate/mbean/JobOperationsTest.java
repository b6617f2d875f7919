package org.vaxroute.operate.mbean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.vaxroute.ledger.HeldFilter;
import org.vaxroute.ledger.Job;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.ledger.TestDatabase;
import org.vaxroute.ledger.WrongTransition;
import org.vaxroute.operate.access.Caller;
import org.vaxroute.operate.access.Role;

class JobOperationsTest {
    @TempDir
    Path folder;

    private Ledger ledger;
    private JobOperations jobs;

    @BeforeEach
    void open() {
        LedgerSettings file = TestDatabase.H2.fresh(folder);
        ledger = Ledger.open(
                LedgerSettings.of(file.url() + ";LOCK_TIMEOUT=300", file.user(), file.password(), folder),
                Clock.systemUTC());
        jobs = new JobOperations(ledger, "node");
    }

    @AfterEach
    void end() {
        jobs.close();
        ledger.close();
    }

    private long begin(String about, JobOperations.Work work) {
        return jobs.begin(Job.Kind.PLAN, "main", about, work);
    }

    @Test
    void aJobTellsHowFarItIsAndWhatCameOfItInTheNameOfWhoBeganIt() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        long id = new Caller("otto", Role.OPERATOR, Caller.Door.CONSOLE)
                .call(() -> begin("count", progress -> {
                    progress.accept("half of it");
                    goOn.await();
                    return List.of("all of it, by " + Caller.who());
                }));

        await().until(() -> "half of it".equals(jobs.job(id).get("progress")));
        assertThat(jobs.job(id)).containsEntry("state", "RUNNING").containsEntry("who", "otto");
        assertThatThrownBy(() -> begin("count", progress -> List.of()))
                .isInstanceOf(WrongTransition.class)
                .hasMessageContaining("Job " + id)
                .hasMessageContaining("otto");

        goOn.countDown();
        assertThat(ended(id))
                .containsEntry("state", "DONE")
                .containsEntry("lines", List.of("all of it, by otto"))
                .containsEntry("progress", "");
    }

    @Test
    void aFailureIsToldByItsReasonWhenItIsOursAndByItsKindOtherwise() {
        long ours = begin("a", progress -> {
            throw new IllegalArgumentException("There is no source of history. Add one.");
        });
        long foreign = begin("b", progress -> {
            throw new java.io.IOException("PID|1||Adams");
        });

        assertThat(ended(ours))
                .containsEntry("state", "FAILED")
                .containsEntry("lines", List.of("There is no source of history. Add one."));
        assertThat(ended(foreign).get("lines").toString())
                .contains("java.io.IOException")
                .doesNotContain("Adams");
    }

    @Test
    void aJobThatIsStoppedEndsWhenItNextSaysHowFarItIs() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        long id = begin("count", progress -> {
            try {
                return await().atMost(Duration.ofSeconds(20))
                        .until(
                                () -> {
                                    progress.accept("on and on");
                                    return null;
                                },
                                Objects::nonNull);
            } finally {
                ended.countDown();
            }
        });

        assertThat(jobs.job(id)).containsEntry("stoppable", true);
        assertThat(jobs.stop(id)).isEqualTo("Job " + id + " is STOPPED.");

        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ended(begin("count", progress -> List.of()))).containsEntry("state", "DONE");
        assertThat(jobs.job(id)).containsEntry("state", "STOPPED");
        assertThat(ledger.trail().of("job:" + id)).extracting("action").containsExactly("job-stop");
    }

    /** As when somebody breaks a command off that works without a server. */
    @Test
    void whatAProcessLeftUndoneThatIsNoNodeKeepsTheNextOneFromNothing() {
        long left = ledger.jobs()
                .begin(Job.Kind.PLAN, "main", "count", "node", "otto")
                .id();

        assertThat(ended(begin("count", progress -> List.of()))).containsEntry("state", "DONE");
        assertThat(jobs.job(left)).containsEntry("state", "FAILED");
    }

    @Test
    void anEndThatTheLedgerCannotTakeIsWrittenDownLater() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(JobOperations.class);
        logger.addAppender(log);
        CountDownLatch goOn = new CountDownLatch(1);
        long id = begin("count", progress -> {
            goOn.await();
            return List.of("counted");
        });
        try (Connection other =
                        DriverManager.getConnection("jdbc:h2:file:" + folder.resolve("work/ledger"), "vaxroute", "");
                Statement lock = other.createStatement()) {
            other.setAutoCommit(false);
            lock.executeQuery("select * from job where job_id = " + id + " for update")
                    .next();
            goOn.countDown();
            await().atMost(Duration.ofSeconds(90)).until(() -> List.copyOf(log.list).stream()
                    .anyMatch(line -> line.getFormattedMessage().contains("waits for the ledger")));
            other.rollback();
        } finally {
            logger.detachAppender(log);
        }
        assertThat(ended(id)).containsEntry("state", "DONE").containsEntry("lines", List.of("counted"));
        assertThat(ended(begin("count", progress -> List.of()))).containsEntry("state", "DONE");
    }

    /** Those on held records go on by themselves. */
    @Test
    void whatAProcessLeftUndoneIsSaidToHaveFailedAtTheNextStart() throws Exception {
        ledger.nodes().enter("other", "east, process 1", "1", 0);
        long left = ledger.jobs()
                .begin(Job.Kind.BALANCE, "main", "balance the historical load of main", "node", "otto")
                .id();
        long others = ledger.jobs()
                .begin(Job.Kind.BALANCE, "main", "balance the historical load of main", "other", "otto")
                .id();
        long held = ledger.jobs()
                .begin(Job.Kind.RECHECK, HeldFilter.ALL, "node", "otto", "")
                .id();

        ledger.jobs().abandoned("node");

        assertThat(jobs.job(left)).containsEntry("state", "FAILED");
        assertThat(jobs.job(left).get("lines").toString()).contains("begin it again");
        assertThat(jobs.job(others)).containsEntry("state", "RUNNING");
        assertThat(jobs.job(held)).containsEntry("state", "RUNNING").containsEntry("stoppable", true);
        assertThat(jobs.stop(held)).isEqualTo("Job " + held + " is STOPPED.");
        assertThat(jobs.getJobs()).extracting(row -> row.get("id")).containsExactly(held, others, left);
        assertThatThrownBy(() -> jobs.job(99)).hasMessageContaining("There is no job 99");
    }

    private Map<String, Object> ended(long id) {
        return await().atMost(Duration.ofSeconds(60))
                .until(() -> jobs.job(id), job -> !"RUNNING".equals(job.get("state")));
    }
}
