package org.vaxroute.intake;

import java.util.Map;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Severity;
import org.vaxroute.rules.Transformed;
import org.vaxroute.rules.Transforms;

/**
 * The transform step: the registry's and the site's own field changes on every record of a chunk, then the ids of the
 * clinic that the record comes from.
 *
 * <p>A record on which a transform fails is held with a finding; the others of the chunk go on.
 */
public final class Transform {
    /** Rule id of the finding on a record that a transform could not work on. */
    public static final String FAILED = "TRANSFORM-FAILED";

    private record InForce(Map<String, Transforms> transforms, Map<String, Sites> sites) {}

    private volatile InForce inForce;

    /**
     * @param transforms by connection, because each registry wants its own changes
     * @param sites by connection; one that is not there reports no sites
     */
    public Transform(Map<String, Transforms> transforms, Map<String, Sites> sites) {
        use(transforms, sites);
    }

    /** From the next chunk on goes by these; what they are: {@link #Transform(Map, Map)}. */
    public void use(Map<String, Transforms> transforms, Map<String, Sites> sites) {
        inForce = new InForce(Map.copyOf(transforms), Map.copyOf(sites));
    }

    /** Changes the outgoing text of each record. */
    public void apply(Chunk chunk) {
        InForce now = inForce;
        for (TakenRecord record : chunk.records()) {
            if (record.readable() && record.excluded() == null) {
                apply(now, chunk, record);
            }
        }
    }

    private static void apply(InForce now, Chunk chunk, TakenRecord record) {
        try {
            Transformed transformed =
                    now.transforms.get(chunk.connection()).apply(record.message(), chunk.connection(), chunk.source());
            if (!transformed.changes().isEmpty()) {
                record.message(transformed.message(), transformed.changes());
            }
            now.sites.getOrDefault(chunk.connection(), Sites.NONE).assign(record, chunk.source());
        } catch (RuntimeException e) {
            Findings.hold(
                    record,
                    new Finding(
                            FAILED,
                            Severity.ERROR,
                            Effect.MESSAGE,
                            "",
                            "A transform stopped with " + e.getClass().getSimpleName() + " on this record.",
                            "Check the transforms of this source, then recheck the record."));
        }
    }
}
