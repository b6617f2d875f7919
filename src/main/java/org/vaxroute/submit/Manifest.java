package org.vaxroute.submit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vaxroute.ledger.SubmissionFile;

/**
 * What a submission file holds, in a small file of its own beside it, so that the audit has a second witness when the ledger is in
 * doubt. Ids, counts and hashes only.
 *
 * @param name of the submission file
 * @param sha256 of its bytes, in hex
 * @param bytes its size
 * @param members its records in the file's order
 */
public record Manifest(
        String name, String connection, String stage, String feed, String sha256, long bytes, List<Member> members) {
    private static final Pattern HEAD = Pattern.compile("\"(\\w+)\": \"?([^\",]*)\"?,?");
    private static final Pattern MEMBER = Pattern.compile(
            "\\{\"record\": (\\d+), \"controlId\": \"([^\"]*)\", \"doses\": (\\d+), \"sha256\": \"(\\w+)\"}");

    /**
     * One record of the file. Its doses are numbered from 1 in the order of their ORDER groups.
     *
     * @param record number in the ledger
     * @param controlId MSH-10 as sent
     * @param doses ORDER groups
     * @param sha256 of the message as it stands in the file, in hex
     */
    public record Member(long record, String controlId, int doses, String sha256) {
        static Member of(long record, String controlId, int doses, byte[] message) {
            return new Member(
                    record,
                    controlId,
                    doses,
                    HexFormat.of().formatHex(newDigest().digest(message)));
        }
    }

    static Manifest of(SubmissionFile file, String sha256, long bytes, List<Member> members) {
        return new Manifest(
                file.name(),
                file.connection(),
                file.stage().name(),
                file.feed().name(),
                sha256,
                bytes,
                List.copyOf(members));
    }

    /** Doses of all members together. */
    public long doses() {
        return members.stream().mapToLong(Member::doses).sum();
    }

    void writeTo(OutputStream out) throws IOException {
        line(out, "{");
        line(out, "  \"name\": \"" + name + "\",");
        line(out, "  \"connection\": \"" + connection + "\",");
        line(out, "  \"stage\": \"" + stage + "\",");
        line(out, "  \"feed\": \"" + feed + "\",");
        line(out, "  \"sha256\": \"" + sha256 + "\",");
        line(out, "  \"bytes\": " + bytes + ",");
        line(out, "  \"messages\": " + members.size() + ",");
        line(out, "  \"doses\": " + doses() + ",");
        line(out, "  \"records\": [");
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            line(
                    out,
                    "    {\"record\": " + member.record() + ", \"controlId\": \"" + member.controlId()
                            + "\", \"doses\": " + member.doses() + ", \"sha256\": \"" + member.sha256() + "\"}"
                            + (i < members.size() - 1 ? "," : ""));
        }
        line(out, "  ]");
        line(out, "}");
    }

    /**
     * Reads a manifest as {@link SubmissionFolder} keeps it.
     *
     * @throws IOException if it cannot be read, is cut short or its counts do not fit its records
     */
    public static Manifest read(Path file) throws IOException {
        java.util.Map<String, String> head = new java.util.HashMap<>();
        List<Member> members = new ArrayList<>();
        for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
            Matcher member = MEMBER.matcher(line);
            Matcher entry = HEAD.matcher(line.strip());
            if (member.find()) {
                members.add(new Member(
                        Long.parseLong(member.group(1)),
                        member.group(2),
                        Integer.parseInt(member.group(3)),
                        member.group(4)));
            } else if (entry.matches()) {
                head.put(entry.group(1), entry.group(2));
            }
        }
        if (!head.keySet()
                        .containsAll(
                                List.of("name", "connection", "stage", "feed", "sha256", "bytes", "messages", "doses"))
                || Integer.parseInt(head.get("messages")) != members.size()) {
            throw new IOException(
                    "The manifest " + file + " is cut short or was changed; the ledger and the submission file itself"
                            + " say what was sent.");
        }
        return new Manifest(
                head.get("name"),
                head.get("connection"),
                head.get("stage"),
                head.get("feed"),
                head.get("sha256"),
                Long.parseLong(head.get("bytes")),
                List.copyOf(members));
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static void line(OutputStream out, String text) throws IOException {
        out.write((text + "\n").getBytes(StandardCharsets.US_ASCII));
    }
}
