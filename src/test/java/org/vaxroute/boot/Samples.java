package org.vaxroute.boot;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.Position;

/** Records that pass the shipped rules of Texas, and what became of them. */
public final class Samples {
    /** The day of every dose and message: lately, so that no dose is late. */
    static final String DAY = LocalDate.now(ZoneOffset.UTC).minusDays(2).format(DateTimeFormatter.BASIC_ISO_DATE);

    private Samples() {}

    /** One record of one dose, ready to be sent. */
    public static String vxu(String controlId, String lastName, String facility) {
        String consent = "OBX|2|CE|30963-3^Vaccine funding source^LN|1|PHC70^Private^CDCPHINVS||||||F\r";
        return "MSH|^~\\&|EHR|" + facility + "|TxImmTrac|TxDSHS|" + DAY + "101500-0600||VXU^V04^VXU_V04|" + controlId
                + "|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS\r"
                + "PID|1||" + controlId + "^^^CLINIC^MR||" + lastName
                + "^Ana^M^^^^L||20190309|F||2106-3^White^CDCREC|12 OAK ST^^AUSTIN^TX^78701^USA^L||^PRN^PH^^^512^4730142|||||||||2186-5^Not Hispanic or Latino^CDCREC\r"
                + "PD1|||||||||||02^Reminder/recall - any method^HL70215|TXY|" + DAY + "|||A|" + DAY + "|" + DAY + "\r"
                + "NK1|1|" + lastName
                + "^Maria^^^^^L|MTH^Mother^HL70063|12 OAK ST^^AUSTIN^TX^78701^USA^L|^PRN^PH^^^512^4730142\r"
                + "ORC|RE||" + controlId + "-1^CLINIC\r"
                + "RXA|0|1|" + DAY
                + "||03^MMR^CVX|0.5|mL^mL^UCUM||00^New immunization record^NIP001|1234567893^Smith^Jo^^^^^^NPI^L^^^NPI|^^^TX1234||||L123|20280101|MSD^Merck^MVX|||CP|A\r"
                + "RXR|C38299^Subcutaneous^NCIT|LA^Left Arm^HL70163\r"
                + "OBX|1|CE|64994-7^Vaccine funding program eligibility category^LN|1|V01^Not VFC eligible^HL70064||||||F|||"
                + DAY + "\r"
                + consent;
    }

    /** So many records of different patients. */
    public static String batch(int records) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= records; i++) {
            text.append(vxu("C" + i, "Adams", "CLINIC"));
        }
        return text.toString();
    }

    static long read(Ledger ledger, String source) {
        return ledger.positions()
                .get("main", source, Feed.ONGOING)
                .map(Position::recordsRead)
                .orElse(0L);
    }

    static Map<String, Route> routes(CamelContext context) {
        Map<String, Route> routes = new TreeMap<>();
        context.getRoutes().forEach(route -> routes.put(route.getRouteId(), route));
        return routes;
    }
}
