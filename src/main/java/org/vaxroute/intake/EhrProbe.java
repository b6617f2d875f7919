package org.vaxroute.intake;

import java.time.Duration;
import java.util.Optional;
import org.vaxroute.ledger.Leases;

/** Tries the login at EHRs' databases; reads no row. */
public final class EhrProbe {
    private final EhrTurns turns;

    /** @param node names this process, for people to read */
    public EhrProbe(Leases leases, String node) {
        turns = new EhrTurns(leases, "probe" + Leases.at(node));
    }

    /** Why the source could not be read now; empty when its database lets it in, or is being read at this moment. */
    public Optional<String> fault(JdbcSource source) {
        try {
            new RowPages(source, turns, Duration.ZERO, "", row -> "", row -> "", row -> "").close();
            return Optional.empty();
        } catch (DatabaseInUse e) {
            return Optional.empty();
        } catch (SourceFaultException e) {
            return Optional.of(e.getMessage());
        }
    }
}
