package org.vaxroute.intake;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Severity;
import org.vaxroute.vxu.Draft;
import org.vaxroute.vxu.RowFault;
import org.vaxroute.vxu.VxuWriter;

/** Makes one record of a patient's rows. Rows that do not fit their column map become a held record, never nothing. */
final class RowRecords {
    /** Rule id of the finding on a record whose rows do not fit the column map. */
    static final String UNFIT = "ROW-UNFIT";

    private final VxuWriter writer;

    RowRecords(VxuWriter writer) {
        this.writer = writer;
    }

    String patient(Map<String, String> row) {
        return writer.patient(row);
    }

    TakenRecord record(SourceRef ref, int ordinal, RowGroups.Group group) {
        Draft draft = writer.draft(group.rows(), group.firstRow());
        TakenRecord record = TakenRecord.of(ref, ordinal, draft.message().bytes(), draft.message());
        for (RowFault fault : draft.faults()) {
            if (fault.dose() > 0) {
                Findings.holdDose(record, finding(fault, Effect.DOSE), fault.dose());
            } else {
                Findings.hold(record, finding(fault, Effect.MESSAGE));
            }
        }
        return record;
    }

    private static Finding finding(RowFault fault, Effect effect) {
        return new Finding(
                UNFIT,
                Severity.ERROR,
                effect,
                fault.location(),
                "Row " + fault.row() + ", column " + fault.column() + ": " + fault.reason(),
                fault.remedy());
    }

    /** Names these rows for ever: their keys, and all that is taken of them. docs/decisions/0062. */
    SourceRef ref(String source, RowGroups.Group group) {
        var keys = new StringBuilder(writer.patient(group.rows().get(0)));
        var version = new ByteArrayOutputStream();
        for (Map<String, String> row : group.rows()) {
            keys.append('\n').append(writer.key(row));
            for (String value : writer.values(row)) {
                version.writeBytes(value.getBytes(StandardCharsets.UTF_8));
                version.write(0);
            }
        }
        return SourceRef.of(source, keys.toString(), version.toByteArray());
    }
}
