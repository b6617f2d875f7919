package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose jobs are whose, when the process that began them is not there any more. */
class JobsTest extends LedgerCase {
    private long held(String owner) {
        return ledger.jobs()
                .begin(Job.Kind.DROP, HeldFilter.ALL, owner, "otto", "no patient")
                .id();
    }

    private long plan(String owner) {
        return ledger.jobs()
                .begin(Job.Kind.PLAN, "main", "plan the historical load of main", owner, "otto")
                .id();
    }

    private Job.State state(long job) {
        return ledger.jobs().find(job).orElseThrow().state();
    }

    /** Nodes that live, have ended, and were killed. */
    private void nodes() throws Exception {
        ledger.nodes().enter("lives", "east, process 1", "1", 0);
        long session = ledger.nodes().enter("ended", "east, process 2", "1", 0).orElseThrow();
        ledger.nodes().seen("ended", session, Node.State.STOPPED);
        ledger.nodes().enter("killed", "east, process 3", "1", 0);
        try (Connection connection = connect();
                Statement sql = connection.createStatement()) {
            sql.execute("update node set seen_at = seen_at - interval '21' second where name = 'killed'");
        }
    }

    @Test
    void aNodeTakesUpWorkOnHeldRecordsOfItsOwnAndOfNodesThatAreGone() throws Exception {
        nodes();
        long own = held("new");
        long another = held("lives");
        List<Long> left = List.of(held("ended"), held("killed"), held("long forgotten"));
        plan("ended");

        assertThat(ledger.jobs().takeUp("new"))
                .extracting(Job::id)
                .containsExactly(own, left.get(0), left.get(1), left.get(2));
        ledger.nodes().enter("new", "west, process 1", "1", 0);
        assertThat(ledger.jobs().takeUp("newest"))
                .as("they have an owner that lives")
                .isEmpty();
        assertThat(ledger.jobs().takeUp("lives")).extracting(Job::id).containsExactly(another);
    }

    @Test
    void aNodeEndsOtherWorkThatItAndNodesThatAreGoneLeft() throws Exception {
        nodes();
        ledger.nodes().enter("new", "west, process 1", "1", 0);
        List<Long> left = List.of(plan("new"), plan("ended"), plan("killed"), plan("long forgotten"));
        long goesOn = plan("lives");
        long heldWork = held("ended");

        ledger.jobs().abandoned("new");

        assertThat(left).allMatch(job -> state(job) == Job.State.FAILED);
        assertThat(state(goesOn)).isEqualTo(Job.State.RUNNING);
        assertThat(state(heldWork)).isEqualTo(Job.State.RUNNING);
    }

    @Test
    void aCommandWithoutAServerEndsWhatAnEarlierOneLeftAndNothingOfANodeThatLives() throws Exception {
        nodes();
        long ofServer = plan("lives");
        ledger.jobs().abandoned("lives", List.of());
        assertThat(state(ofServer)).isEqualTo(Job.State.RUNNING);
        assertThatThrownBy(() -> plan("lives")).isInstanceOf(WrongTransition.class);

        long left = plan("ended");
        ledger.jobs().abandoned("ended", List.of(left));
        assertThat(state(left)).as("at work").isEqualTo(Job.State.RUNNING);
        ledger.jobs().abandoned("ended", List.of(ofServer));
        assertThat(state(left)).isEqualTo(Job.State.FAILED);
        assertThat(state(plan("ended"))).isEqualTo(Job.State.RUNNING);
    }
}
