package org.vaxroute.operate.held;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.vaxroute.hl7.Hl7FormatException;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.EditableText;
import org.vaxroute.ledger.HeldFilter;
import org.vaxroute.ledger.HeldRecord;
import org.vaxroute.ledger.HeldText;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.PatientNumber;
import org.vaxroute.ledger.PatientText;
import org.vaxroute.ledger.RecordText;
import org.vaxroute.ledger.StoredRecord;
import org.vaxroute.ledger.Task;
import org.vaxroute.ledger.Tasks;
import org.vaxroute.ledger.WrongTransition;
import org.vaxroute.operate.access.Caller;
import org.vaxroute.operate.access.Role;
import org.vaxroute.rules.RuleSet;

/**
 * The one door through which people see patient data: a record that they must judge, and lists for the clinic. For stewards only; who saw
 * which record stands on the trail before anything is shown. Nothing of it is ever logged.
 */
public final class RecordDoor {
    private static final int PAGE = 500;

    /** Ids on one entry of the trail, so that it fits. */
    private static final int IDS = 300;

    private final Ledger ledger;
    private final HeldWork work;
    private final Explanations explanations;
    private final Map<String, Consent> consent;
    private final Clock clock;

    /**
     * What a registry says of consent.
     *
     * @param rules ids of the rules about it
     * @param birthdays at which it must be given anew
     * @param zone in which days are counted
     */
    public record Consent(List<String> rules, List<Integer> birthdays, ZoneId zone) {}

    /**
     * @param work judges what was edited
     * @param rules asked for when a finding is first explained
     */
    public RecordDoor(
            Ledger ledger,
            HeldWork work,
            Supplier<Map<String, RuleSet>> rules,
            Map<String, Consent> consent,
            Clock clock) {
        this.ledger = ledger;
        this.work = work;
        this.explanations = new Explanations(rules);
        this.consent = Map.copyOf(consent);
        this.clock = clock;
    }

    /** The caller may not look; says why. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String why) {
            super(why);
        }
    }

    /**
     * A page on which the present caller asks for a record or a list.
     *
     * @throws Refused when the caller is no steward
     */
    public String entrance() {
        steward();
        try (InputStream page = RecordDoor.class.getResourceAsStream("records.html")) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the page of the records cannot be read", e);
        }
    }

    /**
     * Shows a record to the present caller.
     *
     * @param why for the trail; may be empty
     * @return empty when there is no such record
     * @throws Refused when the caller is no steward
     */
    public Optional<RecordSheet> show(long id, String why) {
        Optional<StoredRecord> found = looked(id, why);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        StoredRecord record = found.get();
        LocalDate takenOut = ledger.records().takenOut(id).orElse(null);
        return Optional.of(new RecordSheet(
                record,
                takenOut == null ? ledger.records().text(id) : null,
                takenOut,
                ledger.records().past(id),
                ledger.submissionFiles().holding(id).orElse(null),
                ledger.trail().of("record:" + id),
                rule -> explanations.of(record.connection(), rule)));
    }

    /** The record, once it stands on the trail that the present caller sees it. */
    private Optional<StoredRecord> looked(long id, String why) {
        Caller caller = steward();
        Optional<StoredRecord> found = ledger.records().find(id);
        found.ifPresent(
                record -> ledger.trail().append(caller.name(), "view", "record:" + id, why == null ? "" : why.strip()));
        return found;
    }

    /**
     * The message of a record alone, as received or as a person edited it last, one segment a line and every byte of its values as it is. Of a held record it has
     * no doses but its own, so that {@link #edit} takes it back, and its version.
     *
     * @param why for the trail; may be empty
     * @return empty when there is no such record
     * @throws Refused when the caller is no steward
     * @throws WrongTransition when its text was taken out of the ledger
     */
    public Optional<EditableText> message(long id, String why) {
        return looked(id, why).map(record -> {
            ledger.records().takenOut(id).ifPresent(day -> {
                throw new WrongTransition("The text of record " + id + " was " + RecordSheet.takenOut(day) + ".");
            });
            EditableText text = ledger.records().heldTexts(List.of(id)).stream()
                    .findFirst()
                    .map(HeldText::editable)
                    .orElseGet(
                            () -> new EditableText(correctable(ledger.records().text(id)), null));
            return new EditableText(RecordSheet.lines(text.text()), text.version());
        });
    }

    private static byte[] correctable(RecordText text) {
        return text.edited() == null ? text.received() : text.edited();
    }

    /**
     * The text of a held record, for the present caller to correct it.
     *
     * @param why for the trail; may be empty
     * @throws Refused when the caller is no steward
     * @throws WrongTransition when the record is not held, or is no HL7 message
     */
    public EditableText open(long id, String why) {
        Caller caller = steward();
        EditableText text = ledger.records().editable(id);
        ledger.trail().append(caller.name(), "view", "record:" + id, ("to edit it. " + why).strip());
        return text;
    }

    /**
     * Takes the corrected text of a held record and judges the record from it. The text as received stays in the ledger.
     *
     * @param version of what {@link #open} gave; null for a text that began with the one as received
     * @param why for the trail; names no patient
     * @return what became of the record, for people; no patient data
     * @throws Refused when the caller is no steward
     * @throws WrongTransition when the record is not held, or was edited since by anybody
     * @throws IllegalArgumentException when no reason is given, the text cannot be read, or it has another number of doses
     */
    public String edit(long id, byte[] text, String version, String why) {
        Caller caller = steward();
        if (why == null || why.isBlank()) {
            throw new IllegalArgumentException("Say why, with --why; the reason stands on the trail.");
        }
        return work.edit(id, text, version, caller.name(), why.strip());
    }

    private static Caller steward() {
        return Caller.current()
                .filter(caller -> caller.role().covers(Role.STEWARD))
                .orElseThrow(() -> new Refused("Patient data are for the role steward."));
    }

    /**
     * Writes held records, with their patients, as CSV in UTF-8.
     *
     * @return rows written
     * @throws Refused when the caller is no steward
     */
    public long held(HeldFilter filter, String why, OutputStream out) throws IOException {
        return heldOf(List.of(filter), why, out);
    }

    /** As {@link #held} for what the rules about consent hold. */
    public long consent(String connection, String source, String why, OutputStream out) throws IOException {
        List<HeldFilter> filters = new ArrayList<>();
        consent.forEach((id, of) -> {
            if (connection == null || connection.isEmpty() || connection.equals(id)) {
                of.rules().forEach(rule -> filters.add(HeldFilter.of(id, source, rule)));
            }
        });
        return heldOf(filters, why, out);
    }

    private long heldOf(List<HeldFilter> filters, String why, OutputStream out) throws IOException {
        Caller caller = steward();
        Csv csv = new Csv(
                out,
                "id",
                "connection",
                "site",
                "source",
                "rule",
                "held since",
                "doses",
                "patient id",
                "family name",
                "given name",
                "birth date",
                "consent",
                "consent date",
                "reason",
                "remedy");
        for (HeldFilter filter : filters) {
            long after = 0;
            while (true) {
                List<HeldRecord> page = ledger.records().held(filter, after, PAGE);
                if (page.isEmpty()) {
                    break;
                }
                audit(
                        caller,
                        "held of " + filter,
                        page.stream().map(HeldRecord::recordId).toList(),
                        why);
                for (HeldRecord held : page) {
                    row(csv, held);
                }
                after = page.get(page.size() - 1).recordId();
            }
        }
        return csv.finish();
    }

    private void row(Csv csv, HeldRecord held) throws IOException {
        Optional<StoredRecord> record = ledger.records().find(held.recordId());
        if (record.isEmpty()) {
            return;
        }
        Patient patient = Patient.of(ledger.records().text(held.recordId()).outgoing());
        FindingWords words = explanations.of(held.connection(), held.rule());
        csv.row(
                held.recordId(),
                held.connection(),
                record.get().site(),
                held.source(),
                held.rule(),
                held.since(),
                held.doses(),
                patient.id,
                patient.family,
                patient.given,
                patient.birth,
                patient.consent,
                patient.consentDate,
                words.reason(),
                words.remedy());
    }

    /**
     * Writes the tasks that are not closed, with their patients, as CSV in UTF-8.
     *
     * @param code only of this code of the registry; empty for all
     * @return rows written
     * @throws Refused when the caller is no steward
     */
    public long tasks(String connection, String code, String why, OutputStream out) throws IOException {
        Caller caller = steward();
        Tasks.Filter filter = new Tasks.Filter(given(connection), null, null, given(code), null, null, true);
        Csv csv = new Csv(
                out,
                "id",
                "state",
                "class",
                "code",
                "where",
                "site",
                "record",
                "patient id",
                "family name",
                "given name",
                "birth date",
                "doses",
                "said",
                "since",
                "assignee");
        long after = 0;
        while (true) {
            List<Task> page = ledger.tasks().list(filter, after, PAGE);
            if (page.isEmpty()) {
                return csv.finish();
            }
            List<Long> records = page.stream()
                    .map(Task::record)
                    .filter(java.util.Objects::nonNull)
                    .toList();
            audit(caller, "tasks", records, why);
            for (Task task : page) {
                row(csv, task);
            }
            after = page.get(page.size() - 1).id();
        }
    }

    private static String given(String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private void row(Csv csv, Task task) throws IOException {
        // A task that is filed stands for ever, the text of its record does not.
        Patient patient = task.record() == null
                        || ledger.records().takenOut(task.record()).isPresent()
                ? Patient.NOBODY
                : Patient.of(ledger.records().text(task.record()).outgoing());
        csv.row(
                task.id(),
                task.state(),
                task.settling().word(),
                task.cause(),
                task.location(),
                task.site(),
                task.record(),
                patient.id,
                patient.family,
                patient.given,
                patient.birth,
                String.join(
                        "; ",
                        task.doses().stream()
                                .map(dose -> dose.date() + " CVX " + dose.cvx())
                                .toList()),
                task.said(),
                task.firstSaidAt(),
                task.assignee());
    }

    /**
     * Writes the patients who come to one of the registry's birthdays within so many days, nearest first, as CSV. Reads the newest text of
     * every patient: birth dates are kept nowhere else.
     *
     * @return rows written
     * @throws Refused when the caller is no steward
     */
    public long birthdays(String connection, int days, String why, OutputStream out) throws IOException {
        Caller caller = steward();
        List<Near> near = new ArrayList<>();
        consent.forEach((id, of) -> {
            if (connection == null || connection.isEmpty() || connection.equals(id)) {
                LocalDate today = LocalDate.now(clock.withZone(of.zone()));
                ledger.records()
                        .eachPatient(
                                id, page -> page.forEach(text -> near(near, id, of.birthdays(), text, today, days)));
            }
        });
        near.sort(java.util.Comparator.comparing(Near::on).thenComparing(Near::record));
        audit(
                caller,
                "birthdays within " + days + " days",
                near.stream().map(Near::record).toList(),
                why);
        Csv csv = new Csv(
                out,
                "turns",
                "on",
                "connection",
                "site",
                "patient id",
                "family name",
                "given name",
                "birth date",
                "consent",
                "consent date",
                "record");
        for (Near one : near) {
            Patient patient = one.patient;
            csv.row(
                    one.age,
                    one.on,
                    one.connection,
                    one.site,
                    patient.id,
                    patient.family,
                    patient.given,
                    patient.birth,
                    patient.consent,
                    patient.consentDate,
                    one.record);
        }
        return csv.finish();
    }

    private record Near(LocalDate on, int age, String connection, String site, Patient patient, long record) {}

    private static void near(
            List<Near> near, String connection, List<Integer> birthdays, PatientText text, LocalDate today, int days) {
        Patient patient = Patient.of(text.text());
        LocalDate birth = day(patient.birth);
        if (birth == null) {
            return;
        }
        for (int age : birthdays) {
            LocalDate on = birth.plusYears(age);
            if (!on.isBefore(today) && !on.isAfter(today.plusDays(days))) {
                near.add(new Near(on, age, connection, text.site(), patient, text.recordId()));
            }
        }
    }

    private static LocalDate day(String text) {
        if (!text.matches("[0-9]{8}.*")) {
            return null;
        }
        try {
            return LocalDate.parse(text.substring(0, 8), java.time.format.DateTimeFormatter.BASIC_ISO_DATE);
        } catch (java.time.DateTimeException noDate) {
            // Rules hold records with such a birth date; nobody's birthday can be told from it.
            return null;
        }
    }

    /** Who saw which records, before they are shown. */
    private void audit(Caller caller, String what, List<Long> ids, String why) {
        for (int from = 0; from < Math.max(1, ids.size()); from += IDS) {
            List<Long> some = ids.subList(from, Math.min(ids.size(), from + IDS));
            ledger.trail()
                    .append(
                            caller.name(),
                            "export",
                            what,
                            (why == null || why.isBlank() ? "" : why.strip() + ": ") + some.size() + " records "
                                    + ranges(some));
        }
    }

    private static String ranges(List<Long> ids) {
        StringBuilder text = new StringBuilder();
        List<Long> sorted = ids.stream().sorted().toList();
        for (int i = 0; i < sorted.size(); ) {
            int last = i;
            while (last + 1 < sorted.size() && sorted.get(last + 1) == sorted.get(last) + 1) {
                last++;
            }
            text.append(text.isEmpty() ? "" : ", ").append(sorted.get(i));
            if (last > i) {
                text.append('-').append(sorted.get(last));
            }
            i = last + 1;
        }
        return text.toString();
    }

    private record Patient(String id, String family, String given, String birth, String consent, String consentDate) {
        static final Patient NOBODY = new Patient("", "", "", "", "", "");

        static Patient of(byte[] text) {
            try {
                Message message = Message.parse(text);
                return new Patient(
                        PatientNumber.of(message).id(),
                        message.get("PID-5.1.1"),
                        message.get("PID-5.2"),
                        message.get("PID-7"),
                        message.get("PD1-12"),
                        message.get("PD1-13"));
            } catch (Hl7FormatException noMessage) {
                return NOBODY;
            }
        }
    }

    /** Rows as spreadsheets read them; no value becomes a formula there. */
    private static final class Csv {
        private final CSVPrinter printer;
        private long rows;

        Csv(OutputStream out, String... header) throws IOException {
            Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            printer = new CSVPrinter(writer, CSVFormat.RFC4180);
            printer.printRecord((Object[]) header);
        }

        void row(Object... values) throws IOException {
            List<Object> safe = new ArrayList<>();
            for (Object value : values) {
                String text = value == null ? "" : value.toString();
                boolean formula = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
                safe.add(formula ? "'" + text : text);
            }
            printer.printRecord(safe);
            rows++;
        }

        long finish() throws IOException {
            printer.flush();
            return rows;
        }
    }
}
