package org.vaxroute.practice;

import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/**
 * The registry's answer to one submission as registries of the WIR family write it: the job, its counters, then the clients and the
 * immunizations that were rejected.
 */
final class ResponseFile {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("MM/dd/yyyy HH:mm:ss");

    private final String submission;
    private final LocalDateTime now;
    private final List<String> clients = new ArrayList<>();
    private final List<String> immunizations = new ArrayList<>();
    private String fault;
    private int processed;
    private int accepted;
    private int rejectedDoses;

    ResponseFile(String submission, Clock clock) {
        this.submission = submission;
        this.now = LocalDateTime.now(clock);
    }

    /** Nothing of the file was loaded. */
    void refused(String why) {
        fault = why;
    }

    void add(Clerk.Opinion opinion) {
        processed++;
        boolean isRejected = !opinion.isUnderstood() || opinion.isClientRejected();
        if (!isRejected) {
            accepted++;
        }
        for (Remark remark : opinion.remarks()) {
            String line = "  Message " + opinion.controlId() + "  Client ID " + opinion.patient() + "  "
                    + remark.location() + "  " + remark.text();
            (isRejected ? clients : immunizations).add(line);
            if (!isRejected && remark.isError()) {
                rejectedDoses++;
            }
        }
    }

    String text() {
        StringBuilder out = new StringBuilder(1024);
        line(out, "IMMUNIZATION DATA EXCHANGE - RESPONSE");
        line(out, "");
        line(out, "Job Name:               " + submission);
        line(out, "Status:                 " + (fault == null ? "COMPLETE" : "ERROR"));
        line(out, "Completed:              " + now.format(TIME));
        if (fault != null) {
            line(out, "Error:                  " + fault);
        }
        line(out, "");
        line(out, "SUMMARY");
        line(out, "Clients processed:      " + processed);
        line(out, "Clients accepted:       " + accepted);
        line(out, "Clients rejected:       " + (processed - accepted));
        line(out, "Immunizations rejected: " + rejectedDoses);
        section(out, "REJECTED CLIENTS", clients);
        section(out, "REJECTED IMMUNIZATIONS AND WARNINGS", immunizations);
        return out.toString();
    }

    private static void section(StringBuilder out, String title, List<String> lines) {
        line(out, "");
        line(out, title);
        if (lines.isEmpty()) {
            line(out, "  None");
        }
        lines.forEach(text -> line(out, text));
    }

    private static void line(StringBuilder out, String text) {
        out.append(text).append("\r\n");
    }
}
