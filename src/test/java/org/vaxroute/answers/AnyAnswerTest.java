package org.vaxroute.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Answer;

/**
 * Answers that were damaged a hundred thousand times: understood or refused, never an exception, never another record's, never outside of
 * our folder. The seed is fixed, so that what fails fails again.
 */
class AnyAnswerTest {
    private static final Path SAMPLES = Path.of("src/test/resources/answers");
    private static final Path PROFILE = Path.of("config/registries/national");
    private static final long SEED = 20261125;
    private static final int OF_EACH_FORM = 14_000;
    private static final int OF_EACH_DIALECT = 10_000;
    private static final int NAMES = 10_000;
    private static final byte[] TEMPTING = "|^~\\&\r\n\0,;\t\"MSHERRMSA:-09\u00e4".getBytes(StandardCharsets.UTF_8);

    private final Random random = new Random(SEED);

    /** A form that is read from a stream. */
    @FunctionalInterface
    private interface Reading {
        AnswerFormat.Answers of(InputStream in);
    }

    @Test
    void damagedFilesNeverEndInAnException() throws IOException {
        AnswerCatalogue catalogue = AnswerExplanationTest.catalogue();
        ReportFormat report = ReportFormat.load(catalogue, List.of(PROFILE.resolve("answers-report.csv")));
        ResponseFormat response =
                new ResponseFormat(catalogue, ResponseWords.load(List.of(PROFILE.resolve("answers-response.csv"))));
        Map<String, Reading> samples = Map.of(
                "dialects.hl7", new AckFormat(catalogue)::read,
                "report.csv", report::read,
                "vendor-export.csv", report::read,
                "response.txt", response::read,
                "response-blocks.txt", response::read);
        for (String sample : samples.keySet().stream().sorted().toList()) {
            byte[] whole = Files.readAllBytes(SAMPLES.resolve(sample));
            for (int round = 0; round < OF_EACH_FORM; round++) {
                try {
                    int last = 0;
                    for (Answer answer : read(samples.get(sample), damaged(whole))) {
                        // Asked without words: a sentence for each of them would take longer than the reading.
                        if (answer.position() != ++last || answer.outcome() == null) {
                            throw new AssertionError(answer);
                        }
                    }
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError(sample + ", round " + round, e);
                }
            }
        }
    }

    private static List<Answer> read(Reading reading, byte[] bytes) throws IOException {
        List<Answer> all = new ArrayList<>();
        try (AnswerFormat.Answers answers = reading.of(new ByteArrayInputStream(bytes))) {
            for (Answer answer = answers.next(); answer != null; answer = answers.next()) {
                all.add(answer);
            }
        }
        return all;
    }

    private byte[] damaged(byte[] whole) {
        byte[] bytes = whole.clone();
        int changes = 1 + random.nextInt(12);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] = TEMPTING[random.nextInt(TEMPTING.length)];
                case 2 -> {
                    int from = random.nextInt(bytes.length);
                    int length = Math.min(random.nextInt(60), bytes.length - Math.max(at, from));
                    System.arraycopy(whole, from, bytes, at, length);
                }
                default -> bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
            }
        }
        return bytes;
    }

    /** Each message is complained of by a code of its own. Ids and codes stay whole: a digit that changes in an id is another id, and nobody can know. */
    @Test
    void whateverIsDamagedBesideTheIdsNoWordReachesAnotherRecord() throws IOException {
        AckFormat format = new AckFormat(AnswerExplanationTest.catalogue());
        for (boolean errorsFirst : new boolean[] {false, true}) {
            List<String> ids = new ArrayList<>();
            Map<String, String> codes = new HashMap<>();
            String whole = acknowledgments(errorsFirst, ids, codes);
            boolean[] isProtected = protect(whole);
            for (int round = 0; round < OF_EACH_DIALECT; round++) {
                byte[] bytes = whole.getBytes(StandardCharsets.US_ASCII);
                int at = random.nextInt(bytes.length);
                while (isProtected[at]) {
                    at = random.nextInt(bytes.length);
                }
                byte with = "|^~\\&\r\nXMSHERA ".getBytes(StandardCharsets.US_ASCII)[random.nextInt(15)];
                byte[] damaged =
                        switch (random.nextInt(3)) {
                            case 0 -> spliced(bytes, at, 1, with);
                            case 1 -> spliced(bytes, at, 0, with);
                            default -> spliced(bytes, at, 1);
                        };
                List<Answer> answers = read(format::read, damaged);
                for (Answer answer : answers) {
                    Set<String> own = Set.of();
                    if (codes.containsKey(answer.controlId())) {
                        own = Set.of(codes.get(answer.controlId()));
                    } else if (answer.controlId().isEmpty() && answers.size() == ids.size()) {
                        own = Set.of(codes.get(ids.get(answer.position() - 1)));
                    } else {
                        continue;
                    }
                    for (Answer.Item item : answer.items()) {
                        if (item.code().startsWith("IMR-") && !own.contains(item.code())) {
                            throw new AssertionError("errors first: " + errorsFirst + ", round " + round + ", byte "
                                    + at + ": " + item.code() + " reached " + answer);
                        }
                    }
                }
            }
        }
    }

    private static String acknowledgments(boolean errorsFirst, List<String> ids, Map<String, String> codes) {
        StringBuilder text = new StringBuilder("FHS|^~\\&|R|R|||20261125||X.ack|||X1.hl7\r");
        for (int i = 1; i <= 12; i++) {
            String id = "QQQQ-" + (100 + i);
            String code = "IMR-" + (900 + i);
            ids.add(id);
            codes.put(id, code);
            String msa = "MSA|AE|" + id + "\r";
            String err = "ERR||RXA^1^17|103^Table value not found^HL70357|E||||" + code + "::Lot is wrong\r";
            text.append("MSH|^~\\&|R|R|||20261125||ACK^V04^ACK|").append(i).append("|P|2.5.1\r");
            text.append(errorsFirst ? err + msa : msa + err);
        }
        return text.append("FTS|1\r").toString();
    }

    /** The bytes of ids and codes, and those next to them. */
    private static boolean[] protect(String text) {
        boolean[] isProtected = new boolean[text.length()];
        for (int i = 1; i < text.length(); i++) {
            if (text.startsWith("QQQQ-", i) || text.startsWith("IMR-", i)) {
                Arrays.fill(isProtected, i - 1, i + 9, true);
            }
        }
        return isProtected;
    }

    private static byte[] spliced(byte[] bytes, int at, int out, byte... in) {
        byte[] spliced = new byte[bytes.length - out + in.length];
        System.arraycopy(bytes, 0, spliced, 0, at);
        System.arraycopy(in, 0, spliced, at, in.length);
        System.arraycopy(bytes, at + out, spliced, at + in.length, bytes.length - at - out);
        return spliced;
    }

    @Test
    void noNameLeavesTheFolder() {
        Path root = Path.of("/answers").toAbsolutePath();
        AnswerArchive archive = new AnswerArchive(root);
        String[] parts = {
            "..",
            "/",
            "\\",
            ".",
            "~",
            "C:",
            "%2e",
            "\0",
            "\n",
            " ",
            "-",
            "etc",
            "X.hl7",
            "\u2024\u2024",
            "\uff0f",
            "*",
            "$HOME",
            "`id`",
            "x".repeat(200)
        };
        int asked = 0;
        for (int round = 0; round < NAMES; round++) {
            StringBuilder made = new StringBuilder();
            for (int i = random.nextInt(6); i >= 0; i--) {
                made.append(parts[random.nextInt(parts.length)]);
            }
            String name = made.toString();
            if (!RemoteName.isHarmless(name)) {
                continue;
            }
            asked++;
            String keptAs = "0123456789abcdef-" + RemoteName.plain(name);
            Path copy = archive.file("main", keptAs).normalize();
            assertThat(copy.getParent()).as(name).isEqualTo(root.resolve("main"));
            assertThat(keptAs).matches("[A-Za-z0-9._~-]{1,140}");
        }
        assertThat(asked).isGreaterThan(500);
    }
}
