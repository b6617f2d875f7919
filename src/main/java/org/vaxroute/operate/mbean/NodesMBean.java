package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;

/** The processes that work on this ledger, of which there may be one or several. */
@Description("The nodes that work on this ledger: who is there, what each is at work on, and which takes no work")
public interface NodesMBean {
    @Description("Name of the node that tells this")
    String getNode();

    @Description(
            "Every node that was there within a week: name, place, version, state (RUNNING, DRAINING, DRAINED, STOPPED, or GONE when it"
                    + " has not shown for 20 s), moments by the database's clock (UTC), who drained it and why, and the leases that it holds")
    List<Map<String, Object>> getNodes();

    @Action
    @Description(
            "Has a node take no work from now on, over restarts too: it finishes what it has in hand, closes its MLLP listener,"
                    + " gives back its leases and is not ready for a balancer")
    String drain(@Description("Name of the node") String name, @Description("Why; name no patient") String why);

    @Action
    @Description("Has a drained node take work again")
    String undrain(
            @Description("Name of the node") String name, @Description("Why it may go on; name no patient") String why);
}
