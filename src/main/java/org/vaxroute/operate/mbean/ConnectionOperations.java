package org.vaxroute.operate.mbean;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import org.vaxroute.feeds.Dossier;
import org.vaxroute.feeds.FeedSettings;
import org.vaxroute.feeds.Gatekeeper;
import org.vaxroute.ledger.DayOfAnswers;
import org.vaxroute.ledger.Gate;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.operate.access.Caller;

/** The gate of one connection, each step in the name of whoever calls. */
final class ConnectionOperations implements ConnectionMBean {
    private static final Duration MONTH = Duration.ofDays(30);

    private final String connection;
    private final Gatekeeper gate;
    private final Remembered<List<Map<String, Object>>> acceptance;

    ConnectionOperations(FeedSettings settings, Gatekeeper gate, Ledger ledger, Clock clock) {
        this.connection = settings.connection();
        this.gate = gate;
        this.acceptance = new Remembered<>(
                () -> ledger.answers().byDay(connection, clock.instant().minus(MONTH), settings.zone()).stream()
                        .map(ConnectionOperations::row)
                        .toList(),
                Duration.ofMinutes(1),
                clock);
    }

    @Override
    public String getState() {
        return dossier().gate().state().name();
    }

    @Override
    public String getSince() {
        return Rows.time(dossier().gate().since());
    }

    @Override
    public String getWhy() {
        return dossier().gate().why();
    }

    @Override
    public String getProgress() {
        return dossier().progress();
    }

    @Override
    public String getNextStep() {
        return dossier().nextStep();
    }

    @Override
    public List<Map<String, Object>> getEvidence() {
        return dossier().evidence().stream()
                .map(evidence -> Rows.row(
                        "kind", evidence.kind(),
                        "subject", evidence.subject(),
                        "detail", evidence.detail(),
                        "who", evidence.who(),
                        "at", evidence.recordedAt()))
                .toList();
    }

    @Override
    public List<Map<String, Object>> getAcceptance() {
        return acceptance.get();
    }

    private static Map<String, Object> row(DayOfAnswers day) {
        return Rows.row(
                "day", day.day().toString(),
                "sent", day.sent(),
                "answered", day.answered(),
                "warned", day.warned(),
                "rejected", day.rejected());
    }

    @Override
    public String test() {
        return said(gate.startTesting(connection, Caller.who()));
    }

    @Override
    public String attest(String file, boolean clean, String reply) {
        gate.attest(connection, file, clean, Caller.who(), reply);
        return dossier().progress();
    }

    @Override
    public String requestReview() {
        return said(gate.requestReview(connection, Caller.who()));
    }

    @Override
    public String approve(String date, String sender, String reference) {
        return said(gate.approve(connection, date(date), sender, reference, Caller.who()));
    }

    @Override
    public String live() {
        return said(gate.live(connection, Caller.who()));
    }

    @Override
    public String adopt(String reference, String cutOff, boolean historyPlanned) {
        return said(gate.adopt(connection, reference, instant(cutOff), historyPlanned, Caller.who()));
    }

    @Override
    public String agreeHistory(String reference) {
        gate.agreeHistory(connection, reference, Caller.who());
        return "The agreement is on record. Next step: vaxroute backfill plan " + connection + ".";
    }

    @Override
    public String suspend(String why) {
        return said(gate.suspend(connection, Caller.who(), why));
    }

    @Override
    public String resume(String why) {
        return said(gate.resume(connection, Caller.who(), why));
    }

    @Override
    public String retest(String why) {
        return said(gate.retest(connection, Caller.who(), why));
    }

    private Dossier dossier() {
        return gate.dossier(connection);
    }

    private String said(Gate now) {
        return "Connection " + connection + " is " + now.state() + ". "
                + dossier().nextStep();
    }

    private static LocalDate date(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("\"" + text + "\" is no date; write it as YYYY-MM-DD.", e);
        }
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no moment; write it in UTC as 2026-01-31T00:00:00Z.", e);
        }
    }
}
