package org.vaxroute.practice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPSClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PracticeRegistryTest {
    // The certificates are checked against the machine's clock by the client, so the registry runs on it too.
    private static final Clock CLOCK = Clock.system(ZoneId.of("America/Chicago"));

    @TempDir
    Path folder;

    private PracticeRegistry registry;

    @AfterEach
    void stop() {
        if (registry != null) {
            registry.close();
        }
    }

    private RegistryOptions options() {
        return RegistryOptions.of(CLOCK).stableFor(Duration.ofMillis(300));
    }

    private void start() {
        registry = PracticeRegistry.start(folder, options());
    }

    private static String message(String id, String rest) {
        return "MSH|^~\\&|EHR|0042170005|TXImmTrac|TxDSHS|20261122090000-0600||VXU^V04^VXU_V04|" + id + "|P|2.5.1\r"
                + rest;
    }

    private static String adult(String mrn, String consent) {
        return "PID|1||" + mrn
                + "^^^CLINIC^MR||Ruiz^Ana^^^^^L||19800309|F|||12 Elm St^^Austin^TX^78701^^H||^PRN^PH^^^512^4781234\r"
                + "PD1||||||||||||" + consent + "\r";
    }

    private static String dose(String id, String day, String cvx) {
        return "ORC|RE||" + id + "^CLINIC\rRXA|0|1|" + day + "||" + cvx
                + "^x^CVX|999|||01^Historical^NIP001|||||||||||CP|A\r";
    }

    private static String file(String... messages) {
        return "FHS|^~\\&|EHR||||||||F1-ID\rBHS|^~\\&\r" + String.join("", messages) + "BTS|" + messages.length
                + "\rFTS|1\r";
    }

    private Session session(String password) throws JSchException {
        JSch jsch = new JSch();
        jsch.setKnownHosts(registry.knownHosts().toString());
        Session session = jsch.getSession("practice", "127.0.0.1", registry.sftpPort());
        session.setPassword(password);
        session.setConfig("StrictHostKeyChecking", "yes");
        session.setConfig("PreferredAuthentications", "password");
        session.connect(5000);
        return session;
    }

    private void uploadBySftp(String name, String text) throws Exception {
        Session session = session("practice-password");
        ChannelSftp sftp = (ChannelSftp) session.openChannel("sftp");
        sftp.connect(5000);
        sftp.put(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "drop-off/" + name);
        session.disconnect();
    }

    private String answerTo(String name) throws Exception {
        Path answer = registry.results().resolve(name + ".ack.hl7");
        await().until(() -> Files.exists(answer));
        return Files.readString(answer);
    }

    private TakenFile taken(String name) {
        await().until(() -> registry.taken().stream().anyMatch(t -> t.name().equals(name)));
        return registry.taken().stream()
                .filter(t -> t.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void takesAFileSentBySftpKeepsItsBytesAndAnswersEachMessage() throws Exception {
        start();
        String text = file(
                message("A1", adult("1", "TXA|20240101") + dose("D1", "20200315", "94")),
                message("A2", adult("2", "") + dose("D2", "20200315", "94")),
                message("A3", adult("3", "TXA|20240101").replace("^Austin", "^") + dose("D3", "20200315", "94")),
                message(
                        "A4",
                        adult("4", "TXA|20240101") + dose("D4", "29990101", "94") + dose("D5", "20210315", "03")));

        uploadBySftp("one.hl7", text);

        String answer = answerTo("one.hl7");
        assertThat(answer.lines().filter(l -> l.startsWith("MSA") || l.startsWith("ERR")))
                .containsExactly(
                        "MSA|AA|A1",
                        "MSA|AE|A2",
                        "ERR||PD1^1^12|101^Required field missing^HL70357|E||||CLR-100::No consent on file and none was sent.",
                        "MSA|AE|A3",
                        "ERR||PID^1^11^1^3|101^Required field missing^HL70357|W||||IEE-998::Warning. Address is invalid.",
                        "MSA|AE|A4",
                        "ERR||RXA^1^3|207^Application internal error^HL70357|E||||"
                                + "IMR-100::Vaccination date is missing, invalid or impossible.");
        assertThat(answer).startsWith("FHS|^~\\&|ImmTrac2PRACTICE|TEXIIS|").endsWith("BTS|4\rFTS|1\r");
        assertThat(answer.split("\r")[0]).endsWith("||one.hl7.ack.hl7|||F1-ID");
        TakenFile taken = taken("one.hl7");
        assertThat(taken.content()).hasContent(text);
        assertThat(Files.readAllBytes(taken.content())).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        assertThat(taken.controlIds()).containsExactly("A1", "A2", "A3", "A4");
        assertThat(List.of(taken.accepted(), taken.warned(), taken.rejected())).containsExactly(1, 1, 2);
        assertThat(registry.dropOff()).isEmptyDirectory();
        assertThat(registry.patients()).isEqualTo(3);
        assertThat(registry.doses()).isEqualTo(3);
    }

    /** What a sender of the national profile writes there is no consent in Texas, and an adult's is none for a child. */
    @Test
    void aConsentCountsInTheCodesOfTheRegistryAlone() throws Exception {
        start();
        String child = adult("4", "TXF|20240101").replace("19800309", "20190309");

        uploadBySftp(
                "consents.hl7",
                file(
                        message("K1", adult("1", "Y|20240101") + dose("D1", "20200315", "94")),
                        message("K2", adult("2", "N|20240101") + dose("D2", "20200315", "94")),
                        message("K3", adult("3", "TXF|20240101") + dose("D3", "20200315", "94")),
                        message("K4", child + dose("D4", "20200315", "94"))));

        assertThat(answerTo("consents.hl7")
                        .lines()
                        .filter(line -> line.startsWith("MSA") || line.contains("CLR-"))
                        .map(line -> line.replaceFirst(".*(CLR-\\d+).*", "$1")))
                .containsExactly("MSA|AE|K1", "CLR-100", "MSA|AE|K2", "CLR-100", "MSA|AA|K3", "MSA|AE|K4", "CLR-101");
    }

    @Test
    void takesAFileSentByImplicitFtps() throws Exception {
        start();
        KeyStore trust = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(registry.trustStore())) {
            trust.load(in, registry.trustStorePassword().toCharArray());
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trust);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, managers.getTrustManagers(), null);
        FTPSClient ftps = new FTPSClient(true, tls);
        ftps.setTrustManager((javax.net.ssl.X509TrustManager) managers.getTrustManagers()[0]);
        ftps.setEndpointCheckingEnabled(true);
        ftps.setConnectTimeout(5000);
        ftps.connect("localhost", registry.ftpsPort());
        assertThat(ftps.login("practice", "practice-password")).isTrue();
        ftps.execPBSZ(0);
        ftps.execPROT("P");
        ftps.enterLocalPassiveMode();
        ftps.setFileType(FTP.BINARY_FILE_TYPE);
        String text = file(message("B1", adult("1", "TXA|20240101") + dose("D1", "20200315", "94")));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(ftps.storeFile("drop-off/two.hl7.part", new ByteArrayInputStream(bytes)))
                .isTrue();
        assertThat(ftps.rename("drop-off/two.hl7.part", "drop-off/two.hl7")).isTrue();
        assertThat(ftps.listNames("results")).isEmpty();
        ftps.logout();
        ftps.disconnect();

        assertThat(answerTo("two.hl7")).contains("MSA|AA|B1\r");
    }

    @Test
    void leavesTemporaryNamesAloneUntilTheyAreRenamed() throws Exception {
        start();
        Files.writeString(registry.dropOff().resolve("x.hl7.part"), file(message("C1", adult("1", "TXA|20240101"))));
        uploadBySftp("y.hl7", file(message("C2", adult("2", "TXA|20240101") + dose("D", "20200315", "94"))));

        answerTo("y.hl7");

        assertThat(registry.dropOff().resolve("x.hl7.part")).exists();
        Files.move(registry.dropOff().resolve("x.hl7.part"), registry.dropOff().resolve("x.hl7"));
        answerTo("x.hl7");
    }

    @Test
    void saysSoWhenADoseOrAMessageComesTwice() throws Exception {
        start();
        String first = message("E1", adult("1", "TXA|20240101") + dose("D1", "20200315", "94"));
        String sameDose = message("E2", adult("1", "TXA|20240101") + dose("D1", "20200315", "94"));
        uploadBySftp("first.hl7", file(first, sameDose));
        assertThat(answerTo("first.hl7")).contains("MSA|AA|E1\r").contains("IMR-110::");
        taken("first.hl7");
        uploadBySftp("again.hl7", file(first, message("E3", sameDose.substring(sameDose.indexOf("PID")))));

        String answer = answerTo("again.hl7");

        assertThat(answer).contains("MSA|AE|E1\rERR||MSH^1^10|205^Duplicate key identifier^HL70357|E||||IMR-109::");
        assertThat(answer).contains("MSA|AE|E3\rERR||RXA^1|205^Duplicate key identifier^HL70357|E||||IMR-109::");
        assertThat(registry.doses()).isEqualTo(1);
    }

    @Test
    void loadsNothingOfAFileThatIsCutShortOrCountsWrong() throws Exception {
        start();
        String whole = file(message("F1", adult("1", "TXA|20240101") + dose("D1", "20200315", "94")));
        uploadBySftp("cut.hl7", whole.replace("FTS|1\r", ""));
        uploadBySftp("count.hl7", whole.replace("BTS|1", "BTS|2"));
        uploadBySftp("json.hl7", "{}");

        assertThat(answerTo("cut.hl7")).contains("MSA|AR|F1-ID\r").contains("FIR-101::");
        assertThat(answerTo("count.hl7")).contains("FIR-102::");
        assertThat(answerTo("json.hl7")).contains("FIR-100::");
        assertThat(registry.patients()).isZero();
    }

    @Test
    void refusesAWrongPassword() {
        start();

        assertThatThrownBy(() -> session("wrong"))
                .isInstanceOf(JSchException.class)
                .hasMessageContaining("Auth fail");
    }

    @Test
    void isTheSameRegistryAfterARestart() throws Exception {
        start();
        String known = Files.readString(registry.knownHosts());
        byte[] trust = certificate();
        int ftps = registry.ftpsPort();
        uploadBySftp("before.hl7", file(message("G1", adult("1", "TXA|20240101") + dose("D1", "20200315", "94"))));
        taken("before.hl7");
        registry.close();
        // What a kill leaves: a file archived but not answered, and half a page in the books.
        String late = file(message("G2", adult("2", "TXA|20240101") + dose("D2", "20200315", "94")));
        Files.writeString(folder.resolve("archive/late.hl7"), late);
        Files.writeString(
                folder.resolve("books.txt"), Files.readString(folder.resolve("books.txt")) + "message\tG2\ndose\tab");

        start();

        assertThat(registry.knownHosts()).hasContent(known);
        assertThat(certificate()).isEqualTo(trust);
        assertThat(registry.ftpsPort()).isEqualTo(ftps);
        assertThat(answerTo("late.hl7")).contains("MSA|AA|G2\r");
        taken("late.hl7");
        assertThat(registry.taken()).extracting(TakenFile::name).containsExactly("before.hl7", "late.hl7");
        uploadBySftp("after.hl7", file(message("G1", adult("1", "TXA|20240101") + dose("D1", "20200315", "94"))));
        assertThat(answerTo("after.hl7")).contains("IMR-109::");
    }

    private byte[] certificate() throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(registry.trustStore())) {
            trust.load(in, registry.trustStorePassword().toCharArray());
        }
        return trust.getCertificate("practice-authority").getEncoded();
    }

    @Test
    void acceptsTheCleanPatientsOfThePracticeEhrAndRefusesMostFaults() throws Exception {
        start();
        try (PracticeEhr ehr =
                PracticeEhr.create(folder.resolve("ehr"), 7, 600, Clock.fixed(Instant.now(CLOCK), CLOCK.getZone()))) {
            ehr.fileDropper().dropHl7(registry.dropOff(), 1000, 0);

            TakenFile taken = taken("practice-0001.hl7");
            long clean = ehr.expected(Channel.HL7_FILE).get(Expectation.DELIVERED);
            assertThat(taken.controlIds()).hasSize(120);
            assertThat(taken.accepted()).as("seed 7").isBetween((int) clean, (int) clean + 2);
        }
    }
}
