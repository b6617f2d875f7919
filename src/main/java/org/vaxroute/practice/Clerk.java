package org.vaxroute.practice;

import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.HapiContext;
import ca.uhn.hl7v2.model.Message;
import ca.uhn.hl7v2.model.v251.group.VXU_V04_ORDER;
import ca.uhn.hl7v2.model.v251.message.VXU_V04;
import ca.uhn.hl7v2.model.v251.segment.OBX;
import ca.uhn.hl7v2.model.v251.segment.PID;
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

    private final HapiContext hapi;
    private final PipeParser parser;

    Clerk() {
        hapi = new DefaultHapiContext(new CanonicalModelClassFactory("2.5.1"));
        hapi.getParserConfiguration().setIdGenerator(new UUIDGenerator());
        hapi.setValidationContext(ValidationContextFactory.noValidation());
        parser = hapi.getPipeParser();
    }

    /**
     * What the clerk makes of a message.
     *
     * @param isUnderstood false for what is refused outright (AR)
     */
    record Opinion(boolean isUnderstood, String controlId, String sender, List<Remark> remarks) {}

    /** Judges a message and enters what is accepted of it into the books. */
    Opinion judge(String text, Books.Page books, LocalDate today) {
        String[] header = text.split("\r", 2)[0].split("\\|", -1);
        String sender = header.length > 3 ? header[3] : "";
        String controlId = header.length > 9 ? header[9] : "";
        List<Remark> remarks = new ArrayList<>();
        try {
            Message message = parser.parse(text);
            if (!(message instanceof VXU_V04 vxu)) {
                remarks.add(Remark.error("MSH^1^9", 200, "MER-100::Message type is not VXU^V04^VXU_V04."));
                return new Opinion(false, controlId, sender, remarks);
            }
            judge(vxu, controlId, books, today, remarks);
            return new Opinion(true, controlId, sender, remarks);
        } catch (HL7Exception | RuntimeException e) {
            remarks.add(Remark.error("MSH^1", APPLICATION, "MER-101::Message cannot be read."));
            return new Opinion(false, controlId, sender, remarks);
        }
    }

    private void judge(VXU_V04 vxu, String controlId, Books.Page books, LocalDate today, List<Remark> remarks)
            throws HL7Exception {
        if (controlId.isEmpty()) {
            remarks.add(Remark.error("MSH^1^10", REQUIRED, "MER-102::Message control id is required."));
            return;
        }
        if (!books.isNewMessage(controlId)) {
            remarks.add(Remark.error("MSH^1^10", DUPLICATE, "IMR-109::Message control id was received before."));
            return;
        }
        PID pid = vxu.getPID();
        LocalDate born = day(first(vxu, "PID-7"));
        client(vxu, pid, born, today, remarks);
        if (remarks.stream().anyMatch(Remark::isError)) {
            return;
        }
        String patient = first(vxu, "PID-3-1") + "^" + first(vxu, "PID-3-4-1");
        books.patient(patient);
        for (int i = 0; i < vxu.getORDERReps(); i++) {
            List<Remark> dose = new ArrayList<>();
            dose(vxu.getORDER(i), i + 1, born, today, dose);
            if (dose.stream().noneMatch(Remark::isError)) {
                enter(vxu.getORDER(i), i + 1, patient, books, dose);
            }
            remarks.addAll(dose);
        }
    }

    private static void client(VXU_V04 vxu, PID pid, LocalDate born, LocalDate today, List<Remark> remarks)
            throws HL7Exception {
        if (first(vxu, "PID-3-1").isEmpty()) {
            remarks.add(Remark.error("PID^1^3", REQUIRED, "CLR-102::Client identifier is required."));
        }
        if (first(vxu, "PID-5-1").isEmpty() || first(vxu, "PID-5-2").isEmpty()) {
            remarks.add(Remark.error("PID^1^5", REQUIRED, "CLR-103::Client first and last name are required."));
        }
        if (born == null || born.isAfter(today)) {
            remarks.add(
                    Remark.error("PID^1^7", REQUIRED, "CLR-104::Client date of birth is required and must be valid."));
        }
        consent(vxu, born, today, remarks);
        if (first(vxu, "PID-11-3").isEmpty()) {
            remarks.add(Remark.warning("PID^1^11^1^3", REQUIRED, "IEE-998::Warning. Address is invalid."));
        }
        String phone = first(vxu, "PID-13-6") + first(vxu, "PID-13-7");
        if (!phone.isEmpty() && phone.chars().distinct().count() == 1) {
            remarks.add(Remark.warning("PID^1^13", APPLICATION, "IEE-413::Warning. Phone number is invalid."));
        }
        if (born != null && years(born, today) < ADULT && first(vxu, "NK1-2-1").isEmpty()) {
            remarks.add(Remark.warning("NK1^^0", 100, "IEE-519::Warning. Responsible person is missing."));
        }
    }

    private static void consent(VXU_V04 vxu, LocalDate born, LocalDate today, List<Remark> remarks)
            throws HL7Exception {
        String code = first(vxu, "PD1-12");
        String since = first(vxu, "PD1-13");
        if (code.isEmpty()) {
            remarks.add(Remark.error("PD1^1^12", REQUIRED, "CLR-100::No consent on file and none was sent."));
            return;
        }
        boolean isAdult = born != null && years(born, today) >= ADULT;
        if (born != null && (code.equals("TXA") && !isAdult || code.equals("TXY") && isAdult)) {
            remarks.add(Remark.error("PD1^1^12", TABLE, "CLR-101::Consent code does not agree with the client's age."));
        }
        LocalDate day = day(since);
        if (day == null) {
            remarks.add(Remark.error("PD1^1^13", TYPE, "CLR-105::Consent date is badly formed."));
        } else if (day.isAfter(today)) {
            remarks.add(Remark.error("PD1^1^13", APPLICATION, "CLR-106::Consent date is in the future."));
        }
    }

    private static void dose(VXU_V04_ORDER order, int number, LocalDate born, LocalDate today, List<Remark> remarks)
            throws HL7Exception {
        RXA rxa = order.getRXA();
        String at = "RXA^" + number + "^";
        LocalDate given =
                day(text(rxa.getDateTimeStartOfAdministration().getTime().getValue()));
        String vaccine = text(rxa.getAdministeredCode().getIdentifier().getValue());
        String information = text(rxa.getAdministrationNotes(0).getIdentifier().getValue());
        boolean isGiven =
                !List.of("RE", "NA").contains(text(rxa.getCompletionStatus().getValue()));
        if (given == null || given.isAfter(today) || given.isBefore(born)) {
            remarks.add(Remark.error(
                    at + "3", APPLICATION, "IMR-100::Vaccination date is missing, invalid or impossible."));
        }
        if (!vaccine.matches("\\d{2,3}|\\d{4,5}-\\d{3,4}-\\d{1,2}")) {
            remarks.add(Remark.error(at + "5", TABLE, "IMR-100::Vaccine code is invalid."));
        }
        if (text(order.getORC().getFillerOrderNumber().getEntityIdentifier().getValue())
                .isEmpty()) {
            remarks.add(Remark.error("ORC^" + number + "^3", REQUIRED, "IMR-100::Filler order number is required."));
        }
        if (isGiven && information.equals("00")) {
            newDose(order, number, remarks);
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

    private static void newDose(VXU_V04_ORDER order, int number, List<Remark> remarks) throws HL7Exception {
        RXA rxa = order.getRXA();
        if (text(rxa.getSubstanceLotNumber(0).getValue()).isEmpty()) {
            remarks.add(
                    Remark.error("RXA^" + number + "^15", REQUIRED, "IMR-100::Lot number is required for a new dose."));
        }
        if (text(rxa.getSubstanceManufacturerName(0).getIdentifier().getValue()).isEmpty()) {
            remarks.add(Remark.error("RXA^" + number + "^17", REQUIRED, "IMR-111::Manufacturer code is required."));
        }
        boolean isEligibilityKnown = false;
        for (int i = 0; i < order.getOBSERVATIONReps(); i++) {
            OBX obx = order.getOBSERVATION(i).getOBX();
            isEligibilityKnown |= text(obx.getObservationIdentifier()
                            .getIdentifier()
                            .getValue())
                    .equals("64994-7");
        }
        if (!isEligibilityKnown) {
            remarks.add(
                    Remark.warning("RXA^" + number, 100, "IEE-104::Warning. Eligibility is missing for a new dose."));
        }
    }

    private static void enter(VXU_V04_ORDER order, int number, String patient, Books.Page books, List<Remark> remarks)
            throws HL7Exception {
        RXA rxa = order.getRXA();
        if (List.of("RE", "NA").contains(text(rxa.getCompletionStatus().getValue()))) {
            return;
        }
        String key = patient + "|"
                + text(rxa.getDateTimeStartOfAdministration().getTime().getValue()) + "|"
                + text(rxa.getAdministeredCode().getIdentifier().getValue());
        switch (text(rxa.getActionCodeRXA().getValue())) {
            case "D" -> {
                if (!books.remove(key)) {
                    remarks.add(
                            Remark.warning("RXA^" + number, APPLICATION, "IEE-594::Warning. Delete matches no dose."));
                }
            }
            case "U" -> books.replace(key);
            default -> {
                if (books.isInThisFile(key)) {
                    remarks.add(
                            Remark.error("RXA^" + number, DUPLICATE, "IMR-110::Duplicate of a dose in the same file."));
                } else if (!books.add(key)) {
                    remarks.add(Remark.error("RXA^" + number, DUPLICATE, "IMR-109::Duplicate of a dose on record."));
                }
            }
        }
    }

    private static String first(VXU_V04 vxu, String path) throws HL7Exception {
        String at = path.startsWith("PID") || path.startsWith("PD1") || path.startsWith("NK1") ? "/." + path : path;
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
