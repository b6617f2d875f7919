package org.vaxroute.ledger;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/**
 * What a registry says of one message, as far as it was understood.
 *
 * @param position of the message, or line, in its answer file, from 1
 * @param controlId MSA-2 as the registry gave it; empty when it gave none
 * @param outcome what became of the message
 * @param items what it says in particular; empty when all is well
 * @param subject whom it speaks of, where it gives no control id; null when it does not say
 */
public record Answer(int position, String controlId, Outcome outcome, List<Item> items, Subject subject) {

    public Answer {
        items = List.copyOf(items);
    }

    /** One that names its message, or stands at its place. */
    public Answer(int position, String controlId, Outcome outcome, List<Item> items) {
        this(position, controlId, outcome, items, null);
    }

    /** What is said of doses, said of this one. */
    Answer about(int dose) {
        return new Answer(
                position,
                controlId,
                outcome,
                items.stream()
                        .map(item -> item.scope() == Scope.DOSE && item.dose() == 0 ? item.about(dose) : item)
                        .toList());
    }

    /** Whether it refuses a whole file, and so says nothing of any record in it: none was looked at. */
    boolean speaksOfTheFile() {
        return items.stream().anyMatch(item -> item.scope() == Scope.FILE && item.severity() != Severity.INFORMATION);
    }

    /** What it says; one thing without a code where it says nothing but an outcome. */
    List<Item> said() {
        if (!items.isEmpty()) {
            return items;
        }
        Severity severity =
                switch (outcome) {
                    case REJECTED -> Severity.ERROR;
                    case UNKNOWN -> Severity.WARNING;
                    default -> Severity.INFORMATION;
                };
        return List.of(new Item("", severity, Scope.MESSAGE, "", 0, "", "", "", Settling.REVIEW, true));
    }

    /**
     * Whom a line of a report speaks of: patient data. What it does not say is null.
     *
     * @param patientId PID-3.1
     * @param name in any order of its parts
     * @param birth PID-7
     * @param doseDate RXA-3
     * @param cvx RXA-5.1
     * @param sentOn the day on which the registry got it
     */
    public record Subject(
            String patientId, String name, LocalDate birth, LocalDate doseDate, String cvx, LocalDate sentOn) {

        /** Nothing of it. */
        @Override
        public String toString() {
            return "Subject[]";
        }
    }

    /** What became of what was sent. */
    public enum Outcome {
        ACCEPTED,
        WARNED,
        REJECTED,
        /** The answer does not tell. */
        UNKNOWN;

        /** As people and programs read it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How much an item concerns. */
    public enum Scope {
        FILE,
        MESSAGE,
        PATIENT,
        DOSE
    }

    /** What is to be done about an item. */
    public enum Settling {
        /** Somebody corrects it and the record is sent again. */
        MEND,
        /** The registry works on it; sending again does harm. */
        WAIT,
        /** Nothing is wrong. */
        BENIGN,
        /** True, and nobody here can change it. */
        NOT_ACTIONABLE,
        /** A person must find out what it means. */
        REVIEW;

        /** As people and programs read it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** How bad an item is. */
    public enum Severity {
        ERROR,
        WARNING,
        INFORMATION;

        /** As people and programs read it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One thing that the registry says.
     *
     * @param code the registry's own code, else that of HL70357; empty when it gave none
     * @param location HL7 location such as {@code PID-11.7} or {@code ORDER[2]/RXA-9}; empty when none was given
     * @param dose the dose (from 1) that it speaks of; 0 when it does not say
     * @param text the registry's words, which may hold patient data
     * @param meaning of the code, in plain words; empty when the code is not known
     * @param remedy what a person does about it; empty when nothing
     * @param known whether the catalogue has the code
     */
    public record Item(
            String code,
            Severity severity,
            Scope scope,
            String location,
            int dose,
            String text,
            String meaning,
            String remedy,
            Settling settling,
            boolean known) {

        /** The same, about this dose. */
        Item about(int number) {
            return new Item(code, severity, scope, location, number, text, meaning, remedy, settling, known);
        }

        /** Without the text. */
        @Override
        public String toString() {
            return code + " " + severity.word() + " " + location;
        }
    }

    /** Without what may be patient data. */
    @Override
    public String toString() {
        return "Answer[" + position + ", " + outcome + ", " + items + "]";
    }
}
