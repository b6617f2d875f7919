package org.vaxroute.practice;

import java.time.Clock;
import java.time.format.DateTimeFormatter;

/** The registry's answer to one submission: FHS BHS, an acknowledgment (Z23) for each message, BTS FTS. */
final class AckFile {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMddHHmmssZ");
    private final StringBuilder out = new StringBuilder(4096);
    private final String name;
    private final String now;
    private int count;

    AckFile(String name, String reference, Clock clock) {
        this.name = name;
        this.now = clock.instant().atZone(clock.getZone()).format(STAMP);
        out.append("FHS|^~\\&|ImmTrac2PRACTICE|TEXIIS|||")
                .append(now)
                .append("||")
                .append(name);
        out.append("|||").append(reference).append('\r');
        out.append("BHS|^~\\&|ImmTrac2PRACTICE|TEXIIS|||").append(now).append('\r');
    }

    void add(Clerk.Opinion opinion) {
        count++;
        out.append("MSH|^~\\&|ImmTrac2PRACTICE|TEXIIS||")
                .append(opinion.sender())
                .append('|')
                .append(now);
        out.append("||ACK^V04^ACK|").append(name).append('-').append(count);
        out.append("|P|2.5.1|||NE|NE|||||Z23^CDCPHINVS\r");
        String code = !opinion.isUnderstood() ? "AR" : opinion.remarks().isEmpty() ? "AA" : "AE";
        out.append("MSA|").append(code).append('|').append(opinion.controlId()).append('\r');
        opinion.remarks().forEach(this::add);
    }

    private void add(Remark remark) {
        out.append("ERR||")
                .append(remark.location())
                .append('|')
                .append(remark.condition())
                .append('^');
        out.append(text(remark.condition()))
                .append("^HL70357|")
                .append(remark.severity())
                .append("||||");
        out.append(remark.text()).append('\r');
    }

    private static String text(int condition) {
        return switch (condition) {
            case 100 -> "Segment sequence error";
            case 101 -> "Required field missing";
            case 102 -> "Data type error";
            case 103 -> "Table value not found";
            case 200 -> "Unsupported message type";
            case 205 -> "Duplicate key identifier";
            default -> "Application internal error";
        };
    }

    String text() {
        return out + "BTS|" + count + "\rFTS|1\r";
    }
}
