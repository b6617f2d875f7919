package org.vaxroute.practice;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The practice EHR's own database: clinics, patients and doses with change stamps, in an H2 file. */
final class EhrDatabase implements AutoCloseable {
    static final String USER = "ehr";
    private static final int BATCH = 500;

    private final String url;
    private final Connection connection;

    private EhrDatabase(String url, Connection connection) {
        this.url = url;
        this.connection = connection;
    }

    static EhrDatabase open(Path folder) {
        String url = "jdbc:h2:file:"
                + folder.toAbsolutePath().resolve("ehr").toString().replace('\\', '/') + ";WRITE_DELAY=0";
        try {
            Connection connection = DriverManager.getConnection(url, USER, "");
            EhrDatabase database = new EhrDatabase(url, connection);
            database.createTables();
            connection.setAutoCommit(false);
            return database;
        } catch (SQLException e) {
            throw new PracticeException(
                    "the practice EHR's database in " + folder
                            + " cannot be opened; is another practice run using this folder?",
                    e);
        }
    }

    String url() {
        return url;
    }

    private void createTables() throws SQLException {
        try (Statement sql = connection.createStatement()) {
            sql.execute("create table if not exists about (name varchar(40) primary key, text varchar(80) not null)");
            sql.execute(
                    """
                    create table if not exists clinic (clinic_id int primary key, name varchar(80), facility varchar(10),
                        npi varchar(10), clinician_family varchar(60), clinician_given varchar(60))""");
            sql.execute(
                    """
                    create table if not exists patient (mrn varchar(20) primary key, family_name varchar(60),
                        given_name varchar(60), middle_name varchar(60), birth_date date, sex varchar(1), race varchar(10),
                        ethnicity varchar(10), street varchar(80), city varchar(60), state varchar(2), zip varchar(10),
                        phone varchar(20), email varchar(80), guardian_family varchar(60), guardian_given varchar(60),
                        guardian_relation varchar(3), mother_maiden varchar(60), consent_code varchar(3), consent_date date)""");
            sql.execute(
                    """
                    create table if not exists dose (dose_id varchar(30) primary key, mrn varchar(20) not null references patient,
                        clinic_id int not null references clinic, changed_at timestamp(3) with time zone not null, given_on date,
                        cvx varchar(10), vaccine varchar(120), ndc varchar(13), mvx varchar(5), lot varchar(20), expires_on date,
                        amount varchar(10), route varchar(10), site varchar(5), information varchar(2), completion varchar(2),
                        refusal varchar(2), eligibility varchar(3), funding varchar(6), vis_barcode varchar(30))""");
            sql.execute("create index if not exists dose_changed on dose (changed_at, mrn)");
            for (Clinic c : Clinic.ALL) {
                sql.execute("merge into clinic values (" + c.id() + ", '" + c.name() + "', '" + c.facility() + "', '"
                        + c.npi() + "', '" + c.family() + "', '" + c.given() + "')");
            }
        }
    }

    /** What was noted about this EHR with {@link #note}. */
    Properties notes() {
        Properties notes = new Properties();
        try (Statement sql = connection.createStatement();
                ResultSet rows = sql.executeQuery("select name, text from about")) {
            while (rows.next()) {
                notes.setProperty(rows.getString(1), rows.getString(2));
            }
            return notes;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Keeps a small fact; kept for good with the next {@link #commit}. */
    void note(String name, String text) {
        try (PreparedStatement sql = connection.prepareStatement("merge into about values (?, ?)")) {
            sql.setString(1, name);
            sql.setString(2, text);
            sql.executeUpdate();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    void add(Iterable<PracticePatient> patients) {
        try (PreparedStatement patient = connection.prepareStatement("merge into patient values (" + marks(20) + ")");
                PreparedStatement dose = connection.prepareStatement("merge into dose values (" + marks(20) + ")")) {
            int waiting = 0;
            for (PracticePatient p : patients) {
                bind(patient, p, p.doses().get(0));
                for (PracticeDose d : p.doses()) {
                    bindDose(dose, p, d, p.changed());
                }
                if (++waiting % BATCH == 0) {
                    patient.executeBatch();
                    dose.executeBatch();
                }
            }
            patient.executeBatch();
            dose.executeBatch();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    void add(PracticePatient patient, PracticeDose dose, Instant changed) {
        try (PreparedStatement sql = connection.prepareStatement("merge into dose values (" + marks(20) + ")")) {
            bindDose(sql, patient, dose, changed);
            sql.executeBatch();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** The patient's consent as of a day, with all its doses stamped, as an EHR does that exports by dose. */
    void consent(String mrn, String code, LocalDate day, Instant changed) {
        try (PreparedStatement patient = connection.prepareStatement(
                        "update patient set consent_code = ?, consent_date = ? where mrn = ?");
                PreparedStatement doses = connection.prepareStatement("update dose set changed_at = ? where mrn = ?")) {
            patient.setString(1, code);
            patient.setObject(2, day);
            patient.setString(3, mrn);
            patient.executeUpdate();
            doses.setObject(1, changed.atOffset(java.time.ZoneOffset.UTC));
            doses.setString(2, mrn);
            doses.executeUpdate();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Every dose that was given to a patient with a consent, as the registry should hold it. */
    List<BelievedDose> consented(String authority) {
        try (Statement sql = connection.createStatement();
                ResultSet rows = sql.executeQuery(
                        "select p.mrn, d.dose_id, d.given_on, d.cvx from dose d join patient p on p.mrn = d.mrn"
                                + " where p.consent_code is not null and d.completion = 'CP'")) {
            List<BelievedDose> doses = new ArrayList<>();
            while (rows.next()) {
                doses.add(new BelievedDose(
                        rows.getString(1) + "^" + authority,
                        rows.getString(2),
                        rows.getObject(3, LocalDate.class).format(DateTimeFormatter.BASIC_ISO_DATE),
                        rows.getString(4)));
            }
            return doses;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    void commit() {
        try {
            connection.commit();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static final String[] PATIENT = {
        "mrn",
        "family_name",
        "given_name",
        "middle_name",
        "birth_date",
        "sex",
        "race",
        "ethnicity",
        "street",
        "city",
        "state",
        "zip",
        "phone",
        "email",
        "guardian_family",
        "guardian_given",
        "guardian_relation",
        "mother_maiden",
        "consent_code",
        "consent_date"
    };
    private static final String[] DOSE = {
        "given_on",
        "cvx",
        "vaccine",
        "ndc",
        "mvx",
        "lot",
        "expires_on",
        "amount",
        "route",
        "site",
        "information",
        "completion",
        "refusal",
        "eligibility",
        "funding",
        "vis_barcode"
    };

    private static void bind(PreparedStatement sql, PracticePatient p, PracticeDose any) throws SQLException {
        Map<String, String> row = EhrRow.of(p, any, p.changed());
        for (int i = 0; i < PATIENT.length; i++) {
            sql.setString(i + 1, orNull(row.get(PATIENT[i])));
        }
        sql.addBatch();
    }

    private static void bindDose(PreparedStatement sql, PracticePatient p, PracticeDose d, Instant changed)
            throws SQLException {
        Map<String, String> row = EhrRow.of(p, d, changed);
        sql.setString(1, d.id());
        sql.setString(2, p.mrn());
        sql.setInt(3, d.clinic().id());
        sql.setObject(4, changed.atOffset(java.time.ZoneOffset.UTC));
        for (int i = 0; i < DOSE.length; i++) {
            sql.setString(i + 5, orNull(row.get(DOSE[i])));
        }
        sql.addBatch();
    }

    private static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static String marks(int n) {
        return "?" + ", ?".repeat(n - 1);
    }

    private static PracticeException failed(SQLException e) {
        return new PracticeException("the practice EHR's database failed (SQL state " + e.getSQLState() + ")", e);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed(e);
        }
    }
}
