package org.vaxroute.ledger;

import java.time.Clock;
import org.vaxroute.hl7.Message;

/**
 * Patients of whom a person said that they are real, however much they look like test patients. Kept by the keyed hash that records know
 * their patient by: no name is stored.
 */
public final class RealPeople {
    private final Database database;
    private final Identity identity;
    private final Trail trail;
    private final Clock clock;

    RealPeople(Database database, Identity identity, Trail trail, Clock clock) {
        this.database = database;
        this.identity = identity;
        this.trail = trail;
        this.clock = clock;
    }

    /**
     * Remembers that the patient of this record is real.
     *
     * @param why without patient data
     * @return whether it was not remembered before
     * @throws WrongTransition when there is no such record, or it is no message
     */
    public boolean remember(long recordId, String who, String why) {
        record Patient(Long key, String connection, String stage) {}
        return database.transact(sql -> {
            Patient patient = sql.sql(
                            "select r.patient_key, l.connection, l.stage from record r join lane l on l.lane_id = r.lane_id"
                                    + " where r.record_id = ?")
                    .param(recordId)
                    .query((row, n) -> new Patient(
                            TextPlace.nullable(row, "patient_key"),
                            row.getString("connection"),
                            row.getString("stage")))
                    .optional()
                    .orElseThrow(() -> new WrongTransition("There is no record " + recordId + "."));
            if (patient.key == null) {
                throw new WrongTransition("Record " + recordId + " is no HL7 message and names nobody.");
            }
            if (known(patient.key)) {
                return false;
            }
            sql.sql(
                            "insert into real_person (patient_key, connection, stage, record_id, who, why, said_at) values (?, ?, ?, ?, ?, ?, ?)")
                    .params(
                            patient.key,
                            patient.connection,
                            patient.stage,
                            recordId,
                            Texts.cut(who, 200),
                            Texts.cut(why, 1000),
                            Database.at(clock.instant()))
                    .update();
            trail.append(who, "real-person", "record:" + recordId, why);
            return true;
        });
    }

    /** Whether a person said that the patient of this message is real. */
    public boolean known(String connection, Stage stage, Message message) {
        return known(new Keys(identity, connection, stage).patientOf(message));
    }

    private boolean known(long key) {
        return database.call(sql -> sql.sql("select count(*) from real_person where patient_key = ?")
                        .param(key)
                        .query(Long.class)
                        .single()
                > 0);
    }
}
