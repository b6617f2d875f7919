package org.vaxroute.submit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.RecordTrace;
import org.vaxroute.ledger.SubmissionFile;

/**
 * What a submission file holds, in a small file of its own beside it, so that there is a second witness when the ledger is in doubt, and so
 * that a ledger restored from an older backup can be told what left since (docs/decisions/0230). Ids, counts, keyed hashes, and of each dose
 * its date and vaccine, which the submission file has too.
 *
 * @param name of the submission file
 * @param sha256 of its bytes, in hex
 * @param bytes its size
 * @param decision what the ledger decided about it; null in a manifest of a version that did not write it down
 * @param members its records in the file's order
 */
public record Manifest(
        String name,
        String connection,
        String stage,
        String feed,
        String sha256,
        long bytes,
        Decision decision,
        List<Member> members) {
    private static final List<String> HEAD =
            List.of("name", "connection", "stage", "feed", "sha256", "bytes", "messages", "doses");
    private static final String RECORD = "{\"record\": ";

    /**
     * Which records the file was to have, and under which name.
     *
     * @param ledger tag of the ledger that decided it
     * @param file its number in the ledger
     * @param replaces number of the file of the generation before; 0 for the first
     */
    public record Decision(
            String ledger,
            long file,
            long firstNo,
            long lastNo,
            int generation,
            long replaces,
            String account,
            String folder,
            String series,
            long sequence,
            Instant decidedAt,
            String envelope) {}

    /**
     * One record of the file. Its doses are numbered from 1 in the order of their ORDER groups.
     *
     * @param record number in the ledger
     * @param controlId MSH-10 as sent
     * @param doses ORDER groups
     * @param sha256 of the message as it stands in the file, in hex
     * @param trace what the ledger knows it by; null in a manifest of a version that did not write it down
     */
    public record Member(long record, String controlId, int doses, String sha256, RecordTrace trace) {
        static Member of(long record, String controlId, int doses, byte[] message, RecordTrace trace) {
            return new Member(record, controlId, doses, digest(message), trace);
        }
    }

    static Manifest of(SubmissionFile file, String tag, String sha256, long bytes, List<Member> members) {
        return new Manifest(
                file.name(),
                file.connection(),
                file.stage().name(),
                file.feed().name(),
                sha256,
                bytes,
                new Decision(
                        tag,
                        file.id(),
                        file.firstNo(),
                        file.lastNo(),
                        file.generation(),
                        file.replaces() == null ? 0 : file.replaces(),
                        file.account(),
                        file.folder(),
                        file.series(),
                        file.sequence(),
                        file.decidedAt(),
                        file.envelope()),
                List.copyOf(members));
    }

    /** Doses of all members together. */
    public long doses() {
        return members.stream().mapToLong(Member::doses).sum();
    }

    /** Whether it says all that a restored ledger must be told. */
    boolean whole() {
        return decision != null && members.stream().allMatch(member -> member.trace != null);
    }

    void writeTo(OutputStream out) throws IOException {
        line(out, "{");
        text(out, "name", name);
        text(out, "connection", connection);
        text(out, "stage", stage);
        text(out, "feed", feed);
        text(out, "sha256", sha256);
        number(out, "bytes", bytes);
        number(out, "messages", members.size());
        number(out, "doses", doses());
        if (decision != null) {
            text(out, "ledger", decision.ledger);
            number(out, "file", decision.file);
            number(out, "firstNo", decision.firstNo);
            number(out, "lastNo", decision.lastNo);
            number(out, "generation", decision.generation);
            number(out, "replaces", decision.replaces);
            text(out, "account", decision.account);
            text(out, "folder", decision.folder);
            text(out, "series", decision.series);
            number(out, "sequence", decision.sequence);
            text(out, "decidedAt", decision.decidedAt.toString());
            text(out, "envelope", decision.envelope);
        }
        line(out, "  \"records\": [");
        for (int i = 0; i < members.size(); i++) {
            line(out, "    " + line(members.get(i)) + (i < members.size() - 1 ? "," : ""));
        }
        line(out, "  ]");
        line(out, "}");
    }

    private static String line(Member member) {
        StringBuilder line = new StringBuilder(512).append(RECORD).append(member.record);
        ManifestText.quoted(line.append(", \"controlId\": "), member.controlId);
        line.append(", \"doses\": ").append(member.doses);
        line.append(", \"sha256\": \"").append(member.sha256).append('"');
        RecordTrace trace = member.trace;
        if (trace != null) {
            line.append(", \"place\": ").append(trace.place());
            ManifestText.quoted(line.append(", \"source\": "), trace.source());
            line.append(", \"sourceFeed\": \"").append(trace.sourceFeed()).append('"');
            ManifestText.quoted(line.append(", \"site\": "), trace.site());
            number(line, "partOf", trace.partOf());
            number(line, "madeFor", trace.madeFor());
            number(line, "version", trace.version());
            line.append(", \"patient\": ").append(trace.patient());
            line.append(", \"patientHash\": \"").append(trace.patientHash()).append('"');
            line.append(", \"fingerprint\": \"").append(trace.fingerprint()).append('"');
            if (!trace.file().isEmpty()) {
                line.append(", \"sourceFile\": \"").append(trace.file()).append('"');
                line.append(", \"ordinal\": ").append(trace.ordinal());
            }
            line.append(", \"parts\": [");
            for (int i = 0; i < trace.doses().size(); i++) {
                ManifestText.quoted(
                        line.append(i == 0 ? "" : ", "), part(trace.doses().get(i)));
            }
            line.append(']');
        }
        return line.append('}').toString();
    }

    private static void number(StringBuilder line, String name, Long value) {
        if (value != null) {
            line.append(", \"").append(name).append("\": ").append(value);
        }
    }

    private static String part(RecordTrace.Dose dose) {
        String name = dose.name() == dose.key() ? "" : "/" + dose.name();
        return dose.origin() + " " + dose.key() + name + " " + dose.content() + " "
                + (dose.date() == null ? "-" : dose.date().toString()) + " " + dose.kind() + " "
                + (isLetter(dose.action()) ? dose.action() : "-") + " " + dose.cvx();
    }

    private static boolean isLetter(String text) {
        char c = text.length() == 1 ? text.charAt(0) : ' ';
        return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
    }

    private static RecordTrace.Dose dose(String part) {
        String[] words = part.split(" ", 7);
        String[] names = words[1].split("/", 2);
        return new RecordTrace.Dose(
                Integer.parseInt(words[0]),
                Long.parseLong(names[0]),
                Long.parseLong(names[names.length - 1]),
                words[2],
                words[3].equals("-") ? null : LocalDate.parse(words[3]),
                words[6],
                words[4],
                words[5].equals("-") ? "" : words[5]);
    }

    /**
     * Reads a manifest as {@link SubmissionFolder} keeps it.
     *
     * @throws IOException if it cannot be read, is cut short or its counts do not fit its records
     */
    public static Manifest read(Path file) throws IOException {
        Map<String, String> head = new HashMap<>();
        List<Member> members = new ArrayList<>();
        String last = "";
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
                if (line.strip().startsWith(RECORD)) {
                    members.add(member(ManifestText.fields(line)));
                } else {
                    head.putAll(ManifestText.fields(line));
                }
                last = line;
            }
            if (!last.equals("}")
                    || !head.keySet().containsAll(HEAD)
                    || Integer.parseInt(head.get("messages")) != members.size()) {
                throw cut(file, null);
            }
            return new Manifest(
                    head.get("name"),
                    head.get("connection"),
                    head.get("stage"),
                    head.get("feed"),
                    head.get("sha256"),
                    Long.parseLong(head.get("bytes")),
                    head.containsKey("ledger") ? decision(head) : null,
                    List.copyOf(members));
        } catch (RuntimeException notAsWritten) {
            throw cut(file, notAsWritten);
        }
    }

    private static IOException cut(Path file, RuntimeException cause) {
        return new IOException(
                "The manifest " + file + " is cut short or was changed; the ledger and the submission file itself"
                        + " say what was sent.",
                cause);
    }

    private static Decision decision(Map<String, String> head) {
        return new Decision(
                head.get("ledger"),
                Long.parseLong(head.get("file")),
                Long.parseLong(head.get("firstNo")),
                Long.parseLong(head.get("lastNo")),
                Integer.parseInt(head.get("generation")),
                Long.parseLong(head.get("replaces")),
                head.get("account"),
                head.get("folder"),
                head.get("series"),
                Long.parseLong(head.get("sequence")),
                Instant.parse(head.get("decidedAt")),
                head.get("envelope"));
    }

    private static Member member(Map<String, String> fields) {
        long record = Long.parseLong(fields.get("record"));
        return new Member(
                record,
                fields.get("controlId"),
                Integer.parseInt(fields.get("doses")),
                fields.get("sha256"),
                fields.containsKey("place") ? trace(record, fields) : null);
    }

    private static RecordTrace trace(long record, Map<String, String> fields) {
        return new RecordTrace(
                record,
                Long.parseLong(fields.get("place")),
                fields.get("source"),
                Feed.valueOf(fields.get("sourceFeed")),
                fields.get("site"),
                number(fields.get("partOf")),
                number(fields.get("madeFor")),
                number(fields.get("version")),
                Long.parseLong(fields.get("patient")),
                fields.get("patientHash"),
                fields.get("fingerprint"),
                fields.getOrDefault("sourceFile", ""),
                Long.parseLong(fields.getOrDefault("ordinal", "0")),
                ManifestText.items(fields.get("parts")).stream()
                        .map(Manifest::dose)
                        .toList());
    }

    private static Long number(String text) {
        return text == null ? null : Long.valueOf(text);
    }

    static String digest(byte[] message) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(message));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static void text(OutputStream out, String name, String value) throws IOException {
        line(out, "  \"" + name + "\": " + ManifestText.quoted(value) + ",");
    }

    private static void number(OutputStream out, String name, long value) throws IOException {
        line(out, "  \"" + name + "\": " + value + ",");
    }

    private static void line(OutputStream out, String text) throws IOException {
        out.write((text + "\n").getBytes(StandardCharsets.US_ASCII));
    }
}
