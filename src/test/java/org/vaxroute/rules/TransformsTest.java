package org.vaxroute.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vaxroute.hl7.Message;

class TransformsTest {
    private static final String HEAD =
            "MSH|^~\\&|EHR|0123456789|||20261120083000-0600||VXU^V04^VXU_V04|1|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS\r";

    @TempDir
    Path folder;

    @Test
    void aCleanRecordIsHandedBackAsItIs() {
        Message clean = Fixture.clean();

        assertThat(Fixture.TRANSFORMS.apply(clean, "main", "clinic")).isEqualTo(new Transformed(clean, List.of()));
    }

    @Test
    void aSecondRunChangesNothingMore() {
        Message once = Fixture.TRANSFORMS.apply(rough(), "main", "clinic").message();

        assertThat(Fixture.TRANSFORMS.apply(once, "main", "clinic").changes()).isEmpty();
    }

    @Test
    void aRoughRecordBecomesWhatTheGuideAsksFor() {
        Message out = Fixture.TRANSFORMS.apply(rough(), "main", "clinic").message();

        assertThat(out.text().split("\r"))
                .containsExactly(
                        "MSH|^~\\&|EHR|0123456789|TXImmTrac|TxDSHS|20261120083000-0600||VXU^V04^VXU_V04|7|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS",
                        "PID|1||42^^^LRC^MR||Pena^Jose^^^^^L||20200131|M|||1 Main^^Austin^TX^78701^^H||^PRN^^^^512^5550199",
                        "NK1|1|Pena^Ana^^^^^L|MTH^^HL70063",
                        "ORC|RE||F1^LRC",
                        "RXA|0|1|20260105||03^MMR^CVX^90707^^CPT|0.5|mL^^UCUM||00^^NIP001||||||L1||MSD^^MVX|||CP|A",
                        "RXR|C38299^^NCIT",
                        "OBX|1|CE|64994-7^^LN|1|V02^^HL70064||||||F|||20260105",
                        "OBX|2|CE|30956-7^^LN|2|03^^CVX||||||F|||20260105",
                        "OBX|3|DT|29769-7^^LN|2|20260105||||||F|||20260105",
                        "ORC|RE||9999^LRC",
                        "RXA|0|1|20260105||08^Hep B^CVX|999||||||||||||00^^NIP002||RE|A");
    }

    private static Message rough() {
        return Fixture.message("MSH|^~\\&|EHR|0123456789|||20261120083000||VXU^V04|7|P|2.5.1\r"
                + "PID|||42^^^LRC^MR||Pe\u00f1a^  Jos\u00e9 ||2020-01-31|Male|||1 Main^^Austin^TX^78701||(512) 555-0199|||^^\r"
                + "NK1||Pena^Ana|MTH^^HL70063||\r"
                + "ORC|||F1^LRC\r"
                + "RXA|||20260105143000||90707^^CPT|0.5|mL^^UCUM||00^||||||L1||MSD\r"
                + "RXR|SC^^HL70162\r"
                + "OBX||CE|64994-7^^LN||V02^^HL70064\r"
                + "OBX||CE|30956-7^^LN||03^^CVX\r"
                + "OBX||DT|29769-7^^LN||20260105\r"
                + "ORC|RE||F2^LRC\r"
                + "RXA|||20260105||8^Hep B^HL70292|0.5|mL||00^^NIP001|||||||||00^^NIP002||RE\r");
    }

    @Test
    void changesAreOnRecordByOperationAndPlaceAndNeverByValue() {
        List<Change> changes =
                Fixture.TRANSFORMS.apply(rough(), "main", "clinic").changes();

        assertThat(changes)
                .contains(new Change("birth-day", "PID-7.1"))
                .contains(new Change("route-code", "ORDER[1]/RXR-1.1"))
                .contains(new Change("refusal-number", "ORDER[2]/ORC-3.1"))
                .contains(new Change("plain-ascii", "PID"));
        assertThat(changes).noneMatch(change -> change.toString().contains("Pe"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            textBlock =
                    """
            PID-5;Delg\\X41\\do^R\\XC3B3\\sa\\X0D\\^NMI^^^^L;DelgAdo^Rosa^^^^^L
            PID-5;\\H\\Delgado\\N\\ ^ Rosa\\.br\\Maria^^^^^L;Delgado^Rosa Maria^^^^^L
            PID-5;Delgado\\T\\Ruiz^Rosa\\^^^^^L;Delgado\\T\\Ruiz^Rosa\\E\\^^^^^L
            PID-5;D\\E\\X41\\E\\^Rosa\\X7C\\^^^^^L;D\\E\\X41\\E\\^Rosa\\F\\^^^^^L
            PID-7;14-MAR-2022;20220314
            PID-8;F ;F
            PID-10;2106-3^White;2106-3^White^CDCREC
            PID-11;1 Main^^Austin^Texas^78701 1234^United States^H;1 Main^^Austin^TX^78701-1234^USA^H
            PID-11;1 Main ^ ^Austin^tx ^78701-^^H;1 Main^^Austin^TX^78701^^H
            PID-11;1 Calle^^Juarez^Chihuahua^32000^MEX^H;1 Calle^^Juarez^Chihuahua^32000^MEX^H
            PID-13;^PRN^PH^^^^5124478213;^PRN^PH^^^512^4478213
            PID-13;^PRN^PH^^^^1-512-447-8213 x2;^PRN^PH^^^512^4478213
            PID-13;^PRN^PH^^^^4478213;^PRN^PH^^^^4478213
            PID-22;2135-2;2135-2^^CDCREC
            PID-24;yes;Y
            PID-25;B;2
            PID-30;No;N
            NK1-3;mth;MTH^^HL70063
            RXA-5;0006468100^MMR^NDC;03^MMR^CVX^00006-4681-00^MMR^NDC
            RXA-5;00006 4681 00^MMR^ndc;03^MMR^CVX^00006-4681-00^MMR^NDC
            RXA-5;00006468100^MMR;03^MMR^CVX^00006-4681-00^MMR^NDC
            RXA-5;^^CVX^00006-4681-00^MMR^NDC;03^MMR^CVX^00006-4681-00^MMR^NDC
            RXA-5;^^^90707^MMR^CPT-4;03^MMR^CVX^90707^MMR^CPT-4
            RXA-5; 3^MMR^Cvx;03^MMR^CVX
            RXA-5;03^MMR^2.16.840.1.113883.12.292;03^MMR^CVX
            RXA-5;1234567890^^NDC;1234567890^^NDC
            RXA-6;0,5;0.5
            RXA-6;.5ML;.5
            RXA-6;1,000;1,000
            RXA-6;999.00;999
            RXA-6;9990;9990
            RXA-9;0;00^^NIP001
            RXA-15; AB 1 ;AB 1
            RXA-16;12/2027;202712
            RXA-16;6/2027;202706
            RXA-16;12/27;202712
            RXA-16;2027-06;202706
            RXA-16;20270600;202706
            RXA-17;msd^Merck;MSD^Merck^MVX
            RXR-2;la ;LA^^HL70163
            OBX-5;v02;V02^^HL70064
            PID-3;445566 ^^^LRC^MR;445566 ^^^LRC^MR
            """)
    void whatExportsAndDatabasesWriteBecomesWhatTheGuideAsksFor(String place, String given, String sent) {
        org.vaxroute.hl7.Path path = org.vaxroute.hl7.Path.of(place);
        Message message = Fixture.clean().edit().setRaw(path, given).apply();

        Message out = Fixture.TRANSFORMS.apply(message, "main", "clinic").message();

        assertThat(field(out, place)).isEqualTo(sent);
        assertThat(Fixture.TRANSFORMS.apply(out, "main", "clinic").changes()).isEmpty();
    }

    private static String field(Message message, String place) {
        String[] fields = message.text()
                .lines()
                .filter(line -> line.startsWith(place.substring(0, 3)))
                .findFirst()
                .orElseThrow()
                .split("\\|", -1);
        return fields[Integer.parseInt(place.substring(4))];
    }

    @Test
    void anAmountWithItsUnitGetsBothPlaces() {
        Message message = Fixture.clean()
                .edit()
                .setRaw(org.vaxroute.hl7.Path.of("RXA-6"), "0.5 mL")
                .setRaw(org.vaxroute.hl7.Path.of("RXA-7"), "")
                .apply();

        Message out = Fixture.TRANSFORMS.apply(message, "main", "clinic").message();

        assertThat(field(out, "RXA-6") + " " + field(out, "RXA-7")).isEqualTo("0.5 mL^^UCUM");
    }

    @Test
    void tabsGoAsBlanksDo() {
        Message tabs = Fixture.message(HEAD + "PID|1||42^^^LRC^MR||Ruiz^Ana||20200131|F\t\r");

        assertThat(Fixture.TRANSFORMS.apply(tabs, "main", "clinic").message().text())
                .endsWith("|20200131|F\r");
    }

    @Test
    void notesKeepTheirBlanks() {
        Message note =
                Fixture.message(HEAD + "PID|1||42^^^LRC^MR\rORC|RE||F1^LRC\rRXA|0|1|20260105\rNTE|1||  indented \r");

        assertThat(Fixture.TRANSFORMS.apply(note, "main", "clinic").message().text())
                .endsWith("NTE|1||  indented \r");
    }

    @Test
    void segmentsComeIntoTheOrderOfTheGuideAndNoneLeavesItsDose() {
        Message mixed = Fixture.message(HEAD
                + "NK1|1|Pena^Ana^^^^^L\rPID|1||42^^^LRC^MR\rZZZ|of the patient\r"
                + "ORC|RE||F1^LRC\rOBX|1|CE|64994-7\rNTE|1||of the first\rRXA|0|1|20260105\rRXR|C38299\r"
                + "ORC|RE||F2^LRC\rRXA|0|1|20260106\rPD1||1\r");

        Transformed out = Fixture.TRANSFORMS.apply(mixed, "main", "clinic");

        assertThat(out.message().text().lines().map(line -> line.substring(0, 3)))
                .containsExactly("MSH", "PID", "ZZZ", "PD1", "NK1", "ORC", "RXA", "RXR", "OBX", "NTE", "ORC", "RXA");
        assertThat(out.message().get("ORDER[2]/RXA-3")).isEqualTo("20260106");
        assertThat(out.changes()).contains(new Change("segment-order", "PID PD1 RXA"));
    }

    @Test
    void whatTakesADoseBackIsFilledUpLikeWhatReportedIt() {
        Message out = Fixture.TRANSFORMS
                .apply(
                        Fixture.message(HEAD + "PID|1||42^^^LRC^MR\r"
                                + "ORC|RE||F1^LRC\rRXA|0|1|20260105||03^MMR^CVX|0.5|mL^^UCUM||00^^NIP001||||||||||||D\r"
                                + "OBX|1|CE|64994-7^^LN|1|V02^^HL70064||||||F\r"
                                + "ORC|RE||F2^LRC\rRXA|0|1|20250105||03^MMR^CVX||||01^^NIP001||||||||||||D\r"),
                        "main",
                        "clinic")
                .message();

        assertThat(out.get("ORDER[1]/OBX-14")).isEqualTo("20260105");
        assertThat(out.get("ORDER[1]/RXA-6")).isEqualTo("0.5");
        assertThat(out.get("ORDER[2]/RXA-6")).isEqualTo("999");
    }

    @Test
    void codesInSmallLettersAreTheCodesInCapitals() {
        Message out = Fixture.TRANSFORMS
                .apply(
                        Fixture.message(HEAD + "PID|1||42^^^LRC^MR\rPD1||||||||||||txy|20260101\r"
                                + "ORC|re||F1^LRC\rRXA|0|1|20260105||03^MMR^CVX|0.5|mL^^UCUM||00^^NIP001|||||||||||cp|a\r"
                                + "RXR|im^^HL70162|la^^HL70163\r"),
                        "main",
                        "clinic")
                .message();

        assertThat(out.get("PD1-12")).isEqualTo("TXY");
        assertThat(out.get("ORC-1") + out.get("RXA-20") + out.get("RXA-21")).isEqualTo("RECPA");
        assertThat(out.get("RXR-1.1") + out.get("RXR-2.1")).isEqualTo("C28161LA");
    }

    @Test
    void valuesThatASecondReaderTakesForNoNumberOrDateAreWrittenAsOne() {
        Message out = Fixture.TRANSFORMS
                .apply(
                        Fixture.message(
                                HEAD
                                        + "PID|1||42^^^LRC^MR||||||||||^PRN^PH^^+1^(512)^555-0199^x12~^PRN^PH^^US^512^5550198^ext. 7\r"
                                        + "NK1|1|Pena^Ana|MTH^^HL70063||^PRN^PH^^^512^5550199^ext 5|||||||||||1982-05-17\r"
                                        + "IN1|1|A^^L|1^^^B^NII|||||||||20260101000000|20261231000000\r"
                                        + "ORC|RE||F1^LRC\rRXA|0|1|20260105||03^MMR^CVX|0.5|mL^^UCUM||00^^NIP001\r"
                                        + "OBX|1|TS|29768-9^^LN|1|2025-01-01||||||F\rOBX|2|DT|29769-7^^LN|1|20260105000000||||||F\r"),
                        "main",
                        "clinic")
                .message();

        assertThat(out.get("PID-13[1]")).isEqualTo("^PRN^PH^^1^512^5550199^12");
        assertThat(out.get("PID-13[2]")).isEqualTo("^PRN^PH^^^512^5550198^7");
        assertThat(out.get("NK1-5.8") + " " + out.get("NK1-16")).isEqualTo("5 19820517");
        assertThat(out.get("IN1-12") + " " + out.get("IN1-13")).isEqualTo("20260101 20261231");
        assertThat(out.get("ORDER[1]/OBX[1]-5") + " " + out.get("ORDER[1]/OBX[2]-5"))
                .isEqualTo("20250101 20260105");
    }

    @Test
    void unitsTimesAndNumbersAreWrittenAsTheGuideWritesThem() {
        Message message = Fixture.message(HEAD.replace("20261120083000-0600", "202607140830")
                + "PID|1||42^^^LRC^MR||||||||||(810)555-2342^PRN^PH^^^810^555-2342~5125550000^PRN^^^^512^5550199\r"
                + "ORC|RE||F1^LRC\rRXA|0|1|20260105||03^MMR^CVX|0.5|ML^^ISO+||00\r");

        Message out = Fixture.TRANSFORMS.apply(message, "main", "clinic").message();

        assertThat(out.get("MSH-7")).isEqualTo("20260714083000-0500");
        assertThat(Formats.timeWithOffset("20260714083000.123-0400", Fixture.TEXAS_TIME))
                .as("the guide allows fractions")
                .isEqualTo("20260714083000.123-0400");
        assertThat(out.get("RXA-7.1") + out.get("RXA-7.3")).isEqualTo("mLUCUM");
        assertThat(out.get("PID-13[1].1")).isEmpty();
        assertThat(out.get("PID-13[1].7")).isEqualTo("5552342");
        assertThat(out.get("PID-13[2].1")).as("another number stays").isEqualTo("5125550000");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "90734^MCV4^CPT^136^Menveo^CVX, 136^Menveo^CVX^90734^MCV4^CPT",
        "90707^MMR^CPT^3^M-M-R II^HL70292, 03^M-M-R II^CVX^90707^MMR^CPT",
        "58160-0821-11^Engerix^NDC^44^HepB dialysis^CVX, 44^HepB dialysis^CVX^58160-0821-11^Engerix^NDC",
        "90707^^CPT, 03^MMR^CVX^90707^^CPT",
        "90707^MMR^CPT^L1^ours^L, 03^MMR^CVX^90707^MMR^CPT",
        "00006468100^^NDC, 03^MMR^CVX^00006-4681-00^^NDC"
    })
    void theSendersOwnCvxGoesFirstElseTheOnlyOneOfTheCode(String sent, String coded) {
        assertThat(vaccine(sent)).isEqualTo(coded);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "HEPB1^Hep B ped^L^08^Hep B^CVX, 08^Hep B^CVX^HEPB1^Hep B ped^L",
        "HEPB1^Hep B ped^99ABC^8^Hep B^HL70292, 08^Hep B^CVX^HEPB1^Hep B ped^99ABC",
        "^^^08^Hep B^CVX, 08^Hep B^CVX",
        "008^Hep B^CVX, 08^Hep B^CVX",
        "0141^Flu^CVX, 141^Flu^CVX",
        "HEPB1^Hep B ped^L^008^Hep B^CVX, 08^Hep B^CVX^HEPB1^Hep B ped^L"
    })
    void theCvxBesideACodeOfTheSendersOwnGoesFirst(String sent, String coded) {
        assertThat(vaccine(sent)).isEqualTo(coded);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "90734^MCV4^CPT",
                "58160-0821-11^Engerix^NDC",
                "90707^MMR^CPT^999999^of the EHR^CVX",
                "99999^no vaccine^CPT",
                "HEPB1^Hep B ped^L",
                "HEPB1^Hep B ped^L^999999^of the EHR^CVX",
                "90707^MMR^L"
            })
    void aVaccineIsNotGuessed(String sent) {
        assertThat(vaccine(sent)).isEqualTo(sent);
    }

    private static String vaccine(String sent) {
        Message message = Fixture.message(HEAD + "PID|1\rORC|RE||F1^LRC\rRXA|0|1|20260105||" + sent + "|0.5\r");
        return Fixture.TRANSFORMS.apply(message, "main", "clinic").message().get("ORDER[1]/RXA-5");
    }

    @Test
    void aNameOfLettersWithoutASpellingIsHeldAndOneThatHasOneGoes() {
        assertThat(named("\u0418\u0432\u0430\u043d\u043e\u0432^\u0418\u0432\u0430\u043d"))
                .containsExactly("pid-5-question-mark", "pid-5-question-mark-given");
        assertThat(named("Delgado^\u018fli")).containsExactly("pid-5-question-mark-given");
        assertThat(named("Ka\u02bbahumanu^Jos\u00e9")).isEmpty();
    }

    private static List<String> named(String name) {
        Message sent = Fixture.message(Fixture.clean().text().replace("Delgado^Rosa^", name + "^"));
        Judgement judgement = Fixture.TEXAS.check(
                Fixture.TRANSFORMS.apply(sent, "main", "clinic").message(), Fixture.PRODUCTION);
        assertThat(judgement.verdict() == Verdict.HELD)
                .isEqualTo(!judgement.findings().isEmpty());
        return judgement.findings().stream().map(Finding::rule).toList();
    }

    @Test
    void wideSeparatorsMakeNoParts() {
        Message message = Fixture.message(HEAD + "PID|1||42^^^LRC^MR||Pena^Jose||||||1 Main \uff5e B^^Austin^TX\r");

        Message out = Fixture.TRANSFORMS.apply(message, "main", "clinic").message();

        assertThat(out.get("PID-11[1].1")).isEqualTo("1 Main ~ B");
        assertThat(out.get("PID-11[1].3")).isEqualTo("Austin");
    }

    @Test
    void aConditionOnTheFieldIsAskedOfEachRepetition() throws IOException {
        Message message = Fixture.message(
                HEAD
                        + "PID|1||42^^^LRC^MR~43^^^^SS||Pena^Jose||||||||^^PH^^^512^2345678~^NET^^a@b.example~^^^c@d.example\r");

        assertThat(Fixture.TRANSFORMS.apply(message, "main", "clinic").message().text())
                .contains("|^PRN^PH^^^512^2345678~^NET^^a@b.example~^^^c@d.example\r");

        Transforms transforms = load("- {id: a, do: set, path: PID-3.4, value: SSA, when: {PID-3.5: SS}}");
        assertThat(transforms.apply(message, "main", "clinic").message().text()).contains("|42^^^LRC^MR~43^^^SSA^SS|");
    }

    @Test
    void aPrescriberOfTheTableIsWrittenAsTheRegistryKnowsHim() {
        Message message = Fixture.message(HEAD + "PID|1\rORC|RE||F1^LRC|||||||||U117^Alvares\rRXA|0|1|20250105\r"
                + "ORC|RE||F2^LRC|||||||||U118^Other\rRXA|0|1|20250105\r");

        Transformed out = Fixture.TRANSFORMS.apply(message, "main", "clinic");

        assertThat(out.message().text())
                .contains("|1234567893^Alvarez^Ines^^^^^^NPI^^^^NPI\r")
                .contains("|U118^Other\r");
        assertThat(out.changes()).contains(new Change("prescriber-number", "ORDER[1]/ORC-12.1"));
    }

    @Test
    void anOperationRunsWhereItIsMeantTo() throws IOException {
        Transforms transforms = load("- {id: a, do: set, path: MSH-4, value: HERE, connection: main, source: north}");
        Message message = Fixture.message(HEAD + "PID|1\r");

        assertThat(transforms.apply(message, "main", "north").message().get("MSH-4"))
                .isEqualTo("HERE");
        assertThat(transforms.apply(message, "main", "south").changes()).isEmpty();
        assertThat(transforms.apply(message, "other", "north").changes()).isEmpty();
    }

    @Test
    void eachOperationSeesWhatTheOnesBeforeItMade() throws IOException {
        Transforms transforms = load(
                """
                - {id: a, do: move, path: PID-3, from: PID-2}
                - {id: b, do: replace, path: PID-3.1, pattern: '^0+', with: ''}
                - {id: c, do: copy, path: PID-18, from: PID-3.1}
                - {id: d, do: keep-first-repetition, path: PID-5}
                - {id: e, do: clear, path: PID-19}
                - {id: f, do: drop-segment, path: NK1, when: {NK1-3.1: SEL}}
                """);
        Message message =
                Fixture.message(HEAD + "PID|1|007^^^A^MR|||One^A~Two^B||||||||||||||123\rNK1|1|X|SEL\rNK1|2|Y|MTH\r");

        Message out = transforms.apply(message, "main", "x").message();

        assertThat(out.text().split("\r")).endsWith("PID|1||7^^^A^MR||One^A|||||||||||||7", "NK1|2|Y|MTH");
    }

    @Test
    void aValueThatCannotBeReadStaysForTheRulesToSpeakOf() throws IOException {
        Transforms transforms = load(
                """
                - {id: a, do: format, path: PID-7, as: day}
                - {id: b, do: format, path: MSH-7, as: time-with-offset, zone: America/Chicago}
                - {id: c, do: format, path: RXA-5.1, as: ndc}
                """);
        Message message = Fixture.message(HEAD.replace("20261120083000-0600", "yesterday")
                + "PID|1||||||in spring\rORC|RE\rRXA|0|1|20260101||MMR\r");

        assertThat(transforms.apply(message, "main", "x").changes()).isEmpty();
    }

    @Test
    void anOperationThatCouldLoseADoseIsRefused() {
        assertThatThrownBy(() -> load("- {id: a, do: drop-segment, path: RXA}"))
                .isInstanceOf(RuleFileException.class)
                .hasMessageContaining("may not drop RXA");
    }

    @Test
    void aBadOperationStopsWithFileLineAndRemedy() {
        assertThatThrownBy(() -> load("- {id: a, do: twist, path: PID-3}"))
                .isInstanceOf(RuleFileException.class)
                .hasMessageContaining("t.yaml:2")
                .hasMessageContaining("'twist' is no operation");
        assertThatThrownBy(() -> load("- {id: a, do: set, path: PID-3}")).hasMessageContaining("needs 'value'");
        assertThatThrownBy(() -> load("- {id: a, do: set, path: PID-3, value: x, when: {age: {on: today, below: 3}}}"))
                .hasMessageContaining("may not depend on today");
    }

    @Test
    void aSiteSwitchesAnOperationOff() throws IOException {
        Path site = Files.writeString(folder.resolve("site.yaml"), "changes:\n  - {id: plain-ascii, off: true}\n");
        Transforms transforms = Transforms.load(
                List.of(Path.of("config/registries/national/transform.yaml"), site), Fixture.CODES, Fixture.TEXAS_TIME);

        assertThat(transforms.apply(rough(), "main", "x").message().get("PID-5.1"))
                .isEqualTo("Pe\u00f1a");
    }

    private Transforms load(String operations) throws IOException {
        Path file = folder.resolve("t.yaml");
        Files.writeString(file, "operations:\n" + operations.indent(2));
        return Transforms.load(List.of(file), Fixture.CODES, Fixture.TEXAS_TIME);
    }
}
