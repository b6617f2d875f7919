package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.Node;
import org.vaxroute.operate.access.Caller;

/** The nodes, drained in the name of whoever calls. */
final class NodeOperations implements NodesMBean {
    private final Ledger ledger;
    private final String node;

    NodeOperations(Ledger ledger, String node) {
        this.ledger = ledger;
        this.node = node;
    }

    @Override
    public String getNode() {
        return node;
    }

    @Override
    public List<Map<String, Object>> getNodes() {
        return ledger.nodes().all().stream().map(NodeOperations::row).toList();
    }

    private static Map<String, Object> row(Node node) {
        return Rows.row(
                "name",
                node.name(),
                "state",
                node.state(),
                "version",
                node.version(),
                "place",
                node.place(),
                "startedAt",
                node.startedAt(),
                "seenAt",
                node.seenAt(),
                "drained",
                node.drain().map(Node.Drain::text).orElse(""),
                "leases",
                node.leases());
    }

    @Override
    public String drain(String name, String why) {
        ledger.nodes().drain(name, Caller.who(), FileOperations.reason(why));
        return "Node " + name
                + " takes no more work and finishes what it has. It stays so, over restarts too, until somebody undrains it.";
    }

    @Override
    public String undrain(String name, String why) {
        ledger.nodes().undrain(name, Caller.who(), FileOperations.reason(why));
        return "Node " + name + " takes work again within seconds.";
    }
}
