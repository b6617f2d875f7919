package org.vaxroute.operate.held;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jolokia.json.JSONObject;
import org.vaxroute.ledger.RecordPast;
import org.vaxroute.ledger.RecordText;
import org.vaxroute.ledger.StoredRecord;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.TrailEntry;

/** Everything that is known of one record, for the person who must judge it: patient data. As page, as JSON and as text. */
public final class RecordSheet {
    private static final String TEXT = "text";
    private static final String SENT = "as sent";

    private final Map<String, Object> facts = new LinkedHashMap<>();
    private final Map<String, List<Map<String, Object>>> lists = new LinkedHashMap<>();
    private final String received;
    private final String edited;
    private final String outgoing;

    /**
     * @param text null when it was taken out of the ledger
     * @param takenOut the day of that; null while the text is there
     */
    RecordSheet(
            StoredRecord record,
            RecordText text,
            LocalDate takenOut,
            RecordPast past,
            SubmissionFile file,
            List<TrailEntry> trail,
            Function<String, FindingWords> words) {
        facts.put("record", record.id());
        facts.put("connection", record.connection());
        facts.put("feed", record.feed().name());
        facts.put("source", record.source());
        put("source file", past.sourceFile());
        put("message in file", past.ordinal() == 0 ? null : past.ordinal());
        facts.put("site", record.site());
        facts.put("state", record.state().name());
        facts.put("verdict", record.verdict().name());
        put("held by", record.holdRule());
        put("dropped because", record.droppedWhy());
        put("part of record", record.partOf());
        facts.put("control id as received", record.controlId());
        facts.put("control id as sent", record.sentAs());
        put("submission file", file == null ? null : file.name() + " (" + file.state() + ")");
        facts.put("stored", record.storedAt().toString());
        put(TEXT, takenOut == null ? null : takenOut(takenOut));
        lists.put(
                "findings",
                record.findings().stream()
                        .map(finding -> {
                            FindingWords said = words.apply(finding.rule());
                            return row(
                                    "rule", finding.rule(),
                                    "severity", finding.severity().name().toLowerCase(java.util.Locale.ROOT),
                                    "location", finding.location(),
                                    "reason", said.reason(),
                                    "remedy", said.remedy());
                        })
                        .toList());
        lists.put(
                "doses",
                record.doses().stream()
                        .map(dose -> row(
                                "dose", dose.position(),
                                "as received", dose.origin(),
                                "state", dose.state().name(),
                                "date", dose.date() == null ? "" : dose.date().toString(),
                                "cvx", dose.cvx(),
                                "kind", dose.kind().name(),
                                "action", dose.action()))
                        .toList());
        lists.put(
                "changes",
                record.changes().stream()
                        .map(change -> row("operation", change.operation(), "location", change.location()))
                        .toList());
        lists.put(
                "answers",
                past.answers().stream()
                        .map(said -> row(
                                "file", said.file(),
                                "outcome", said.outcome(),
                                "code", said.code(),
                                "severity", said.severity(),
                                "location", said.location(),
                                "dose", said.dose(),
                                "words", said.words()))
                        .toList());
        lists.put(
                "trail",
                trail.stream()
                        .map(entry -> row(
                                "when", entry.at().toString(),
                                "who", entry.who(),
                                "action", entry.action(),
                                "detail", entry.detail()))
                        .toList());
        received = text == null ? null : string(text.received());
        edited = text == null || text.edited() == null ? null : string(text.edited());
        outgoing = text == null || Arrays.equals(text.received(), text.outgoing()) ? null : string(text.outgoing());
    }

    private void put(String name, Object value) {
        if (value != null) {
            facts.put(name, value);
        }
    }

    private static Map<String, Object> row(Object... namesAndValues) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            row.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return row;
    }

    /** A text may be in any character set, or none; every byte is shown as something. */
    private static String string(byte[] text) {
        String utf8 = new String(text, StandardCharsets.UTF_8);
        return utf8.indexOf('\uFFFD') < 0 ? utf8 : new String(text, StandardCharsets.ISO_8859_1);
    }

    /** For programs. */
    public String json() {
        JSONObject body = new JSONObject();
        facts.forEach((name, value) -> body.put(key(name), value));
        lists.forEach((name, rows) -> body.put(
                name,
                rows.stream()
                        .map(row -> {
                            JSONObject object = new JSONObject();
                            row.forEach((column, value) -> object.put(key(column), value));
                            return object;
                        })
                        .collect(java.util.stream.Collectors.toCollection(org.jolokia.json.JSONArray::new))));
        texts().forEach((name, text) -> body.put(name.equals(SENT) ? "outgoing" : name.substring(3), text));
        return body.toJSONString() + "\n";
    }

    private static String key(String words) {
        StringBuilder key = new StringBuilder();
        for (String word : words.split(" ")) {
            key.append(key.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return key.toString();
    }

    /**
     * For terminals.
     *
     * @param texts whether the texts are shown as well
     */
    public String text(boolean texts) {
        StringBuilder out = new StringBuilder();
        facts.forEach((name, value) -> out.append(String.format("%-24s %s%n", name, value)));
        lists.forEach((name, rows) -> {
            if (!rows.isEmpty()) {
                out.append(String.format("%n%s%n", name));
                for (Map<String, Object> row : rows) {
                    List<String> parts = new ArrayList<>();
                    row.values().forEach(value -> {
                        if (!String.valueOf(value).isEmpty()) {
                            parts.add(String.valueOf(value));
                        }
                    });
                    out.append("  ").append(String.join("  ", parts)).append(System.lineSeparator());
                }
            }
        });
        if (texts) {
            texts().forEach((name, text) -> text(out, name, text));
        }
        return printable(out.toString());
    }

    /** What is there of: as received, as edited, as sent. */
    private Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        if (received != null) {
            texts.put("as received", received);
            if (edited != null) {
                texts.put("as edited", edited);
            }
            texts.put(SENT, outgoing == null ? received : outgoing);
        }
        return texts;
    }

    static String takenOut(LocalDate day) {
        return "taken out on " + day + ", after its time (retention.texts)";
    }

    /** A message with a segment in each line. */
    static byte[] lines(byte[] message) {
        // One character a byte: decoded and written anew it would be in another character set than MSH-18 says. Control
        // characters of the second kind are letters, or parts of them, in some.
        String text = new String(message, StandardCharsets.ISO_8859_1)
                .replaceAll("\r\n|\r", "\n")
                .replaceAll("[\\p{Cntrl}&&[^\n\t]]", "?");
        return (text.stripTrailing() + "\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void text(StringBuilder out, String name, String text) {
        out.append(String.format("%n%s%n", name));
        for (String line : text.split("\r\n|\r|\n")) {
            out.append("  ").append(line).append(System.lineSeparator());
        }
    }

    /** What came from outside must not steer the terminal. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cc}&&[^\r\n\t]]", "?");
    }

    /** For browsers: one page without anything that runs. */
    public String html() {
        StringBuilder out = new StringBuilder(
                        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Record ")
                .append(facts.get("record"))
                .append("</title><meta name=\"robots\" content=\"noindex\"><style>")
                .append("body{font:1rem/1.5 system-ui,sans-serif;margin:2rem;max-width:75rem;color-scheme:light dark}")
                .append(
                        "table{border-collapse:collapse;margin-bottom:1.5rem}td,th{border:1px solid #888;padding:.2rem .6rem;")
                .append(
                        "text-align:left;vertical-align:top}pre{white-space:pre-wrap;word-break:break-all;border:1px solid #888;padding:.6rem}")
                .append("</style></head><body><h1>Record ")
                .append(facts.get("record"))
                .append("</h1><p>Patient data. This look stands on the trail with your name.</p><table>");
        facts.forEach((name, value) -> out.append("<tr><th scope=\"row\">")
                .append(escaped(name))
                .append("</th><td>")
                .append(escaped(value))
                .append("</td></tr>"));
        out.append("</table>");
        lists.forEach((name, rows) -> {
            if (!rows.isEmpty()) {
                table(out, name, rows);
            }
        });
        texts().forEach((name, text) -> pre(out, name, text));
        return out.append("</body></html>").toString();
    }

    private static void table(StringBuilder out, String name, List<Map<String, Object>> rows) {
        out.append("<h2>").append(escaped(name)).append("</h2><table><tr>");
        rows.get(0).keySet().forEach(column -> out.append("<th scope=\"col\">")
                .append(escaped(column))
                .append("</th>"));
        out.append("</tr>");
        for (Map<String, Object> row : rows) {
            out.append("<tr>");
            row.values()
                    .forEach(value -> out.append("<td>").append(escaped(value)).append("</td>"));
            out.append("</tr>");
        }
        out.append("</table>");
    }

    private static void pre(StringBuilder out, String name, String text) {
        out.append("<h2>").append(name).append("</h2><pre>");
        for (String line : text.split("\r\n|\r|\n")) {
            out.append(escaped(line)).append('\n');
        }
        out.append("</pre>");
    }

    private static String escaped(Object value) {
        return printable(String.valueOf(value))
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** Names nothing, so that a sheet may slip into a log line without harm. */
    @Override
    public String toString() {
        return "RecordSheet[" + facts.get("record") + "]";
    }
}
