package org.vaxroute.practice;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A submitted file cut into its messages, line by line: the registry's own simple reading, which knows nothing of ours.
 *
 * @param controlId FHS-11, or ""
 * @param fault why nothing of the file is loaded; null when it can be
 */
record Submission(String controlId, List<String> messages, String fault) {
    static Submission read(byte[] bytes) {
        String controlId = "";
        List<String> messages = new ArrayList<>();
        StringBuilder message = null;
        String first = "";
        String last = "";
        int inBatch = 0;
        int batches = 0;
        String fault = null;
        for (String line : new String(bytes, StandardCharsets.UTF_8).split("[\r\n]+")) {
            if (line.isBlank()) {
                continue;
            }
            String[] fields = line.split("\\|", -1);
            first = first.isEmpty() ? fields[0] : first;
            last = fields[0];
            if (message != null && List.of("MSH", "BTS", "FTS", "BHS", "FHS").contains(last)) {
                messages.add(message.toString());
                message = null;
                inBatch++;
            }
            switch (last) {
                case "FHS" -> controlId = field(fields, 10);
                case "BHS" -> {
                    inBatch = 0;
                    batches++;
                }
                case "MSH" -> message = new StringBuilder(line).append('\r');
                case "BTS" -> {
                    if (!field(fields, 1).isEmpty() && !field(fields, 1).equals(Integer.toString(inBatch))) {
                        fault = "FIR-102::Batch count does not agree with the messages of the batch.";
                    }
                }
                case "FTS" -> {
                    if (!field(fields, 1).isEmpty() && !field(fields, 1).equals(Integer.toString(batches))) {
                        fault = "FIR-103::File count does not agree with the batches of the file.";
                    }
                }
                default -> {
                    if (message != null) {
                        message.append(line).append('\r');
                    }
                }
            }
        }
        if (message != null) {
            messages.add(message.toString());
        }
        if (!List.of("FHS", "BHS", "MSH").contains(first)) {
            fault = "FIR-100::File does not start with FHS, BHS or MSH.";
        } else if (first.equals("FHS") && !last.equals("FTS")) {
            fault = "FIR-101::File starts with FHS and does not end with FTS.";
        }
        return new Submission(controlId, List.copyOf(messages), fault);
    }

    private static String field(String[] fields, int at) {
        return fields.length > at ? fields[at] : "";
    }
}
