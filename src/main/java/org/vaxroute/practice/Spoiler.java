package org.vaxroute.practice;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Puts a fault into a practice patient. */
final class Spoiler {
    private final PracticePatient p;
    private String family;
    private String given;
    private LocalDate born;
    private String street;
    private String city;
    private String zip;
    private String phone;
    private String consent;
    private LocalDate consentOn;
    private final List<PracticeDose> doses;

    Spoiler(PracticePatient p) {
        this.p = p;
        family = p.family();
        given = p.given();
        born = p.born();
        street = p.street();
        city = p.city();
        zip = p.zip();
        phone = p.phone();
        consent = p.consent();
        consentOn = p.consentOn();
        doses = new ArrayList<>(p.doses());
    }

    void consent(String code, LocalDate day) {
        consent = code;
        consentOn = day;
    }

    void address(String newStreet, String newCity, String newZip) {
        street = newStreet;
        city = newCity;
        zip = newZip;
    }

    void born(LocalDate day) {
        born = day;
    }

    void name(String newFamily, String newGiven) {
        family = newFamily;
        given = newGiven;
    }

    void phone(String number) {
        phone = number;
    }

    void firstDose(UnaryOperator<PracticeDose> fault) {
        doses.set(0, fault.apply(doses.get(0)));
    }

    /** Leaves the first dose alone. */
    void onlyFirstDose() {
        doses.subList(1, doses.size()).clear();
    }

    PracticePatient patient() {
        return new PracticePatient(
                p.number(),
                p.mrn(),
                family,
                given,
                p.middle(),
                born,
                p.sex(),
                p.race(),
                p.ethnicity(),
                street,
                city,
                zip,
                phone,
                p.email(),
                p.guardianFamily(),
                p.guardianGiven(),
                p.guardianRelation(),
                p.motherMaiden(),
                consent,
                consentOn,
                List.copyOf(doses),
                p.defect(),
                p.channel(),
                p.changed());
    }
}
