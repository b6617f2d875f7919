package org.vaxroute.hl7;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Messages for the tests of this room: invented people, and the samples beside the project where they are present. */
final class Texts {
    static final String TWO_DOSES = segments(
            "MSH|^~\\&|EHR|0000012345|TXImmTrac|TxDSHS|20261122080910-0600||VXU^V04^VXU_V04|A-1|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS",
            "PID|1||77123^^^EHR^MR~999^^^TX&2.16.1&ISO^SR||Sample^Ada^M^^^^L||20240229|F||2106-3^White^CDCREC|1 Elm\\T\\Oak St^^Austin^TX^78701^USA^L",
            "NK1|1|Sample^Bea^^^^^L|MTH^Mother^HL70063",
            "NK1|2||FTH^Father^HL70063",
            "ORC|RE||D1^EHR",
            "RXA|0|1|20261120||08^HepB^CVX|0.5|mL^mL^UCUM||00^New^NIP001|||||LOT1|20270101|MSD^Merck^MVX|||CP|A",
            "RXR|C28161^IM^NCIT|LT^Left Thigh^HL70163",
            "OBX|1|CE|64994-7^Eligibility^LN|1|V01^Not VFC^HL70064||||||F|||20261120",
            "OBX|2|CE|30956-7^Vaccine Type^LN|2|08^HepB^CVX||||||F",
            "OBX|3|TS|29768-9^VIS published^LN|2|20240101||||||F",
            "NTE|1||Given at home",
            "ORC|RE||D2^EHR",
            "RXA|0|1|20261121||20^DTaP^CVX|999|||01^Historical^NIP001|||||||||||CP|A",
            "OBX|4|CE|64994-7^Eligibility^LN|3|V02^Medicaid^HL70064||||||F|||20261121");

    private Texts() {}

    static String segments(String... segments) {
        return String.join("\r", segments) + "\r";
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Message message(String... segments) {
        return Message.parse(segments(segments));
    }

    /** Small, different messages. */
    static List<byte[]> messages(int count) {
        List<byte[]> messages = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            messages.add(bytes(TWO_DOSES.replace("|A-1|", "|A-" + i + "|").replace("77123", "77" + i)));
        }
        return messages;
    }

    /** The text with one to eight bytes changed, taken out, put in or moved. */
    static byte[] mutated(byte[] original, Random random) {
        byte[] text = original.clone();
        int changes = 1 + random.nextInt(8);
        byte[] spice = bytes("|^~\\&\r\n\u000b\u001c\f\u0000MSH|^~\\&|ORCRXAOBXFHSBTS1 \"\u00e9");
        for (int i = 0; i < changes && text.length > 0; i++) {
            int at = random.nextInt(text.length);
            byte b = spice[random.nextInt(spice.length)];
            switch (random.nextInt(5)) {
                case 0 -> text[at] = b;
                case 1 -> text[at] = (byte) random.nextInt(256);
                case 2 -> text = joined(slice(text, 0, at), new byte[] {b}, slice(text, at, text.length));
                case 3 -> {
                    int to = Math.min(text.length, at + 1 + random.nextInt(20));
                    text = joined(slice(text, 0, at), slice(text, to, text.length));
                }
                default -> text = slice(text, 0, at);
            }
        }
        return text;
    }

    static byte[] slice(byte[] text, int from, int to) {
        return Arrays.copyOfRange(text, from, to);
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** Samples of the folder beside the project; empty when it is absent. */
    static List<java.nio.file.Path> samples(String folder) {
        java.nio.file.Path shared = shared();
        if (shared == null || !Files.isDirectory(shared.resolve("data/samples").resolve(folder))) {
            return List.of();
        }
        try (Stream<java.nio.file.Path> files =
                Files.walk(shared.resolve("data/samples").resolve(folder))) {
            return files.filter(f -> f.toString().endsWith(".hl7")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static java.nio.file.Path shared() {
        String told = System.getProperty("vaxroute.shared");
        if (told != null) {
            return java.nio.file.Path.of(told);
        }
        for (java.nio.file.Path at = java.nio.file.Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve("shared/data/samples"))) {
                return at.resolve("shared");
            }
        }
        return null;
    }
}
