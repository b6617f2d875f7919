package org.vaxroute.practice;

import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * The data-quality report of a day as CSV: a line for each dose with everything that is said of it in one cell. The client stands on
 * the first line alone, and control ids nowhere, as in the reports that clinics are known to get.
 */
final class DailyReport {
    private static final int OF_CLIENT = 5;
    private static final String[] HEADING = {
        "Patient Name",
        "DOB",
        "Account No.",
        "Sent On",
        "Facility",
        "Message Text",
        "Vaccine",
        "CVX",
        "Location",
        "MVX",
        "Hist/Curr",
        "Vaccine Date",
        "Given By"
    };

    private DailyReport() {}

    static String of(List<Complaint> complaints) {
        Map<String, Map<String, List<Complaint>>> byClient = new TreeMap<>();
        complaints.forEach(said -> byClient.computeIfAbsent(said.patient(), patient -> new LinkedHashMap<>())
                .computeIfAbsent(said.order(), order -> new ArrayList<>())
                .add(said));
        StringWriter text = new StringWriter();
        try (CSVPrinter out = new CSVPrinter(
                text, CSVFormat.DEFAULT.builder().setHeader(HEADING).get())) {
            for (Map<String, List<Complaint>> doses : byClient.values()) {
                boolean isFirst = true;
                for (List<Complaint> dose : doses.values()) {
                    out.printRecord(row(dose, isFirst));
                    isFirst = false;
                }
            }
        } catch (IOException e) {
            throw new PracticeException("the practice registry's daily report cannot be written", e);
        }
        return text.toString();
    }

    private static List<String> row(List<Complaint> dose, boolean isFirst) {
        List<String> cells = dose.get(dose.size() - 1).cells();
        List<String> row = new ArrayList<>();
        for (int i = 0; i < OF_CLIENT; i++) {
            row.add(isFirst ? cells.get(i) : "");
        }
        row.add(String.join("; ", dose.stream().map(Complaint::said).distinct().toList()));
        row.addAll(cells.subList(OF_CLIENT, cells.size()));
        return row;
    }
}
