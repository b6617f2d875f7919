package org.vaxroute.practice;

import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.HapiContext;
import ca.uhn.hl7v2.model.Message;
import ca.uhn.hl7v2.model.v251.group.VXU_V04_ORDER;
import ca.uhn.hl7v2.model.v251.message.VXU_V04;
import ca.uhn.hl7v2.model.v251.segment.OBX;
import ca.uhn.hl7v2.model.v251.segment.RXA;
import ca.uhn.hl7v2.parser.CanonicalModelClassFactory;
import ca.uhn.hl7v2.parser.PipeParser;
import ca.uhn.hl7v2.util.Terser;
import ca.uhn.hl7v2.util.idgenerator.UUIDGenerator;
import ca.uhn.hl7v2.validation.impl.ValidationContextFactory;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads one message with HAPI and judges it by rules of its own, in the style of the Texas registry. Where a code's number is
 * not publicly known it is invented; the prefixes (FIR, MER, CLR, IMR, IEE) mean what they mean there.
 */
final class Clerk implements AutoCloseable {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuuMMdd").withResolverStyle(ResolverStyle.STRICT);
    private static final int REQUIRED = 101;
    private static final int TYPE = 102;
    private static final int TABLE = 103;
    private static final int DUPLICATE = 205;
    private static final int APPLICATION = 207;
    private static final int ADULT = 18;

    private static final int OLDEST_OF_PROGRAM = 19;
    private static final int NEW_CODE_ONE_IN = 50;

    /** MSH-22, which HL7 2.5.1 does not have and the profile borrows from later versions. */
    private static final int RESPONSIBLE_SITE = 22;

    private static final Set<String> OF_ADULTS = Set.of("TXA", "TXF");
    private static final Set<String> OF_CHILDREN = Set.of("TXY", "TXM");
    private static final Set<String> CONSENTS = Set.of("TXA", "TXF", "TXY", "TXM", "TXD");

    private static final Set<String> FOR_CHILDREN = Set.of("V02", "V03", "V04", "V05");
    private static final Set<String> ELIGIBILITIES =
            Set.of("V01", "V02", "V03", "V04", "V05", "V22", "V23", "V24", "V25");
    private static final Set<String> RACES = Set.of("1002-5", "2028-9", "2054-5", "2076-8", "2106-3", "2131-1");
    private static final Map<String, List<String>> MAKERS = Stock.rows("makers.csv").stream()
            .collect(Collectors.toMap(
                    row -> row.get("cvx"), row -> List.of(row.get("mvx").split(" "))));

    private final HapiContext hapi;
    private final PipeParser parser;
    private final RegistryHabits habits;

    Clerk(RegistryHabits habits) {
        this.habits = habits;
        hapi = new DefaultHapiContext(new CanonicalModelClassFactory("2.5.1"));
        hapi.getParserConfiguration().setIdGenerator(new UUIDGenerator());
        hapi.setValidationContext(ValidationContextFactory.noValidation());
        parser = hapi.getPipeParser();
    }

    /**
     * What the clerk makes of a message.
     *
     * @param isUnderstood false for what is refused outright (AR)
     * @param patient PID-3.1, "" where it cannot be told
     * @param name the client's, for answers that show it
     */
    record Opinion(
            boolean isUnderstood, String controlId, String sender, String patient, String name, List<Remark> remarks) {
        static Opinion refusal(String controlId, String sender, Remark remark) {
            return new Opinion(false, controlId, sender, "", "", List.of(remark));
        }

        boolean isClientRejected() {
            return remarks.stream().anyMatch(remark -> remark.isError() && (remark.isOf("CLR") || remark.isOf("MER")));
        }
    }

    /** Judges a message and enters what is accepted of it, and what is wrong with it, into the books. */
    Opinion judge(String text, Books.Page books, LocalDate today) {
        String[] header = text.split("\r", 2)[0].split("\\|", -1);
        String sender = header.length > 3 ? header[3] : "";
        String controlId = header.length > 9 ? header[9] : "";
        try {
            Message message = parser.parse(text);
            if (!(message instanceof VXU_V04 vxu)) {
                return Opinion.refusal(
                        controlId,
                        sender,
                        Remark.error("MSH^1^9", 200, "MER-100::Message type is not VXU^V04^VXU_V04."));
            }
            Client client = new Client(vxu, sender, today);
            List<Remark> remarks = new ArrayList<>();
            judge(vxu, client, controlId, books, today, remarks);
            return new Opinion(true, controlId, sender, client.number, client.name, remarks);
        } catch (HL7Exception | RuntimeException e) {
            return Opinion.refusal(
                    controlId, sender, Remark.error("MSH^1", APPLICATION, "MER-101::Message cannot be read."));
        }
    }

    private void judge(
            VXU_V04 vxu, Client client, String controlId, Books.Page books, LocalDate today, List<Remark> remarks)
            throws HL7Exception {
        if (controlId.isEmpty()) {
            remarks.add(Remark.error("MSH^1^10", REQUIRED, "MER-102::Message control id is required."));
            return;
        }
        if (!books.isNewMessage(controlId)) {
            remarks.add(Remark.error("MSH^1^10", DUPLICATE, "IMR-109::Message control id was received before."));
            return;
        }
        client(vxu, client, books, today, remarks);
        if (!client.key.isEmpty()) {
            books.settleClient(client.key);
            complain(vxu, client, remarks, books);
        }
        if (remarks.stream().anyMatch(Remark::isError)) {
            return;
        }
        books.patient(client.key);
        for (int i = 0; i < vxu.getORDERReps(); i++) {
            List<Remark> dose = new ArrayList<>();
            VXU_V04_ORDER order = vxu.getORDER(i);
            dose(order, i + 1, client.born, today, dose);
            if (dose.stream().noneMatch(Remark::isError)) {
                enter(order, i + 1, client.key, books, dose);
            }
            if (i == 0 && habits.odd().contains(Oddity.NEW_CODES) && habits.chance("new", controlId, NEW_CODE_ONE_IN)) {
                dose.add(Remark.warning("RXA^1", APPLICATION, "IEE-577::Warning. Dose is subject to review R7."));
            }
            books.settleDose(client.key, orderNumber(order));
            for (Remark remark : dose) {
                books.complain(client.complaint(order, remark, "dose"));
            }
            remarks.addAll(dose);
        }
    }

    // A registry says of each dose again what it says of the client.
    private static void complain(VXU_V04 vxu, Client client, List<Remark> remarks, Books.Page books)
            throws HL7Exception {
        for (Remark remark : remarks) {
            for (int i = 0; i < vxu.getORDERReps(); i++) {
                books.complain(client.complaint(vxu.getORDER(i), remark, "client"));
            }
        }
    }

    /** The client of a message, as far as reports show it. */
    private static final class Client {
        private final String number;
        private final String key;
        private final String name;
        private final LocalDate born;
        private final String facility;
        private final String sentOn;

        Client(VXU_V04 vxu, String sender, LocalDate today) throws HL7Exception {
            number = first(vxu, "PID-3-1");
            key = number.isEmpty() ? "" : number + "^" + first(vxu, "PID-3-4-1");
            name = (first(vxu, "PID-5-1") + ", " + first(vxu, "PID-5-2")).strip();
            born = day(first(vxu, "PID-7"));
            String site = vxu.getMSH().numFields() < RESPONSIBLE_SITE ? "" : first(vxu, "MSH-22-1");
            facility = site.isEmpty() ? sender : site;
            sentOn = today.toString();
        }

        Complaint complaint(VXU_V04_ORDER order, Remark remark, String scope) throws HL7Exception {
            RXA rxa = order.getRXA();
            String information =
                    text(rxa.getAdministrationNotes(0).getIdentifier().getValue());
            return new Complaint(
                    key,
                    orderNumber(order),
                    scope,
                    remark.isBenign() ? "once" : "daily",
                    remark.text(),
                    List.of(
                            name,
                            born == null ? "" : born.toString(),
                            number,
                            sentOn,
                            facility,
                            text(rxa.getAdministeredCode().getText().getValue()),
                            vaccine(rxa),
                            text(rxa.getAdministeredAtLocation()
                                    .getFacility()
                                    .getNamespaceID()
                                    .getValue()),
                            text(rxa.getSubstanceManufacturerName(0)
                                    .getIdentifier()
                                    .getValue()),
                            information.equals("00") ? "Current" : "History",
                            given(rxa),
                            text(rxa.getAdministeringProvider(0)
                                    .getFamilyName()
                                    .getSurname()
                                    .getValue())));
        }
    }

    private static void client(VXU_V04 vxu, Client client, Books.Page books, LocalDate today, List<Remark> remarks)
            throws HL7Exception {
        LocalDate born = client.born;
        if (client.key.isEmpty()) {
            remarks.add(Remark.error("PID^1^3", REQUIRED, "CLR-102::Client identifier is required."));
        }
        if (first(vxu, "PID-5-1").isEmpty() || first(vxu, "PID-5-2").isEmpty()) {
            remarks.add(Remark.error("PID^1^5", REQUIRED, "CLR-103::Client first and last name are required."));
        }
        if (born == null || born.isAfter(today)) {
            remarks.add(
                    Remark.error("PID^1^7", REQUIRED, "CLR-104::Client date of birth is required and must be valid."));
        }
        consent(vxu, born, books.withdrawn(client.key), today, remarks);
        if (first(vxu, "PID-11-3").isEmpty()) {
            remarks.add(Remark.warning("PID^1^11^1^3", REQUIRED, "IEE-998::Warning. Address is invalid."));
        }
        String race = first(vxu, "PID-10-1");
        if (!race.isEmpty() && !RACES.contains(race)) {
            remarks.add(Remark.warning("PID^1^10", TABLE, "IEE-320::Warning. Race code is invalid."));
        }
        String phone = first(vxu, "PID-13-6") + first(vxu, "PID-13-7");
        if (!phone.isEmpty() && phone.chars().distinct().count() == 1) {
            remarks.add(Remark.warning("PID^1^13", APPLICATION, "IEE-413::Warning. Phone number is invalid."));
        }
        if (born != null && years(born, today) < ADULT) {
            responsiblePerson(vxu, remarks);
        }
    }

    private static void responsiblePerson(VXU_V04 vxu, List<Remark> remarks) throws HL7Exception {
        if (first(vxu, "NK1-2-1").isEmpty()) {
            remarks.add(Remark.warning("NK1^1^0", 100, "IEE-519::Warning. Responsible person is missing."));
        } else if (first(vxu, "NK1-4-3").isEmpty() && first(vxu, "NK1-5-7").isEmpty()) {
            remarks.add(Remark.warning(
                    "NK1^1", REQUIRED, "IEE-411:: Warning. Responsible person has neither address nor phone."));
        }
    }

    private static void consent(VXU_V04 vxu, LocalDate born, LocalDate withdrawn, LocalDate today, List<Remark> remarks)
            throws HL7Exception {
        String code = first(vxu, "PD1-12");
        String since = first(vxu, "PD1-13");
        if (!CONSENTS.contains(code)) {
            // Also for Y and N, which say in the national profile whether data are protected.
            remarks.add(Remark.error("PD1^1^12", REQUIRED, "CLR-100::No consent on file and none was sent."));
            return;
        }
        boolean isAdult = born != null && years(born, today) >= ADULT;
        if (born != null && (OF_ADULTS.contains(code) && !isAdult || OF_CHILDREN.contains(code) && isAdult)) {
            remarks.add(Remark.error("PD1^1^12", TABLE, "CLR-101::Consent code does not agree with the client's age."));
        }
        LocalDate day = day(since);
        if (day == null) {
            remarks.add(Remark.error("PD1^1^13", TYPE, "CLR-105::Consent date is badly formed."));
        } else if (day.isAfter(today)) {
            remarks.add(Remark.error("PD1^1^13", APPLICATION, "CLR-106::Consent date is in the future."));
        } else if (withdrawn != null && !day.isAfter(withdrawn)) {
            remarks.add(Remark.error("PD1^1^13", APPLICATION, "CLR-100::No consent on file; it was withdrawn."));
        }
    }

    private static void dose(VXU_V04_ORDER order, int number, LocalDate born, LocalDate today, List<Remark> remarks)
            throws HL7Exception {
        RXA rxa = order.getRXA();
        String at = "RXA^" + number + "^";
        LocalDate given = day(given(rxa));
        String vaccine = vaccine(rxa);
        String information = text(rxa.getAdministrationNotes(0).getIdentifier().getValue());
        if (given == null || given.isAfter(today) || given.isBefore(born)) {
            remarks.add(Remark.error(
                    at + "3", APPLICATION, "IMR-100::Vaccination date is missing, invalid or impossible."));
        }
        if (!vaccine.matches("\\d{2,3}|\\d{4,5}-\\d{3,4}-\\d{1,2}")) {
            remarks.add(Remark.error(at + "5", TABLE, "IMR-100::Vaccine code is invalid."));
        }
        if (orderNumber(order).isEmpty()) {
            remarks.add(Remark.error("ORC^" + number + "^3", REQUIRED, "IMR-100::Filler order number is required."));
        }
        String maker = text(rxa.getSubstanceManufacturerName(0).getIdentifier().getValue());
        if (!maker.isEmpty() && !MAKERS.getOrDefault(vaccine, List.of(maker)).contains(maker)) {
            remarks.add(Remark.error(at + "17", TABLE, "IMR-111::Manufacturer code does not agree with the vaccine."));
        }
        boolean isNew = !isRefused(rxa) && information.equals("00");
        if (isNew) {
            newDose(order, number, maker, given, born, remarks);
        }
        for (int i = 0; i < order.getOBSERVATIONReps(); i++) {
            OBX obx = order.getOBSERVATION(i).getOBX();
            if (text(obx.getDateTimeOfTheObservation().getTime().getValue()).isEmpty()) {
                remarks.add(Remark.error(
                        "OBX^" + text(obx.getSetIDOBX().getValue()) + "^14",
                        REQUIRED,
                        "IMR-100::Required field OBX-14 is missing."));
            }
        }
    }

    private static void newDose(
            VXU_V04_ORDER order, int number, String maker, LocalDate given, LocalDate born, List<Remark> remarks)
            throws HL7Exception {
        RXA rxa = order.getRXA();
        if (text(rxa.getSubstanceLotNumber(0).getValue()).isEmpty()) {
            remarks.add(
                    Remark.error("RXA^" + number + "^15", REQUIRED, "IMR-100::Lot number is required for a new dose."));
        }
        if (maker.isEmpty()) {
            remarks.add(Remark.error("RXA^" + number + "^17", REQUIRED, "IMR-111::Manufacturer code is required."));
        }
        String eligibility = "";
        for (int i = 0; i < order.getOBSERVATIONReps(); i++) {
            OBX obx = order.getOBSERVATION(i).getOBX();
            if (text(obx.getObservationIdentifier().getIdentifier().getValue()).equals("64994-7")) {
                eligibility = text(obx.getObservationValue(0).encode()).split("\\^", 2)[0];
            }
        }
        String at = "RXA^" + number;
        if (eligibility.isEmpty()) {
            remarks.add(Remark.warning(at, 100, "IEE-104::Warning. Eligibility is missing for a new dose."));
        } else if (!ELIGIBILITIES.contains(eligibility)) {
            remarks.add(Remark.warning(at, TABLE, "IEE-533::Warning. Eligibility code is invalid."));
        } else if (FOR_CHILDREN.contains(eligibility) && given != null && years(born, given) >= OLDEST_OF_PROGRAM) {
            remarks.add(Remark.warning(at, APPLICATION, "IEE-539::Warning. Eligibility does not agree with age."));
        }
    }

    private void enter(VXU_V04_ORDER order, int number, String patient, Books.Page books, List<Remark> remarks) {
        RXA rxa = order.getRXA();
        if (isRefused(rxa)) {
            return;
        }
        BelievedDose dose = new BelievedDose(patient, orderNumber(order), given(rxa), vaccine(rxa));
        String at = "RXA^" + number;
        switch (text(rxa.getActionCodeRXA().getValue())) {
            case "D" -> {
                if (!books.remove(dose)) {
                    remarks.add(Remark.warning(at, APPLICATION, "IEE-594::Warning. Delete matches no dose."));
                }
            }
            case "U" -> books.replace(dose);
            default -> {
                if (books.isInThisFile(dose)) {
                    remarks.add(Remark.error(at, DUPLICATE, "IMR-110::Duplicate of a dose in the same file."));
                } else if (!books.add(dose)) {
                    remarks.add(Remark.error(at, DUPLICATE, "IMR-109::Duplicate of a dose on record."));
                    if (habits.odd().contains(Oddity.TWO_CODES)) {
                        remarks.add(Remark.warning(at, DUPLICATE, "IEE-513::Warning. Dose is stored already."));
                    }
                }
            }
        }
    }

    private static boolean isRefused(RXA rxa) {
        return List.of("RE", "NA").contains(text(rxa.getCompletionStatus().getValue()));
    }

    private static String orderNumber(VXU_V04_ORDER order) {
        return text(order.getORC().getFillerOrderNumber().getEntityIdentifier().getValue());
    }

    private static String given(RXA rxa) {
        return text(rxa.getDateTimeStartOfAdministration().getTime().getValue());
    }

    private static String vaccine(RXA rxa) {
        return text(rxa.getAdministeredCode().getIdentifier().getValue());
    }

    private static String first(VXU_V04 vxu, String path) throws HL7Exception {
        String at = "/." + path;
        return text(new Terser(vxu).get(at));
    }

    private static String text(String value) {
        return value == null ? "" : value.strip();
    }

    private static LocalDate day(String text) {
        try {
            return text.length() < 8 ? null : LocalDate.parse(text.substring(0, 8), DAY);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static long years(LocalDate from, LocalDate to) {
        return ChronoUnit.YEARS.between(from, to);
    }

    @Override
    public void close() {
        try {
            hapi.close();
        } catch (java.io.IOException e) {
            throw new PracticeException("HAPI did not close", e);
        }
    }
}
