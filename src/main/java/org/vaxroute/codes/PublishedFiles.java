package org.vaxroute.codes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * Reads the files that CDC publishes (CVX, MVX, trade names, vaccine groups, VIS, NDC unit of sale, unit of use and
 * linker, CPT), the community's code sets, and a value-set library of the guide's profile.
 */
final class PublishedFiles {
    private static final Logger LOG = LoggerFactory.getLogger(PublishedFiles.class);
    private static final String CDC = "CDC";
    private static final String COMMUNITY = "immregistries/codebase (Apache-2.0)";
    private static final String GUIDE = "HL7 2.5.1 immunization guide 1.5, value sets of its profile (NIST)";
    private static final DateTimeFormatter US_DATE = DateTimeFormatter.ofPattern("M/d/yyyy", Locale.ROOT);
    private static final DateTimeFormatter PACKED = DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT);

    /** Community code sets that make a table, by the set's type. */
    private static final Map<String, String> SETS = Map.ofEntries(
            Map.entry("BODY_ROUTE", "ROUTE"),
            Map.entry("BODY_SITE", "HL70163"),
            Map.entry("VACCINATION_FUNDING_SOURCE", "FUNDING"),
            Map.entry("CONTRAINDICATION_OR_PRECAUTION", "CONTRAINDICATION"),
            Map.entry("EVIDENCE_OF_IMMUNITY", "IMMUNITY"),
            Map.entry("VACCINATION_REACTION", "REACTION"),
            Map.entry("VACCINATION_SPECIAL_INDICATIONS", "INDICATION"));

    /** What HL7 calls the tables to which the profile's library gives the name of another one. */
    private static final Map<String, String> TITLES = Map.of("HL70064", "Financial class", "HL70163", "Body site");

    /** Value sets of the guide's profile that make a table, by binding identifier. */
    private static final Map<String, String> BINDINGS = Map.ofEntries(
            Map.entry("HL70001_IZ", "HL70001"),
            Map.entry("HL70063_IZ", "HL70063"),
            Map.entry("HL70064_IZ", "HL70064"),
            Map.entry("HL70125_IZ", "HL70125"),
            Map.entry("HL70136_IZ", "HL70136"),
            Map.entry("HL70163_IZ", "HL70163"),
            Map.entry("HL70190_IZ", "HL70190"),
            Map.entry("HL70200_IZ", "HL70200"),
            Map.entry("HL70201_IZ", "HL70201"),
            Map.entry("HL70202_IZ", "HL70202"),
            Map.entry("HL70203_IZ", "HL70203"),
            Map.entry("HL70215_IZ", "HL70215"),
            Map.entry("HL70322_IZ", "HL70322"),
            Map.entry("HL70323_IZ", "HL70323"),
            Map.entry("HL70396_IZ", "HL70396"),
            Map.entry("HL70441_IZ", "HL70441"),
            Map.entry("HL70004", "HL70004"),
            Map.entry("HL70086_IZ", "HL70086"),
            Map.entry("NIP001", "NIP001"),
            Map.entry("NIP002", "NIP002"),
            Map.entry("NIP003", "NIP003"),
            Map.entry("NCIT", "NCIT"),
            Map.entry("UCUM", "UCUM"),
            Map.entry("CDCREC_R_IZ", "RACE"),
            Map.entry("CDCREC_E_IZ", "ETHNICITY"),
            Map.entry("PHVS_ImmunizationFundingSource_IIS", "FUNDING"),
            Map.entry("PHVS_VaccinationContraindication_IIS", "CONTRAINDICATION"),
            Map.entry("PHVS_VaccinationReaction_IIS", "REACTION"),
            Map.entry("PHVS_VaccinationSpecialIndications_IIS", "INDICATION"),
            Map.entry("PHVS_HistoryOfDiseaseAsEvidenceOfImmunity_IIS", "IMMUNITY"),
            Map.entry("PHVS_SerologicalEvidenceOfImmunity_IIS", "IMMUNITY"),
            Map.entry("PHVS_FundingEligibilityObsMethod_IIS", "OBS-METHOD"),
            Map.entry("PHVS_VISVaccines_IIS", "VIS-CVX"));

    private PublishedFiles() {}

    static List<TableDraft> read(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".xml")) {
            return xml(file);
        }
        if (name.endsWith(".csv")) {
            return List.of(cpt(file));
        }
        if (name.endsWith(".txt")) {
            return ndc(file);
        }
        throw new CodeTableException(file + ": is none of the files that CDC publishes (.xml, .txt, cpt .csv)");
    }

    private static List<TableDraft> xml(Path file) {
        Element root = parse(file);
        return switch (root.getTagName()) {
            case "CVXCodes" -> List.of(cvx(root));
            case "MVXCodes" -> List.of(mvx(root));
            case "productnames" -> List.of(tradeNames(root));
            case "VGCodes" -> List.of(groups(root));
            case "VISLookup" -> List.of(vis(root));
            case "CVXVIS" -> List.of(visCvx(root));
            case "codeset" -> codeSet(root);
            case "ValueSetLibrary" -> valueSets(root);
            case "VISURL" -> List.of();
            default ->
                throw new CodeTableException(
                        file + ": its root element <" + root.getTagName() + "> is none that this import knows");
        };
    }

    private static TableDraft cvx(Element root) {
        TableDraft draft = TableDraft.of(
                "CVX",
                "Vaccines administered",
                CDC + " CVX, use dates from " + COMMUNITY, //
                "code",
                "name",
                "status",
                "from",
                "until");
        LocalDate newest = null;
        for (Map<String, String> row : records(root)) {
            newest = later(newest, usDate(row.get("LastUpdated")));
            draft.add(row.get("CVXCode"), row.get("ShortDescription"), row.get("Status"), "", "");
        }
        return draft.dated(newest);
    }

    private static TableDraft mvx(Element root) {
        TableDraft draft = TableDraft.of(
                "MVX",
                "Manufacturers of vaccines",
                CDC + " MVX, use dates from " + COMMUNITY, //
                "code",
                "name",
                "status",
                "from",
                "until");
        LocalDate newest = null;
        for (Map<String, String> row : records(root)) {
            newest = later(newest, usDate(row.get("Last Updated")));
            draft.add(row.get("MVX_CODE"), row.get("Manufacturer Name"), row.get("Status"), "", "");
        }
        return draft.dated(newest);
    }

    private static TableDraft tradeNames(Element root) {
        TableDraft draft = TableDraft.of(
                "TRADE-NAME",
                "Trade names with CVX and MVX",
                CDC + " trade names", //
                "code",
                "cvx",
                "mvx",
                "status");
        LocalDate newest = null;
        for (Map<String, String> row : records(root)) {
            newest = later(newest, usDate(row.get("Last Updated")));
            draft.add(
                    row.get("CDC Product Name"),
                    row.get("CVXCode"),
                    row.get("MVX Code"),
                    row.get("Product name Status"));
        }
        return draft.dated(newest);
    }

    private static TableDraft groups(Element root) {
        TableDraft draft = TableDraft.of(
                "VACCINE-GROUP", "Vaccine groups of each CVX", CDC + " vaccine groups", "code", "group", "cvx");
        for (Map<String, String> row : records(root)) {
            draft.add(row.get("CVXCode"), row.get("Vaccine Group Name"), row.get("CVX for Vaccine Group"));
        }
        return draft;
    }

    private static TableDraft vis(Element root) {
        TableDraft draft = TableDraft.of(
                "VIS", "Vaccine information statements by barcode", CDC + " VIS", "code", "name", "edition", "status");
        LocalDate newest = null;
        for (Map<String, String> row : records(root)) {
            newest = later(newest, usDate(row.get("Lastupdated")));
            draft.add(
                    row.get("VIS_encoded_string"),
                    row.get("VIS_Document_Type_Description"),
                    iso(usDate(row.get("Edition_Date"))),
                    row.get("status"));
        }
        return draft.dated(newest);
    }

    private static TableDraft visCvx(Element root) {
        TableDraft draft = TableDraft.of(
                "VIS-CVX", "Vaccines that have an information statement", CDC + " CVX to VIS", "code", "name");
        for (Map<String, String> row : records(root)) {
            draft.add(row.get("CVXCode"), row.get("CVXVaccineDescription"));
        }
        return draft;
    }

    private static List<TableDraft> codeSet(Element root) {
        String type = text(root, "type");
        return switch (type) {
            case "VACCINATION_CVX_CODE" -> List.of(useDates("CVX", root));
            case "VACCINATION_MANUFACTURER_CODE" -> List.of(useDates("MVX", root));
            case "VACCINATION_NDC_CODE_UNIT_OF_SALE" -> List.of(communityNdc(root, "sale"));
            case "VACCINATION_NDC_CODE_UNIT_OF_USE" -> List.of(communityNdc(root, "use"));
            default -> SETS.containsKey(type) ? List.of(plainSet(SETS.get(type), root)) : List.of();
        };
    }

    private static TableDraft plainSet(String name, Element root) {
        TableDraft draft = TableDraft.of(name, text(root, "label"), COMMUNITY, "code", "name");
        for (Element code : children(root, "code")) {
            draft.add(text(code, "value"), text(code, "label"));
        }
        return draft;
    }

    private static TableDraft useDates(String table, Element root) {
        TableDraft draft = TableDraft.helper(table + UseDates.SUFFIX, "code", "from", "until");
        for (Element code : children(root, "code")) {
            for (Element dates : children(code, "use-date")) {
                draft.add(text(code, "value"), packed(text(dates, "not-before")), packed(text(dates, "not-after")));
            }
        }
        return draft;
    }

    private static TableDraft communityNdc(Element root, String unit) {
        TableDraft draft = ndcDraft(COMMUNITY);
        for (Element code : children(root, "code")) {
            String value = text(code, "value");
            String cvx = link(code, "VACCINATION_CVX_CODE");
            if (value.matches("\\d{5}-\\d{4}-\\d{2}") && !cvx.isEmpty()) {
                List<Element> dates = children(code, "use-date");
                draft.add(
                        value,
                        text(code, "label"),
                        cvx,
                        link(code, "VACCINATION_MANUFACTURER_CODE"),
                        unit,
                        dates.isEmpty() ? "" : packed(text(dates.get(0), "not-before")),
                        dates.isEmpty() ? "" : packed(text(dates.get(0), "not-after")),
                        "");
            }
        }
        return draft;
    }

    private static String link(Element code, String set) {
        for (Element reference : children(code, "reference")) {
            for (Element link : children(reference, "link-to")) {
                if (link.getAttribute("codeset").equals(set)) {
                    return link.getTextContent().strip();
                }
            }
        }
        return "";
    }

    private static List<TableDraft> valueSets(Element root) {
        List<TableDraft> drafts = new ArrayList<>();
        var definitions = root.getElementsByTagName("ValueSetDefinition");
        for (int i = 0; i < definitions.getLength(); i++) {
            Element definition = (Element) definitions.item(i);
            String name = BINDINGS.get(definition.getAttribute("BindingIdentifier"));
            if (name != null) {
                String title = TITLES.getOrDefault(
                        name, definition.getAttribute("Name").strip());
                TableDraft draft = TableDraft.of(name, title, GUIDE, "code", "name");
                for (Element value : children(definition, "ValueElement")) {
                    if (!value.getAttribute("Value").startsWith("*")) {
                        draft.add(value.getAttribute("Value"), value.getAttribute("DisplayName"));
                    }
                }
                drafts.add(draft);
            }
        }
        return drafts;
    }

    /** CPT text belongs to the AMA, so only the pairs of codes are taken. */
    private static TableDraft cpt(Path file) {
        TableDraft draft = TableDraft.of("CPT", "CPT crossed to CVX (codes only)", CDC + " CPT to CVX", "code", "cvx");
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        LocalDate newest = null;
        try (CSVParser parser = CSVParser.parse(file, StandardCharsets.UTF_8, format)) {
            for (CSVRecord record : parser) {
                newest = later(newest, usDate(record.get("last_updated")));
                draft.add(record.get("cpt"), record.get("cvx"));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new CodeTableException(
                    file + ": has to be a CSV with the columns cpt, cvx and last_updated (" + e.getMessage() + ")", e);
        }
        return draft.dated(newest);
    }

    private static TableDraft ndcDraft(String source) {
        return TableDraft.of(
                "NDC",
                "Vaccine NDC, unit of sale and of use, crossed to CVX and MVX",
                source, //
                "code",
                "name",
                "cvx",
                "mvx",
                "unit",
                "from",
                "until",
                "id");
    }

    /** Pipe-separated and blank-padded, without a head: 16 columns per unit of sale, 17 per unit of use, 4 per link. */
    private static List<TableDraft> ndc(Path file) {
        TableDraft draft = ndcDraft(CDC + " NDC");
        TableDraft links = TableDraft.helper(UseDates.LINKS, "code", "mvx");
        LocalDate newest = null;
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new CodeTableException(file + ": cannot be read (" + e.getMessage() + ")", e);
        }
        int number = 0;
        for (String line : lines) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            String[] c = line.split("\\|", -1);
            switch (c.length) {
                case 16 -> {
                    draft.add(c[14], c[4], c[12], "", "sale", packed(c[7]), packed(c[8]), "sale " + c[0].strip());
                    newest = later(newest, isoDate(c[11]));
                }
                case 17 -> {
                    draft.add(c[14], c[4], c[11], "", "use", packed(c[7]), packed(c[8]), "use " + c[0].strip());
                    newest = later(newest, isoDate(c[15]));
                }
                case 4 -> {
                    links.add("sale " + c[1].strip(), c[3]);
                    links.add("use " + c[2].strip(), c[3]);
                }
                default ->
                    throw new CodeTableException(file + ": line " + number + " has " + c.length
                            + " columns; CDC's NDC files have 16 (unit of sale), 17 (unit of use) or 4 (linker)");
            }
        }
        return List.of(draft.dated(newest), links);
    }

    private static Element parse(Path file) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setExpandEntityReferences(false);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            return builder.parse(file.toFile()).getDocumentElement();
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new CodeTableException(file + ": is no XML that may be read (" + e.getMessage() + ")", e);
        }
    }

    /** Each child of the root as a row, whether its columns are elements or pairs of Name and Value. */
    private static List<Map<String, String>> records(Element root) {
        List<Map<String, String>> records = new ArrayList<>();
        for (Element record : children(root, null)) {
            Map<String, String> row = new LinkedHashMap<>();
            String name = null;
            for (Element column : children(record, null)) {
                String text = column.getTextContent().strip();
                switch (column.getTagName()) {
                    case "Name" -> name = text;
                    case "Value" -> row.putIfAbsent(name, text);
                    default -> row.putIfAbsent(column.getTagName(), text);
                }
            }
            records.add(row);
        }
        return records;
    }

    private static List<Element> children(Element parent, String tag) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && (tag == null || tag.equals(element.getTagName()))) {
                found.add(element);
            }
        }
        return found;
    }

    private static String text(Element parent, String tag) {
        List<Element> found = children(parent, tag);
        return found.isEmpty() ? "" : found.get(0).getTextContent().strip();
    }

    private static LocalDate usDate(String text) {
        return date(text, US_DATE);
    }

    private static LocalDate isoDate(String text) {
        return text.length() < 10 ? null : date(text.substring(0, 10), DateTimeFormatter.ISO_LOCAL_DATE);
    }

    /** A use date. Published sets hold a few days that do not exist; such a one bounds nothing and is left out. */
    private static String packed(String text) {
        try {
            return iso(date(text, PACKED));
        } catch (CodeTableException e) {
            LOG.warn("{}; the code is kept without it", e.getMessage());
            return "";
        }
    }

    private static String iso(LocalDate day) {
        return day == null ? "" : day.toString();
    }

    private static LocalDate date(String text, DateTimeFormatter form) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return LocalDate.parse(text.strip(), form);
        } catch (DateTimeException e) {
            throw new CodeTableException("the date '" + text.strip() + "' is not of the form that CDC uses", e);
        }
    }

    private static LocalDate later(LocalDate a, LocalDate b) {
        return a == null || b != null && b.isAfter(a) ? b : a;
    }
}
