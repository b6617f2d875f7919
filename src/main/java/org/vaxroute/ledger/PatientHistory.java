package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the ledger knows of the patients of a chunk, and what the chunk's own records add to it, one after the other.
 *
 * <p>A record says nothing new when the newest record of its patient had the same patient data and the newest version of each of its doses
 * had the same content. Only records that count are compared with: READY, ACCEPTED and WARNED ones have told the registry, HELD ones are
 * waiting to; DUPLICATE, SUPERSEDED, DROPPED and REJECTED ones have told nobody anything.
 */
final class PatientHistory {
    private final Map<Long, Patient> patients = new HashMap<>();

    /** Loads what is known of these patients. The standing must be locked, so that nothing is added meanwhile. */
    static PatientHistory load(Connection connection, Collection<Long> patientKeys) throws SQLException {
        PatientHistory history = new PatientHistory();
        if (patientKeys.isEmpty()) {
            return history;
        }
        Map<Long, Patient> byRecord = new HashMap<>();
        Map<Long, Integer> doses = new HashMap<>();
        try (PreparedStatement records = connection.prepareStatement(
                "select record_id, patient_key, patient_hash, part_of, state, doses"
                        + " from record where patient_key = any(?) and state in ('READY', 'HELD', 'ACCEPTED', 'WARNED') order by record_id")) {
            records.setArray(1, connection.createArrayOf("bigint", patientKeys.toArray()));
            try (ResultSet row = records.executeQuery()) {
                while (row.next()) {
                    long id = row.getLong(1);
                    Patient patient = history.patient(row.getLong(2));
                    byRecord.put(id, patient);
                    doses.put(id, row.getInt(6));
                    boolean held = row.getString(5).equals("HELD");
                    row.getLong(4);
                    if (row.wasNull()) {
                        patient.hash = row.getBytes(3);
                        patient.told = !held;
                    }
                    if (held) {
                        patient.held.put(id, new Waiting(id, null));
                    }
                }
            }
        }
        if (!byRecord.isEmpty()) {
            history.loadDoses(connection, byRecord, DoseIds.all(doses.entrySet()));
        }
        return history;
    }

    private void loadDoses(Connection connection, Map<Long, Patient> byRecord, Long[] doseIds) throws SQLException {
        try (PreparedStatement doses =
                connection.prepareStatement("select record_id, dose_key, content_hash, state from dose"
                        + " where dose_id = any(?) and state <> 'REJECTED' order by dose_id")) {
            doses.setArray(1, connection.createArrayOf("bigint", doseIds));
            try (ResultSet row = doses.executeQuery()) {
                while (row.next()) {
                    long id = row.getLong(1);
                    Patient patient = byRecord.get(id);
                    boolean held = row.getString(4).equals("HELD");
                    patient.doses.put(row.getLong(2), new Version(row.getBytes(3), held));
                    if (held) {
                        patient.held.get(id).doses.add(row.getLong(2));
                    }
                }
            }
        }
    }

    /**
     * Whether a record says nothing new.
     *
     * @param held whether it would be held whole
     * @param heldDoses which of its doses would be held
     */
    boolean saysNothingNew(Keys.OfRecord keys, boolean held, boolean[] heldDoses) {
        Patient patient = patients.get(keys.patientKey());
        if (patient == null || patient.hash == null || !Arrays.equals(patient.hash, keys.patientHash())) {
            return false;
        }
        if (!patient.told && !held) {
            return false;
        }
        for (int i = 0; i < heldDoses.length; i++) {
            Version newest = patient.doses.get(keys.doses()[i].key());
            boolean same = newest != null
                    && Arrays.equals(newest.content, keys.doses()[i].contentHash())
                    && (!newest.held || held || heldDoses[i]);
            if (!same) {
                return false;
            }
        }
        return true;
    }

    /**
     * Adds the parts of one new record, and gives what was held and says no more than they do: ids of stored records, or rows of this
     * chunk.
     */
    List<Waiting> add(List<RecordRow> parts) {
        Keys.OfRecord keys = parts.get(0).keys;
        Patient patient = patient(keys.patientKey());
        Set<Long> told = new HashSet<>();
        for (Keys.OfDose dose : keys.doses()) {
            told.add(dose.key());
        }
        List<Waiting> superseded = new ArrayList<>();
        for (Iterator<Waiting> held = patient.held.values().iterator(); held.hasNext(); ) {
            Waiting waiting = held.next();
            if (told.containsAll(waiting.doses)) {
                superseded.add(waiting);
                held.remove();
            }
        }
        patient.hash = keys.patientHash();
        patient.told = parts.get(0).state != RecordState.HELD;
        for (RecordRow part : parts) {
            boolean held = part.state == RecordState.HELD;
            Waiting waiting = new Waiting(0, part);
            for (int dose : part.doses) {
                Keys.OfDose d = keys.doses()[dose];
                patient.doses.put(d.key(), new Version(d.contentHash(), held));
                waiting.doses.add(d.key());
            }
            if (held) {
                patient.held.put(--patient.unborn, waiting);
            }
        }
        return superseded;
    }

    private Patient patient(long key) {
        return patients.computeIfAbsent(key, k -> new Patient());
    }

    /** A held record: a stored one by its id, or a row of this chunk that has no id yet. */
    static final class Waiting {
        final long id;
        final RecordRow row;
        private final Set<Long> doses = new HashSet<>();

        Waiting(long id, RecordRow row) {
            this.id = id;
            this.row = row;
        }
    }

    private record Version(byte[] content, boolean held) {}

    private static final class Patient {
        /** Patient data of the newest record that counts; null when there is none. */
        private byte[] hash;

        /** Whether that record is more than a held one. */
        private boolean told;

        private final Map<Long, Version> doses = new HashMap<>();
        private final Map<Long, Waiting> held = new HashMap<>();
        private long unborn;
    }
}
