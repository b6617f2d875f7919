package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts together what a few records of a submission file are known by, in as many questions as there are tables. */
final class Traces {
    /** What {@link Row} needs of a record. */
    static final String COLUMNS =
            "site, part_of, made_for, version_no, patient_key, patient_hash, fingerprint, source_id,"
                    + " ref_hi, ref_lo";

    private static final HexFormat HEX = HexFormat.of();

    private Traces() {}

    /** A record's own columns. */
    record Row(
            long id,
            long place,
            int doses,
            String site,
            Long partOf,
            Long madeFor,
            Long version,
            long patient,
            byte[] patientHash,
            byte[] fingerprint,
            int source,
            Ref ref) {
        static Row of(ResultSet row) throws SQLException {
            return new Row(
                    row.getLong("record_id"),
                    row.getLong("lane_no"),
                    row.getInt("doses"),
                    row.getString("site"),
                    TextPlace.nullable(row, "part_of"),
                    TextPlace.nullable(row, "made_for"),
                    TextPlace.nullable(row, "version_no"),
                    row.getLong("patient_key"),
                    row.getBytes("patient_hash"),
                    row.getBytes("fingerprint"),
                    row.getInt("source_id"),
                    Ref.of(row));
        }

        /** The record that a source handed over. */
        long root() {
            return partOf != null ? partOf : madeFor != null ? madeFor : id;
        }
    }

    private record Ref(long hi, long lo) {
        static final Ref NONE = new Ref(0, 0);

        static Ref of(ResultSet row) throws SQLException {
            return new Ref(row.getLong("ref_hi"), row.getLong("ref_lo"));
        }

        boolean inFile() {
            return hi > 0;
        }
    }

    private record Source(String id, Feed feed) {}

    static Map<Long, RecordTrace> of(Connection connection, List<Row> rows) throws SQLException {
        Map<Long, List<RecordTrace.Dose>> doses = doses(connection, rows);
        Map<Long, Ref> roots = roots(connection, rows);
        Map<Integer, Source> sources = sources(connection);
        Map<Long, String> files = files(connection, roots.values());
        Map<Long, RecordTrace> traces = new HashMap<>();
        for (Row row : rows) {
            Source source = sources.get(row.source);
            Ref ref = roots.getOrDefault(row.root(), Ref.NONE);
            String file = ref.inFile() ? files.getOrDefault(ref.hi, "") : "";
            traces.put(
                    row.id,
                    new RecordTrace(
                            row.id,
                            row.place,
                            source.id,
                            source.feed,
                            row.site,
                            row.partOf,
                            row.madeFor,
                            row.version,
                            row.patient,
                            HEX.formatHex(row.patientHash),
                            HEX.formatHex(row.fingerprint),
                            file,
                            file.isEmpty() ? 0 : ref.lo,
                            doses.getOrDefault(row.id, List.of())));
        }
        return traces;
    }

    private static Map<Long, List<RecordTrace.Dose>> doses(Connection connection, List<Row> rows) throws SQLException {
        Map<Long, Integer> counts = new HashMap<>();
        rows.forEach(row -> counts.put(row.id, row.doses));
        Map<Long, List<RecordTrace.Dose>> doses = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select record_id, origin, dose_key, coalesce(name_key, dose_key) name_key, content_hash, dose_date, cvx, kind,"
                        + " action from dose where dose_id = any(?) order by dose_id")) {
            for (Long[] some : Dialect.of(connection).portions(DoseIds.all(counts.entrySet()))) {
                select.setArray(1, connection.createArrayOf("bigint", some));
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        doses.computeIfAbsent(row.getLong(1), id -> new ArrayList<>(2))
                                .add(new RecordTrace.Dose(
                                        row.getInt(2),
                                        row.getLong(3),
                                        row.getLong(4),
                                        HEX.formatHex(row.getBytes(5)),
                                        row.getObject(6, LocalDate.class),
                                        row.getString(7),
                                        row.getString(8),
                                        row.getString(9)));
                    }
                }
            }
        }
        return doses;
    }

    private static Map<Long, Ref> roots(Connection connection, List<Row> rows) throws SQLException {
        Map<Long, Ref> refs = new HashMap<>();
        Set<Long> others = new LinkedHashSet<>();
        for (Row row : rows) {
            if (row.root() == row.id) {
                refs.put(row.id, row.ref);
            } else {
                others.add(row.root());
            }
        }
        others.removeAll(refs.keySet());
        if (!others.isEmpty()) {
            try (PreparedStatement select = connection.prepareStatement(
                    "select record_id, ref_hi, ref_lo from record where record_id = any(?)")) {
                select.setArray(1, connection.createArrayOf("bigint", others.toArray()));
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        refs.put(row.getLong("record_id"), Ref.of(row));
                    }
                }
            }
        }
        return refs;
    }

    private static Map<Integer, Source> sources(Connection connection) throws SQLException {
        Map<Integer, Source> sources = new HashMap<>();
        try (PreparedStatement select =
                        connection.prepareStatement("select source_id, source, feed from source_position");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                sources.put(row.getInt(1), new Source(row.getString(2), Feed.valueOf(row.getString(3))));
            }
        }
        return sources;
    }

    private static Map<Long, String> files(Connection connection, Collection<Ref> refs) throws SQLException {
        Set<Long> ids = new LinkedHashSet<>();
        refs.stream().filter(Ref::inFile).forEach(ref -> ids.add(ref.hi));
        Map<Long, String> files = new HashMap<>();
        if (ids.isEmpty()) {
            return files;
        }
        try (PreparedStatement select = connection.prepareStatement(
                "select source_file_id, sha256 from source_file where source_file_id = any(?)")) {
            select.setArray(1, connection.createArrayOf("bigint", ids.toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    files.put(row.getLong(1), HEX.formatHex(row.getBytes(2)));
                }
            }
        }
        return files;
    }
}
