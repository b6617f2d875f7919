package org.vaxroute.privacy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Messages whose patients' data can be told from everything else in the world. */
final class MarkedPatients {
    /** What must be seen nowhere; a date also in the way Java writes it. */
    static final List<String> MARKS = List.of(
            "Zqfamily",
            "Zqgiven",
            "Zqmother",
            "Zqguardian",
            "Zqstreet",
            "Zqcity",
            "zqmail",
            "Zqnote",
            "Zqwrong",
            "ZQMRN",
            "8675309",
            "078051120",
            "20110907",
            "2011-09-07",
            "19870411",
            "1987-04-11");

    private MarkedPatients() {}

    /** A message with which the Texas rules find no fault. */
    static String good(String controlId) {
        return String.join(
                "\r",
                "MSH|^~\\&|EHR|0042170005|TXImmTrac|TxDSHS|20261120083000-0600||VXU^V04^VXU_V04|" + controlId
                        + "|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS",
                "PID|1||ZQMRN" + controlId
                        + "^^^LRC^MR~078051120^^^SSA^SS||Zqfamily^Zqgiven^Maria^^^^L|Zqmother^^^^^^M|20110907|F||2106-3^White^CDCREC"
                        + "|1204 Zqstreet^Apt 2^Zqcity^TX^78701^USA^H||^PRN^PH^^^512^8675309~^NET^Internet^zqmail@mail.example"
                        + "|||||||||2135-2^Hispanic or Latino^CDCREC||N|1|||||N",
                "PD1|||||||||||02^Reminder/recall - any method^HL70215|TXY|20220401|||A|20220401|20220401",
                "NK1|1|Zqguardian^Zqgiven^^^^^L|MTH^Mother^HL70063|1204 Zqstreet^Apt 2^Zqcity^TX^78701^USA^H|^PRN^CP^^^512^8675309",
                "ORC|RE|P" + controlId + "^LRC|F" + controlId
                        + "^LRC|||||||U77^Nguyen^Anh^^^^^^LRC^L^^^EI||L4421^Brooks^Carol^^^^^^TXMB^L^^^MD|||||LRC^Little River Clinic^HL70362",
                "RXA|0|1|20261110|20261110|03^MMR^CVX|0.5|mL^mL^UCUM||00^New immunization record^NIP001|U77^Nguyen^Anh^^^^^^LRC^L^^^EI"
                        + "|^^^0123456789||||X004821|20270930|MSD^Merck^MVX|||CP|A",
                "RXR|C38299^Subcutaneous^NCIT|LA^Left arm^HL70163",
                "OBX|1|CE|64994-7^Eligibility^LN|1|V02^Medicaid^HL70064||||||F|||20261110|||VXC40^Per immunization^CDCPHINVS",
                "NTE|1||Zqnote about the child",
                "");
    }

    /** The good message with a mark in places where it is a fault, by name. */
    static Map<String, String> wrong() {
        Map<String, String> wrong = new TreeMap<>();
        String[] segments = {"PID", "PD1", "NK1", "ORC", "RXA", "RXR", "OBX"};
        for (String segment : segments) {
            for (int field = 1; field <= 22; field++) {
                String name = "W-" + segment + "-" + field;
                wrong.put(name, with(good(name), segment, field, "Zqwrong^Zqwrong&Zqwrong^" + "Zqwrong".repeat(3)));
            }
        }
        for (int field : new int[] {3, 4, 5, 6, 7, 8, 9, 11, 12, 15, 18, 21}) {
            String name = "W-MSH-" + field;
            wrong.put(name, with(good(name), "MSH", field - 1, "Zqwrong^Zqwrong"));
        }
        wrong.put("W-future", good("W-future").replace("|20261110|20261110|", "|20110907235959+0000|20110907|"));
        wrong.put("W-born-late", good("W-born-late").replace("|20110907|F|", "|2011-09-07|F|"));
        wrong.put("W-adult", good("W-adult").replace("|20110907|F|", "|19870411|F|"));
        wrong.put("W-no-doses", upTo(good("W-no-doses"), "ORC|"));
        wrong.put("W-escape", good("W-escape").replace("Zqfamily", "Zqfamily\\Zqwrong\\T\\"));
        wrong.put("W-segment", good("W-segment") + "ZQ1|Zqwrong\rNK1\rX\rPID|Zqwrong\r");
        wrong.put("W-delimiters", good("W-delimiters").replace("^~\\&", "Zqwr"));
        return wrong;
    }

    /** What is no message at all, or none that may be taken, by file name. */
    static Map<String, String> broken() {
        String good = good("B-1");
        Map<String, String> files = new TreeMap<>();
        files.put("cut.hl7", "FHS|^~\\&\rBHS|^~\\&\r" + good.substring(0, good.length() - 200));
        files.put("counts.hl7", "FHS|^~\\&|Zqwrong\rBHS|^~\\&|Zqwrong\r" + good + "BTS|7|Zqwrong\rFTS|1\r");
        files.put("letter.hl7", "Dear colleague, Zqfamily Zqgiven, born 20110907, MRN ZQMRN1, was here.\n");
        files.put("json.hl7", "{\"name\":\"Zqfamily\",\"born\":\"2011-09-07\"}");
        files.put("binary.hl7", "Zqfamily\0\1\2\3Zqgiven\0");
        files.put("tail.hl7", good + "BTS|1\rZqwrong\rFTS|Zqwrong\r");
        return files;
    }

    /** Many messages in one file. */
    static String batch(Iterable<String> messages) {
        List<String> all = new ArrayList<>();
        messages.forEach(all::add);
        return "FHS|^~\\&|EHR|CLINIC\rBHS|^~\\&|EHR|CLINIC\r" + String.join("", all) + "BTS|" + all.size()
                + "\rFTS|1\r";
    }

    private static String with(String message, String segment, int field, String value) {
        boolean[] done = new boolean[1];
        return List.of(message.split("\r")).stream()
                .map(line -> {
                    if (done[0] || !line.startsWith(segment + "|")) {
                        return line;
                    }
                    done[0] = true;
                    List<String> fields = new ArrayList<>(List.of(line.split("\\|", -1)));
                    while (fields.size() <= field) {
                        fields.add("");
                    }
                    fields.set(field, value);
                    return String.join("|", fields);
                })
                .collect(Collectors.joining("\r", "", "\r"));
    }

    private static String upTo(String message, String start) {
        return message.substring(0, message.indexOf("\r" + start) + 1);
    }
}
