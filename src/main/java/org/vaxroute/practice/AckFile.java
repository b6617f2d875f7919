package org.vaxroute.practice;

import java.time.Clock;
import java.time.format.DateTimeFormatter;

/** The registry's answer to one submission: FHS BHS, an acknowledgment (Z23) for each message, BTS FTS, as oddly as its habits say. */
final class AckFile {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMddHHmmssZ");
    private final StringBuilder out = new StringBuilder(4096);
    private final String name;
    private final String submission;
    private final String now;
    private final RegistryHabits habits;
    private int count;

    /**
     * @param submission name of the file that is answered
     * @param reference FHS-11 of it
     */
    AckFile(String name, String submission, String reference, RegistryHabits habits, Clock clock) {
        this.name = name;
        this.submission = submission;
        this.habits = habits;
        this.now = clock.instant().atZone(clock.getZone()).format(STAMP);
        out.append("FHS|^~\\&|ImmTrac2PRACTICE|TEXIIS|||")
                .append(now)
                .append("||")
                .append(name);
        out.append("|||").append(reference).append('\r');
        out.append("BHS|^~\\&|ImmTrac2PRACTICE|TEXIIS|||").append(now).append('\r');
    }

    void add(Clerk.Opinion opinion) {
        if (opinion.remarks().isEmpty() && habits.does(Oddity.ERRORS_ONLY, submission)) {
            return;
        }
        count++;
        out.append("MSH|^~\\&|ImmTrac2PRACTICE|TEXIIS||")
                .append(opinion.sender())
                .append('|')
                .append(now);
        out.append("||ACK^V04^ACK|").append(name).append('-').append(count);
        out.append("|P|2.5.1|||NE|NE|||||Z23^CDCPHINVS\r");
        boolean isErrorFirst = habits.does(Oddity.ERR_FIRST, submission);
        if (isErrorFirst) {
            opinion.remarks().forEach(this::add);
        }
        out.append("MSA|").append(code(opinion)).append('|').append(opinion.controlId());
        if (habits.does(Oddity.MSA_TEXT, submission)) {
            out.append("|Message was processed");
        }
        out.append('\r');
        if (!isErrorFirst) {
            opinion.remarks().forEach(this::add);
        }
    }

    private String code(Clerk.Opinion opinion) {
        if (!opinion.isUnderstood()) {
            return "AR";
        }
        boolean isMild = opinion.remarks().stream().noneMatch(Remark::isError);
        boolean isFine = opinion.remarks().isEmpty() || isMild && !habits.does(Oddity.AE_FOR_WARNINGS, submission);
        return isFine ? "AA" : "AE";
    }

    private void add(Remark remark) {
        String location = habits.does(Oddity.EMPTY_SEQUENCE, submission)
                ? remark.location().replaceFirst("^NK1\\^1", "NK1^")
                : remark.location();
        String severity = habits.does(Oddity.NO_SEVERITY, submission)
                ? ""
                : habits.does(Oddity.LOUD_WARNINGS, submission) ? "E" : remark.severity();
        out.append("ERR||")
                .append(location)
                .append('|')
                .append(remark.condition())
                .append('^');
        out.append(text(remark.condition()))
                .append("^HL70357|")
                .append(severity)
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
        String text = out + "BTS|" + count + "\rFTS|1\r";
        return habits.does(Oddity.CRLF, submission) ? text.replace("\r", "\r\n") : text;
    }
}
