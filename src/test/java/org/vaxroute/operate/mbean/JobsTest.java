package org.vaxroute.operate.mbean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vaxroute.operate.access.Caller;
import org.vaxroute.operate.access.Role;

class JobsTest {
    private final Jobs jobs = new Jobs(Clock.systemUTC());

    @AfterEach
    void end() {
        jobs.close();
    }

    @Test
    void aJobTellsHowFarItIsAndWhatCameOfItInTheNameOfWhoBeganIt() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        String id = new Caller("otto", Role.OPERATOR, Caller.Door.CONSOLE)
                .call(() -> jobs.begin("count", progress -> {
                    progress.accept("half of it");
                    goOn.await();
                    return List.of("all of it, by " + Caller.who());
                }));

        await().atMost(Duration.ofSeconds(10))
                .until(() -> "half of it".equals(jobs.job(id).get("progress")));
        assertThat(jobs.job(id)).containsEntry("state", "RUNNING").containsEntry("who", "otto");
        assertThatThrownBy(() -> jobs.begin("count", progress -> List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(id)
                .hasMessageContaining("otto");

        goOn.countDown();
        assertThat(ended(id))
                .containsEntry("state", "DONE")
                .containsEntry("lines", List.of("all of it, by otto"))
                .containsEntry("progress", "");
    }

    @Test
    void aFailureIsToldByItsReasonWhenItIsOursAndByItsKindOtherwise() {
        String ours = jobs.begin("a", progress -> {
            throw new IllegalArgumentException("There is no source of history. Add one.");
        });
        String foreign = jobs.begin("b", progress -> {
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
    void oldJobsAreForgottenOneThatRunsIsNot() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        String running = jobs.begin("long", progress -> {
            goOn.await();
            return List.of();
        });
        for (int i = 0; i < 60; i++) {
            ended(jobs.begin("short", progress -> List.of()));
        }

        assertThat(jobs.getJobs()).hasSize(50);
        assertThat(jobs.job(running)).containsEntry("state", "RUNNING");
        assertThatThrownBy(() -> jobs.job("job-2")).hasMessageContaining("There is no job job-2");
        goOn.countDown();
    }

    private Map<String, Object> ended(String id) {
        return await().atMost(Duration.ofSeconds(10))
                .until(() -> jobs.job(id), job -> !"RUNNING".equals(job.get("state")));
    }
}
