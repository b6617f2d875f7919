package org.vaxroute.submit;

import java.util.Map;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.Stage;

/**
 * How the submission files of a connection are built.
 *
 * @param names what they are called
 * @param destinations where the files of each stage go; both may name the same account and folder
 * @param limits how large the files of each feed may become
 * @param envelopes what stands around the messages, by stage
 * @param filesPerRun most files of one run, so that a backlog leaves at a pace; what is left goes with the next run
 * @param heartbeat whether a run of the ongoing feed that finds nothing sends a file without a message, as a sign of life
 */
public record AssemblySettings(
        String connection,
        NameTemplate names,
        Map<Stage, Destination> destinations,
        Map<Feed, FileLimits> limits,
        Map<Stage, Envelope> envelopes,
        int filesPerRun,
        boolean heartbeat) {
    public AssemblySettings {
        destinations = Map.copyOf(destinations);
        limits = Map.copyOf(limits);
        envelopes = Map.copyOf(envelopes);
        if (!destinations.keySet().containsAll(java.util.Set.of(Stage.values()))
                || !envelopes.keySet().containsAll(java.util.Set.of(Stage.values()))) {
            throw new IllegalArgumentException(
                    "Connection " + connection + " needs a destination and an envelope for each stage.");
        }
        if (filesPerRun < 1) {
            throw new IllegalArgumentException("feed.files-per-run is " + filesPerRun + "; it must be at least 1.");
        }
    }
}
