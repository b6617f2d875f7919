package org.vaxroute.ledger;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.vaxroute.hl7.Message;

/**
 * The hashes by which a record, its patient and its doses are known again. All are keyed with the ledger's own key: without it nobody can
 * try out names and dates against a stolen database.
 */
final class Keys {
    /** The filler order number that the guide prescribes for doses not given; it names nothing (IZ guide, ORC-3). */
    private static final String NO_ORDER = "9999";

    private final byte[] hashKey;
    private final byte[] scope;
    private final MessageDigest sha256;
    private final Set<String> authorities = new HashSet<>();

    /** For the records of one connection and stage. Not for use by several threads. */
    Keys(Identity identity, String connection, Stage stage) {
        this.hashKey = identity.hashKey();
        this.scope =
                new Digest().part(hashKey).part(connection).part(stage.name()).sum();
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-256; use a complete Java 17 or later.", e);
        }
    }

    /**
     * What a record is known by.
     *
     * @param patientKey null for what is no message
     */
    record OfRecord(Long patientKey, byte[] patientHash, byte[] fingerprint, OfDose[] doses) {
        /** The same record, its doses known by other keys. */
        OfRecord with(OfDose[] others) {
            return new OfRecord(patientKey, patientHash, fingerprint, others);
        }
    }

    /**
     * What a dose is known by.
     *
     * @param key of the dose
     * @param name what its source calls it: the same as the key, unless another source told of the dose under another number
     */
    record OfDose(long key, long name, byte[] contentHash, LocalDate date, String cvx, DoseKind kind, String action) {
        /** The same content under another key and hash. */
        OfDose as(long dose, byte[] content) {
            return new OfDose(dose, name, content, date, cvx, kind, action);
        }

        /** Its delete, in the name of a source. */
        OfDose deletedBy(long source) {
            return new OfDose(key, source, contentHash, date, cvx, kind, "D");
        }

        /** The same under the name that a source gave it. */
        OfDose named(long source) {
            return new OfDose(key, source, contentHash, date, cvx, kind, action);
        }

        /** Whether its source gave the dose itself, and the other one has it by hearsay. */
        boolean outdoes(OfDose other) {
            return name != other.name && kind == DoseKind.NEW && other.kind == DoseKind.HISTORICAL;
        }

        /** Whether it says of a vaccine that it was given, here or elsewhere. */
        boolean given() {
            return !action.equals("D") && ofVaccine();
        }

        /** Whether it speaks of a vaccine that was given, be it to take that back. */
        boolean ofVaccine() {
            return kind == DoseKind.NEW || kind == DoseKind.HISTORICAL;
        }
    }

    OfRecord of(TakenRecord record) {
        if (!record.readable()) {
            sha256.update(hashKey);
            return new OfRecord(null, null, sha256.digest(record.received()), new OfDose[0]);
        }
        Message message = record.message();
        sha256.update(hashKey);
        message.digestPatient(sha256);
        byte[] patientHash = half(sha256.digest());
        long patientKey = patient(message, patientHash);
        OfDose[] doses = new OfDose[message.doses()];
        Map<Long, Integer> times = new HashMap<>();
        for (int i = 0; i < doses.length; i++) {
            doses[i] = dose(message, i + 1, patientKey, times);
        }
        byte[] fingerprint = fingerprint(patientHash, doses);
        return new OfRecord(patientKey, patientHash, fingerprint, doses);
    }

    /** What the patient of a message is known by. */
    long patientOf(Message message) {
        sha256.update(hashKey);
        message.digestPatient(sha256);
        return patient(message, half(sha256.digest()));
    }

    private long patient(Message message, byte[] patientHash) {
        PatientNumber number = PatientNumber.of(message);
        if (!number.id().isEmpty()) {
            authorities.add(number.authority());
            return patient(number.id(), number.authority());
        }
        // Nobody without an id may be taken for somebody else without one.
        sha256.update(scope);
        sha256.update(patientHash);
        return prefix(sha256.digest());
    }

    /** The key of the patient with this id (PID-3.1) of this authority (PID-3.4). */
    long patient(String id, String authority) {
        sha256.update(scope);
        part(id);
        part(authority);
        return prefix(sha256.digest());
    }

    /** The authorities of the patients so far. */
    Set<String> authorities() {
        return authorities;
    }

    /** Of the whole content, made of the hashes of its parts: the message is walked through once. */
    private byte[] fingerprint(byte[] patientHash, OfDose[] doses) {
        sha256.update(hashKey);
        sha256.update(patientHash);
        for (OfDose dose : doses) {
            sha256.update(dose.contentHash);
        }
        return sha256.digest();
    }

    /** The hash of what a message says of one of its doses. */
    byte[] content(Message message, int dose) {
        sha256.update(hashKey);
        message.digestDose(dose, sha256);
        return half(sha256.digest());
    }

    private OfDose dose(Message message, int dose, long patientKey, Map<Long, Integer> times) {
        byte[] content = content(message, dose);
        int rxa = message.findInDose("RXA", dose);
        int orc = message.findInDose("ORC", dose);
        String date = rxa < 0 ? "" : message.field(rxa, 3, 1, 1);
        String cvx = rxa < 0 ? "" : message.field(rxa, 5, 1, 1);
        String order = orc < 0 ? "" : message.field(orc, 3, 1, 1);
        long key = key(order, order.isEmpty() ? "" : message.field(orc, 3, 1, 2), patientKey, date, cvx, 1);
        int occurrence = times.merge(key, 1, Integer::sum);
        if (occurrence > 1) {
            key = key(order, "", patientKey, date, cvx, occurrence);
        }
        String action = rxa < 0 ? "" : message.field(rxa, 21, 1, 1);
        return new OfDose(
                key,
                key,
                content,
                day(date),
                Texts.cut(cvx, 20),
                rxa < 0 ? DoseKind.NEW : kind(message, rxa),
                Texts.column(action, 1));
    }

    /**
     * The key of the n-th dose that bears the number of a dose.
     *
     * @param dose from 1
     */
    long numbered(Message message, int dose, long patientKey, int occurrence) {
        int rxa = message.findInDose("RXA", dose);
        int orc = message.findInDose("ORC", dose);
        String order = orc < 0 ? "" : message.field(orc, 3, 1, 1);
        return key(
                order,
                order.isEmpty() || occurrence > 1 ? "" : message.field(orc, 3, 1, 2),
                patientKey,
                rxa < 0 ? "" : message.field(rxa, 3, 1, 1),
                rxa < 0 ? "" : message.field(rxa, 5, 1, 1),
                occurrence);
    }

    private long key(String order, String authority, long patientKey, String date, String cvx, int occurrence) {
        sha256.update(scope);
        if (order.isEmpty() || order.equals(NO_ORDER)) {
            sha256.update(ByteBuffer.allocate(8).putLong(patientKey).array());
            part(date.length() > 8 ? date.substring(0, 8) : date);
            part(cvx);
        } else {
            part(order);
            part(authority);
        }
        if (occurrence > 1) {
            part(Integer.toString(occurrence));
        }
        return prefix(sha256.digest());
    }

    private static DoseKind kind(Message message, int rxa) {
        String status = message.field(rxa, 20, 1, 1);
        if (status.equals("RE")) {
            return DoseKind.REFUSED;
        }
        if (status.equals("NA")) {
            return DoseKind.NOT_GIVEN;
        }
        String source = message.field(rxa, 9, 1, 1);
        return source.isEmpty() || source.equals("00") ? DoseKind.NEW : DoseKind.HISTORICAL;
    }

    private static LocalDate day(String text) {
        if (text.length() < 8) {
            return null;
        }
        try {
            return LocalDate.of(
                    Integer.parseInt(text, 0, 4, 10),
                    Integer.parseInt(text, 4, 6, 10),
                    Integer.parseInt(text, 6, 8, 10));
        } catch (DateTimeException | NumberFormatException noDate) {
            // Rules judge dates; here an unreadable one is simply none.
            return null;
        }
    }

    private void part(String text) {
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        sha256.update((byte) (bytes.length >>> 8));
        sha256.update((byte) bytes.length);
        sha256.update(bytes);
    }

    private static byte[] half(byte[] digest) {
        return Arrays.copyOf(digest, 16);
    }

    private static long prefix(byte[] digest) {
        return ByteBuffer.wrap(digest).getLong();
    }
}
