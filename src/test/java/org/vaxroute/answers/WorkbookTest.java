package org.vaxroute.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.Answer;

/** Reports as workbooks, honest ones and others. */
class WorkbookTest {
    private static final AnswerFormats FORMATS =
            AnswerFormats.load(List.of(Path.of("config/registries/national"), Path.of("config/registries/immtrac2")));

    @TempDir
    Path folder;

    private Path book() throws IOException {
        Path file = folder.resolve("report.xlsx");
        try (OutputStream out = Files.newOutputStream(file);
                Workbook book = new Workbook(out, "Registry", "1.0")) {
            book.newWorksheet("About").value(0, 0, "Data quality report");
            Worksheet sheet = book.newWorksheet("Errors");
            String[] headings = {"Patient Name", "DOB", "Account No.", "Message Text", "CVX", "Vaccine Date"};
            sheet.value(0, 0, "As of today");
            for (int i = 0; i < headings.length; i++) {
                sheet.value(2, i, headings[i]);
            }
            sheet.value(3, 0, "EXAMPLE, ADA");
            sheet.value(3, 1, LocalDate.of(2019, 2, 3));
            sheet.style(3, 1).format("MM/dd/yyyy").set();
            sheet.value(3, 2, 123456789012L);
            sheet.value(3, 3, "CLR-100::No consent. IMR-111::Manufacturer");
            sheet.value(3, 4, 3);
            sheet.value(3, 5, "11/17/2026");
            sheet.value(4, 3, "IEE-570::Route");
            sheet.value(4, 4, "20");
            sheet.value(4, 5, 46343);
        }
        return file;
    }

    private List<Answer> read(Path file) throws IOException {
        List<Answer> all = new ArrayList<>();
        try (AnswerFormat.Answers answers = FORMATS.open(file)) {
            for (Answer answer = answers.next(); answer != null; answer = answers.next()) {
                all.add(answer);
            }
        }
        return all;
    }

    @Test
    void aWorkbookIsReadLikeText() throws IOException {
        List<Answer> answers = read(book());

        assertThat(answers).hasSize(2);
        assertThat(answers.get(0).items()).extracting(Answer.Item::code).containsExactly("CLR-100", "IMR-111");
        Answer.Subject first = answers.get(0).subject();
        assertThat(first.patientId()).isEqualTo("123456789012");
        assertThat(first.birth()).isEqualTo(LocalDate.of(2019, 2, 3));
        assertThat(first.cvx()).isEqualTo("03");
        assertThat(first.doseDate()).isEqualTo(LocalDate.of(2026, 11, 17));
        Answer.Subject second = answers.get(1).subject();
        assertThat(second.patientId()).as("filled down").isEqualTo("123456789012");
        assertThat(second.doseDate()).as("a day's number").isEqualTo(LocalDate.of(2026, 11, 17));
    }

    /** The workbook with one part changed or added. */
    private Path with(String part, UnaryOperator<String> change) throws IOException {
        Path file = folder.resolve("other.xlsx");
        try (ZipFile from = new ZipFile(book().toFile());
                ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(file))) {
            for (ZipEntry entry : from.stream().toList()) {
                to.putNextEntry(new ZipEntry(entry.getName()));
                try (InputStream in = from.getInputStream(entry)) {
                    byte[] bytes = in.readAllBytes();
                    to.write(
                            entry.getName().equals(part)
                                    ? change.apply(new String(bytes, StandardCharsets.UTF_8))
                                            .getBytes(StandardCharsets.UTF_8)
                                    : bytes);
                }
                to.closeEntry();
            }
        }
        return file;
    }

    @Test
    void nothingInAWorkbookPointsOutsideOrUnfoldsWithoutEnd() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "do not show");
        String entity = "<!DOCTYPE x [<!ENTITY e SYSTEM \"" + secret.toUri() + "\">]>";
        assertRefused(with("xl/sharedStrings.xml", xml -> xml.replaceFirst("\\?>", "?>" + entity)), "document type");
        assertRefused(
                with("xl/sharedStrings.xml", xml -> xml.replace("No consent", "x".repeat(2 << 20))), "a cell of it");
        assertRefused(
                with("xl/worksheets/sheet2.xml", xml -> xml.replaceFirst("</row>", "<c/>".repeat(2 << 20) + "</row>")),
                "a row of it");
        assertRefused(
                with(
                        "xl/sharedStrings.xml",
                        xml -> xml.replace("</sst>", "<si><t>a</t></si>".repeat(5 << 20) + "</sst>")),
                "unfolds");
        assertRefused(with("xl/worksheets/sheet2.xml", xml -> "\0" + xml), "UTF-8");
        assertRefused(Files.writeString(folder.resolve("x.xlsx"), "PK\u0003\u0004 and no more"), "damaged");
    }

    private void assertRefused(Path file, String why) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(AnswerException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("do not show");
    }

    @Test
    void aDamagedWorkbookIsReadOrRefusedAndNothingElse() throws IOException {
        byte[] whole = Files.readAllBytes(book());
        int rounds = 300;
        Random random = new Random(20261125);
        Path file = folder.resolve("damaged.xlsx");
        for (int round = 0; round < rounds; round++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i <= random.nextInt(8); i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, damaged);
            try {
                read(file);
            } catch (AnswerException refused) {
                assertThat(refused).as("round %d", round).hasMessageNotContaining("EXAMPLE");
            }
        }
    }

    @Test
    void aWorkbookWithoutHeadingsThatAreKnownSaysSo() throws IOException {
        assertRefused(with("xl/sharedStrings.xml", xml -> xml.replace("Message Text", "Nachricht")), "headings");
    }
}
