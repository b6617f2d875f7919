package org.vaxroute.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import java.util.function.IntFunction;

/** Batch files of made-up VXU messages of about 1.5 KB, one new and one historical dose each; the same for the same seed. */
final class BenchInput {

    private static final String[] FAMILY = {"GARZA", "NGUYEN", "OKAFOR", "LINDQVIST", "MARTINEZ", "HARRIS", "PATEL", "ROSSI"};
    private static final String[] GIVEN = {"ELENA", "MARCUS", "PRIYA", "TOMAS", "GRACE", "OMAR", "HANNAH", "LUIS"};
    private static final String[] CITY = {"AUSTIN^TX^78701", "HOUSTON^TX^77002", "EL PASO^TX^79901", "LUBBOCK^TX^79401"};
    private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;

    private BenchInput() {}

    /** Writes one FHS/BHS..BTS/FTS file. */
    static void write(Path file, int messages, long seed) throws IOException {
        write(file, 1, messages, seed + "", patient -> "1234567890", new Random(seed));
    }

    /**
     * Writes one file of a connection.
     *
     * @param first number of its first patient
     * @param prefix of the patients' numbers, which makes them different from those of other files
     * @param facility of the clinic that gave the patient's doses (MSH-4), by the patient's number
     */
    static void write(Path file, int first, int messages, String prefix, IntFunction<String> facility, Random random)
            throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            out.write(("FHS|^~\\&|BENCHEHR|1234567890|TXImmTrac|TxDSHS|20260105080000-0600\r"
                            + "BHS|^~\\&|BENCHEHR|1234567890|TXImmTrac|TxDSHS|20260105080000-0600\r")
                    .getBytes(StandardCharsets.US_ASCII));
            for (int i = first; i < first + messages; i++) {
                out.write(message(i, prefix, facility.apply(i), random).getBytes(StandardCharsets.US_ASCII));
            }
            out.write(("BTS|" + messages + "\rFTS|1\r").getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** One message of a clinic. */
    static String message(int i, String prefix, String facility, Random random) {
        LocalDate born = LocalDate.of(1950, 1, 1).plusDays(random.nextInt(16_000));
        LocalDate given = LocalDate.of(2025, 1, 1).plusDays(random.nextInt(300));
        LocalDate earlier = LocalDate.of(2015, 1, 1).plusDays(random.nextInt(3_000));
        String patient = prefix + "-" + i;
        String family = FAMILY[random.nextInt(FAMILY.length)] + (char) ('A' + random.nextInt(26));
        String city = CITY[random.nextInt(CITY.length)];
        String phone = "^PRN^PH^^^" + (210 + random.nextInt(700)) + "^" + (2_000_000 + random.nextInt(7_000_000));
        String day = given.format(DAY);
        return "MSH|^~\\&|BENCHEHR|" + facility + "|TXImmTrac|TxDSHS|" + day + "081500-0600||VXU^V04^VXU_V04|B" + patient
                + "|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS\r"
                + "PID|1||" + patient + "^^^BENCH CLINIC^MR||" + family + "^" + GIVEN[random.nextInt(GIVEN.length)]
                + "^^^^^L|GRAY^^^^^^M|" + born.format(DAY) + "|" + (random.nextBoolean() ? "F" : "M")
                + "||2106-3^White^CDCREC|" + (100 + random.nextInt(9_000)) + " CONGRESS AVE^^" + city + "^USA^L||" + phone
                + "|||||||||2186-5^Not Hispanic or Latino^CDCREC||N\r"
                + "PD1|||||||||||02^Reminder/Recall - any method^HL70215|TXA|20240110|||A|" + day + "|" + day + "\r"
                + "NK1|1|" + family + "^ROSA^^^^^L|SEL^Self^HL70063|" + (100 + random.nextInt(9_000)) + " CONGRESS AVE^^" + city
                + "^USA^L|" + phone + "\r"
                + "ORC|RE||" + patient + ".1^BENCHEHR|||||||I-23432^HOLT^DONNA^A^^^^^BENCH-AA^L||1234567893^RADON^NICHOLAS^^^^^^NPI^L^^^NPI\r"
                + "RXA|0|1|" + day + "||150^Influenza, injectable, quadrivalent, preservative free^CVX|0.5|mL^milliliter^UCUM||00^New immunization record^NIP001|7832-1^LEMON^MIKE^A^^^^^BENCH-AA^L|^^^1234567890||||L"
                + (10_000 + random.nextInt(80_000)) + "|20270630|SKB^GlaxoSmithKline^MVX|||CP|A\r"
                + "RXR|C28161^Intramuscular^NCIT|LD^Left Deltoid^HL70163\r"
                + "OBX|1|CE|64994-7^Vaccine funding program eligibility category^LN|1|V01^Not VFC eligible^HL70064||||||F|||" + day
                + "|||VXC40^Eligibility captured at the immunization level^CDCPHINVS\r"
                + "OBX|2|CE|30956-7^Vaccine type^LN|2|88^Influenza, unspecified formulation^CVX||||||F|||" + day + "\r"
                + "OBX|3|TS|29768-9^Date vaccine information statement published^LN|2|20210806||||||F|||" + day + "\r"
                + "OBX|4|TS|29769-7^Date vaccine information statement presented^LN|2|" + day + "||||||F|||" + day + "\r"
                + "ORC|RE||" + patient + ".2^BENCHEHR\r"
                + "RXA|0|1|" + earlier.format(DAY) + "||115^Tdap^CVX|999|||01^Historical information - source unspecified^NIP001|||||||||||CP|A\r";
    }
}
