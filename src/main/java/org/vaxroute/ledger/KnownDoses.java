package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks up what the ledger has, in production, of the patients and doses of a chunk. Stores nothing. */
public final class KnownDoses {
    /** Whose records have a dose; the ongoing feed's count before history's. */
    public enum By {
        NOBODY,
        HISTORY,
        ONGOING
    }

    /**
     * What is known of one record.
     *
     * @param doses for each dose of its outgoing text
     * @param newest outgoing text of the patient's newest record of the ongoing feed that counts as told; null when there is none
     * @param removed whether there is one, and its text was taken out of the ledger
     */
    public record Known(By[] doses, byte[] newest, boolean removed) {}

    private static final String RECORDS =
            "select r.record_id, r.patient_key, r.doses, r.state, s.feed, r.part_of, r.payload_id,"
                    + " r.text_at, r.text_length, r.out_at, r.out_length from record r join source_position s on s.source_id = r.source_id"
                    + " where r.patient_key = any(?) and s.connection = ? and s.feed in ('HISTORICAL', 'ONGOING') order by coalesce(r.version_no, r.record_id)";
    private static final Set<String> TOLD = Set.of("READY", "ACCEPTED", "WARNED");

    private final Database database;
    private final Identity identity;
    private final Payloads payloads;

    KnownDoses(Database database, Identity identity, Payloads payloads) {
        this.database = database;
        this.identity = identity;
        this.payloads = payloads;
    }

    /**
     * What any production record has; one answer for each record of the chunk, in its order.
     *
     * @param toldOnly whether only records of the ongoing feed count that were sent or are going to be
     */
    public List<Known> of(Chunk chunk, boolean toldOnly) {
        Keys keys = new Keys(identity, chunk.connection(), Stage.PRODUCTION);
        List<Keys.OfRecord> records = new ArrayList<>();
        Set<Long> patients = new LinkedHashSet<>();
        for (TakenRecord record : chunk.records()) {
            Keys.OfRecord of = keys.of(record);
            records.add(of);
            if (of.patientKey() != null) {
                patients.add(of.patientKey());
            }
        }
        Found found = patients.isEmpty()
                ? new Found()
                : database.transact(
                        sql -> database.jdbc(connection -> look(connection, chunk.connection(), patients, toldOnly)));
        List<Known> known = new ArrayList<>(records.size());
        for (int n = 0; n < records.size(); n++) {
            Keys.OfRecord record = records.get(n);
            Map<Long, List<Owned>> patient = found.doses.getOrDefault(record.patientKey(), Map.of());
            Keys.OfDose[] own = patient.isEmpty()
                    ? record.doses()
                    : new DosesOfOneNumber(
                                    keys,
                                    chunk.records().get(n).message(),
                                    record,
                                    key -> patient.getOrDefault(key, List.of()).stream()
                                            .map(Owned::dose)
                                            .toList(),
                                    key -> false)
                            .apart();
            By[] doses = new By[own.length];
            for (int i = 0; i < doses.length; i++) {
                Keys.OfDose dose = own[i];
                doses[i] = patient.getOrDefault(dose.key(), List.of()).stream()
                        .filter(owned -> !DoseNames.areTwo(owned.dose, dose))
                        .map(Owned::by)
                        .reduce(By.NOBODY, KnownDoses::newer);
            }
            known.add(new Known(doses, found.text(record.patientKey()), found.removed(record.patientKey())));
        }
        return known;
    }

    private static final class Found {
        private final Map<Long, Map<Long, List<Owned>>> doses = new HashMap<>();
        private final Map<Long, TextPlace> newest = new HashMap<>();
        private Map<Long, byte[]> blocks = Map.of();

        byte[] text(Long patient) {
            TextPlace place = newest.get(patient);
            return place == null || place.payload() == Retention.REMOVED
                    ? null
                    : place.outgoing(blocks.get(place.payload()));
        }

        boolean removed(Long patient) {
            return newest.containsKey(patient) && newest.get(patient).payload() == Retention.REMOVED;
        }
    }

    private record Owner(long patient, By by) {}

    private record Owned(Keys.OfDose dose, By by) {}

    private Found look(Connection connection, String id, Set<Long> patients, boolean toldOnly) throws SQLException {
        database.byIndex(connection);
        Found found = new Found();
        Map<Long, Owner> owners = new HashMap<>();
        Map<Long, Integer> doses = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(RECORDS)) {
            select.setString(2, id);
            for (Long[] some : database.dialect().portions(patients)) {
                select.setArray(1, connection.createArrayOf("bigint", some));
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        By by = row.getString("feed").equals("ONGOING") ? By.ONGOING : By.HISTORY;
                        boolean told = by == By.ONGOING && TOLD.contains(row.getString("state"));
                        if (toldOnly && !told) {
                            continue;
                        }
                        long record = row.getLong("record_id");
                        owners.put(record, new Owner(row.getLong("patient_key"), by));
                        doses.put(record, row.getInt("doses"));
                        if (told) {
                            found.newest.put(row.getLong("patient_key"), TextPlace.of(row, 0));
                        }
                    }
                }
            }
        }
        if (!owners.isEmpty()) {
            doses(connection, found, owners, DoseIds.all(doses.entrySet()));
        }
        if (toldOnly && !found.newest.isEmpty()) {
            Set<Long> blocks = new LinkedHashSet<>();
            found.newest.values().forEach(place -> blocks.add(place.payload()));
            found.blocks = payloads.read(connection, blocks);
        } else {
            found.newest.clear();
        }
        return found;
    }

    private static void doses(Connection connection, Found found, Map<Long, Owner> owners, List<Long> ids)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select " + PatientHistory.DOSE
                + " from dose where dose_id = any(?) and state <> 'REJECTED' order by dose_id")) {
            for (Long[] some : Dialect.of(connection).portions(ids)) {
                select.setArray(1, connection.createArrayOf("bigint", some));
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        Owner owner = owners.get(row.getLong("record_id"));
                        Owned owned = new Owned(PatientHistory.dose(row), owner.by);
                        Map<Long, List<Owned>> patient =
                                found.doses.computeIfAbsent(owner.patient, key -> new HashMap<>());
                        for (long key : Set.copyOf(List.of(owned.dose.key(), owned.dose.name()))) {
                            patient.computeIfAbsent(key, any -> new ArrayList<>(1))
                                    .add(owned);
                        }
                    }
                }
            }
        }
    }

    private static By newer(By a, By b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}
