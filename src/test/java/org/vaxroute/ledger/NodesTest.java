package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who works on the ledger, and under which name. */
class NodesTest extends LedgerCase {
    @Test
    void aNameHasOneProcessAsLongAsItShowsThatItLives() throws Exception {
        Nodes nodes = ledger.nodes();
        long first = nodes.enter("n1", "east, process 1", "1", 0).orElseThrow();

        assertThat(nodes.enter("n1", "west, process 1", "1", 0)).isEmpty();
        assertThat(nodes.enter("n1", "west, process 1", "1", first + 1))
                .as("another one ended")
                .isEmpty();
        assertThat(nodes.seen("n1", first, Node.State.RUNNING)).isTrue();

        silentFor("n1", 21);
        assertThat(nodes.find("n1")).map(Node::state).contains(Node.State.GONE);
        long second = nodes.enter("n1", "west, process 1", "1", 0).orElseThrow();

        assertThat(nodes.seen("n1", first, Node.State.RUNNING))
                .as("it comes back too late")
                .isFalse();
        assertThat(nodes.seen("n1", second, Node.State.RUNNING)).isTrue();
        assertThat(nodes.find("n1")).map(Node::place).contains("west, process 1");
    }

    @Test
    void aProcessThatEndedInGoodOrderOrIsKnownToHaveEndedIsFollowedAtOnce() {
        Nodes nodes = ledger.nodes();
        long first = nodes.enter("n1", "east, process 1", "1", 0).orElseThrow();
        nodes.seen("n1", first, Node.State.STOPPED);
        assertThat(nodes.find("n1")).map(Node::state).contains(Node.State.STOPPED);

        long second = nodes.enter("n1", "east, process 2", "2", 0).orElseThrow();
        assertThat(nodes.find("n1")).map(Node::state).contains(Node.State.RUNNING);

        assertThat(nodes.enter("n1", "east, process 3", "2", second)).isPresent();
    }

    @Test
    void aNodeShowsTheLeasesThatItHoldsAndNoneOfAnother() {
        ledger.nodes().enter("n1", "east, process 1", "1", 0);
        ledger.nodes().enter("my n1", "east, process 2", "1", 0);
        ledger.leases().acquire("account:a", "delivery" + Leases.at("n1"), Duration.ofMinutes(1));
        ledger.leases().acquire("files:a/ongoing", "assembly" + Leases.at("my n1"), Duration.ofMinutes(1));

        assertThat(ledger.nodes().all())
                .extracting(Node::name, Node::leases)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("n1", java.util.List.of("account:a")),
                        org.assertj.core.groups.Tuple.tuple("my n1", java.util.List.of("files:a/ongoing")));
    }

    @Test
    void aDrainStandsOverRestartsWithAnAlarmUntilSomebodyEndsIt() {
        Nodes nodes = ledger.nodes();
        long session = nodes.enter("n1", "east, process 1", "1", 0).orElseThrow();
        nodes.drain("n1", "ann", "new disk");

        assertThatThrownBy(() -> nodes.drain("n1", "bob", "hurry"))
                .isInstanceOf(WrongTransition.class)
                .hasMessageContaining("drained by ann")
                .hasMessageContaining("nodes undrain n1");
        nodes.seen("n1", session, Node.State.STOPPED);
        nodes.enter("n1", "east, process 2", "1", 0);

        assertThat(nodes.find("n1").flatMap(Node::drain)).map(Node.Drain::why).contains("new disk");
        assertThat(ledger.alarms().open())
                .extracting(Alarm::kind, Alarm::subject)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(Nodes.DRAINED, "node:n1"));

        nodes.undrain("n1", "bob", "it is in");
        assertThat(nodes.find("n1").flatMap(Node::drain)).isEmpty();
        assertThat(ledger.alarms().open()).isEmpty();
        assertThat(ledger.trail().of("node:n1"))
                .extracting(TrailEntry::action)
                .containsExactly("node-drain", "node-undrain");
        assertThatThrownBy(() -> nodes.undrain("n1", "bob", "again")).hasMessageContaining("is not drained");
        assertThatThrownBy(() -> nodes.drain("n2", "ann", "typing")).hasMessageContaining("no node n2. Known: n1");
    }

    @Test
    void aNodeThatHasNotBeenThereForAWeekIsForgottenUnlessItIsDrained() throws Exception {
        Nodes nodes = ledger.nodes();
        nodes.enter("pod-a", "a", "1", 0);
        nodes.enter("pod-b", "b", "1", 0);
        nodes.drain("pod-b", "ann", "kept out");
        silentFor("pod-a", 8 * 86_400);
        silentFor("pod-b", 8 * 86_400);

        nodes.enter("pod-c", "c", "1", 0);

        assertThat(nodes.all()).extracting(Node::name).containsExactly("pod-b", "pod-c");
    }

    @Test
    void oneThatTakesNoWorkTakesNoLeaseAndSaysSoToWhoeverHoldsOne() {
        Leases leases = ledger.leases();
        KeptLease held = leases.keep("source:a", "intake" + Leases.at("n1")).orElseThrow();
        assertThat(held.mayGoOn()).isTrue();

        leases.rest(true);

        assertThat(leases.keep("source:b", "intake" + Leases.at("n1"))).isEmpty();
        assertThat(held.mayGoOn()).isFalse();
        assertThat(held.still()).as("what is in hand is finished").isTrue();
        assertThat(leases.held()).isNotEmpty();
        held.close();
        assertThat(leases.held()).isEmpty();

        leases.rest(false);
        assertThat(leases.keep("source:b", "intake" + Leases.at("n1"))).isPresent();
    }

    private void silentFor(String node, int seconds) throws SQLException {
        try (Connection connection = connect();
                Statement sql = connection.createStatement()) {
            sql.execute("update node set seen_at = seen_at - interval '" + seconds + "' second where name = '" + node
                    + "'");
        }
    }
}
