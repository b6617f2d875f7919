package org.vaxroute.intake;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.vaxroute.hl7.Edit;
import org.vaxroute.hl7.Message;
import org.vaxroute.hl7.Path;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Change;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Severity;

/**
 * Tells which site of a connection a record belongs to, writes the registry's ids into it, and holds what may not be
 * reported: a facility that nobody entered, a site whose agreement ended, a vaccination outside of the site's days.
 *
 * <p>The transform step assigns, without a clock, so that the outgoing text comes out the same whenever it is made; the
 * check step judges. A connection without sites leaves its records alone, and so does what is no VXU, of which a rule
 * speaks.
 */
public final class Sites {
    /** Rule id of the finding on a record whose facility is no site of the connection. */
    public static final String UNKNOWN = "SITE-UNKNOWN";

    /** Rule id of the finding on a record of a site whose agreement with the registry has ended. */
    public static final String EXPIRED = "SITE-EXPIRED";

    /** Rule id of the finding on a vaccination given outside of the days on which its site is reported. */
    public static final String INACTIVE = "SITE-INACTIVE";

    /** Which operation changed a place, in the record's list of changes. */
    static final String OPERATION = "sites";

    /** For a connection that reports no sites. */
    public static final Sites NONE = new Sites(List.of(), List.of(), List.of(), Map.of());

    private static final Path DOSE_FACILITY = Path.of("RXA-11.4.1");
    private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;

    private final Map<String, Site> byCode = new HashMap<>();
    private final Map<String, Site> byId = new HashMap<>();
    private final List<Path> from;
    private final List<SiteFill> fills;
    private final Map<String, Site> ofSources = new HashMap<>();

    /**
     * @param from places in which the EHR may name the facility; the first that holds anything decides
     * @param fills what is written where
     * @param ofSources site of all records of a source, by source
     * @throws IllegalArgumentException when a source names a site that there is not
     */
    public Sites(List<Site> sites, List<Path> from, List<SiteFill> fills, Map<String, String> ofSources) {
        this.from = List.copyOf(from);
        this.fills = List.copyOf(fills);
        for (Site site : sites) {
            byId.put(site.id(), site);
            byCode.put(site.id(), site);
            byCode.put(site.registryId(), site);
        }
        sites.forEach(site -> site.facilities().forEach(code -> byCode.put(code, site)));
        ofSources.forEach((source, id) -> {
            Site site = byId.get(id);
            if (site == null) {
                throw new IllegalArgumentException(
                        "source." + source + ".site names " + id
                                + ", which is no site of this connection in config/sites.csv. Add a row for it, or correct the setting.");
            }
            this.ofSources.put(source, site);
        });
    }

    /** Finds the record's site, notes it on the record and writes what the settings ask for. */
    void assign(TakenRecord record, String source) {
        if (byId.isEmpty() || !record.message().get("MSH-9.1").equals("VXU")) {
            return;
        }
        Site site = ofSources.getOrDefault(source, named(record.message()));
        if (site == null) {
            Findings.hold(record, unknown(record.message()));
            return;
        }
        record.site(site.id());
        Message message = record.message();
        List<Change> changes = new ArrayList<>();
        Edit edit = message.edit();
        for (SiteFill fill : fills) {
            if (fill.ofDose()) {
                fillDoses(message, site, fill, edit, changes);
            } else {
                fill(message, 1, site, fill, edit, changes, fill.path().toString());
            }
        }
        if (!changes.isEmpty()) {
            record.message(edit.apply(), changes);
        }
    }

    private void fillDoses(Message message, Site site, SiteFill fill, Edit edit, List<Change> changes) {
        int count = 0;
        for (int s = message.find("RXA", 0); s >= 0; s = message.find("RXA", s + 1)) {
            count++;
            if (givenHere(message, s)) {
                String location = "ORDER[" + message.segmentDose(s) + "]/" + fill.path();
                fill(message, count, ofDose(message, s, site), fill, edit, changes, location);
            }
        }
    }

    private static void fill(
            Message message, int ordinal, Site site, SiteFill fill, Edit edit, List<Change> changes, String location) {
        Path path = fill.at(ordinal);
        String value = fill.what().of(site);
        if (!value.isEmpty() && !message.get(path).equals(value)) {
            edit.set(path, value);
            changes.add(new Change(OPERATION, location));
        }
    }

    /** Holds what the site's standing with the registry forbids. What has no site is held already. */
    void judge(TakenRecord record, LocalDate today) {
        Site site = byId.get(record.site());
        if (site == null) {
            return;
        }
        if (!site.agreedOn(today)) {
            Findings.hold(
                    record,
                    new Finding(
                            EXPIRED,
                            Severity.ERROR,
                            Effect.MESSAGE,
                            from.get(0).toString(),
                            "The agreement with the registry of the clinic that sends this record, or of the organization above it, has ended.",
                            "Renew the agreement, enter its new end as agreementUntil in config/sites.csv, and recheck the record."));
        }
        judgeDoses(record, site);
    }

    private void judgeDoses(TakenRecord record, Site ofRecord) {
        Message message = record.message();
        for (int s = message.find("RXA", 0); s >= 0; s = message.find("RXA", s + 1)) {
            LocalDate day = day(message.field(s, 3, 1, 1));
            int dose = message.segmentDose(s);
            if (day != null
                    && dose > 0
                    && givenHere(message, s)
                    && !ofDose(message, s, ofRecord).activeOn(day)) {
                Findings.holdDose(
                        record,
                        new Finding(
                                INACTIVE,
                                Severity.ERROR,
                                Effect.DOSE,
                                "ORDER[" + dose + "]/RXA-3",
                                "The vaccination lies outside of the days on which its clinic is reported under this connection.",
                                "Check the date and the facility; if both are right, correct activeFrom or activeUntil in config/sites.csv, and recheck the record."),
                        dose);
            }
        }
    }

    private Finding unknown(Message message) {
        boolean named = from.stream().anyMatch(path -> !message.get(path).isEmpty());
        return new Finding(
                UNKNOWN,
                Severity.ERROR,
                Effect.MESSAGE,
                from.get(0).toString(),
                named
                        ? "The facility that the record names is no site of this connection, so nobody knows under which registry id to report it."
                        : "The record does not name the facility that it comes from, so nobody knows under which registry id to report it.",
                named
                        ? "Add the clinic to config/sites.csv with this code in sourceFacility, and recheck the record; or correct the facility in the EHR."
                        : "Have the EHR name the facility, or set source.<id>.site for a source of one clinic, restart, and recheck the record.");
    }

    private Site named(Message message) {
        for (Path path : from) {
            String code = message.get(path).strip();
            if (!code.isEmpty()) {
                return byCode.get(code);
            }
        }
        return null;
    }

    /** The facility of the dose where that is a known one, else that of the record. */
    private Site ofDose(Message message, int rxa, Site ofRecord) {
        String code = message.field(rxa, DOSE_FACILITY.field(), 1, DOSE_FACILITY.component(), 1);
        return Objects.requireNonNullElse(byCode.get(code.strip()), ofRecord);
    }

    /** RXA-9 {@code 00}: only such a dose was given at one of our sites. */
    private static boolean givenHere(Message message, int rxa) {
        return message.field(rxa, 9, 1, 1).equals("00");
    }

    private static LocalDate day(String text) {
        if (text.length() < 8) {
            return null;
        }
        try {
            return LocalDate.parse(text.substring(0, 8), DAY);
        } catch (DateTimeException noDay) {
            // A rule speaks of a date that cannot be read; here it says nothing.
            return null;
        }
    }
}
