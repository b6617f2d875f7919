package org.vaxroute.practice;

import java.util.List;

/**
 * Something wrong with a client or a dose, kept until it is corrected: a line of the daily report.
 *
 * @param patient as in {@link BelievedDose}
 * @param order ORC-3.1 of the dose on whose line it is listed
 * @param scope {@code client} when it is said of the client, and then again for each dose; else {@code dose}
 * @param often {@code once} for what is reported one time, {@code daily} for what is repeated until it is corrected
 * @param said code and words
 * @param cells what else the report shows, in the order of its columns
 */
record Complaint(String patient, String order, String scope, String often, String said, List<String> cells) {
    private static final int OWN = 5;

    boolean isOfClient() {
        return scope.equals("client");
    }

    boolean isOnce() {
        return often.equals("once");
    }

    String line() {
        StringBuilder line = new StringBuilder("complaint");
        for (String cell : List.of(patient, order, scope, often, said)) {
            line.append('\t').append(cell);
        }
        cells.forEach(cell -> line.append('\t').append(cell.replaceAll("[\t\r\n]", " ")));
        return line.toString();
    }

    static Complaint of(String[] line) {
        return new Complaint(
                line[1], line[2], line[3], line[4], line[5], List.of(line).subList(OWN + 1, line.length));
    }
}
