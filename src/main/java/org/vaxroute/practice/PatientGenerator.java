package org.vaxroute.practice;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.commons.csv.CSVRecord;

/**
 * Invents the practice EHR's patients. Patient {@code n} depends on nothing but the seed, {@code n} and the day, so that any
 * part of the population can be made again at any time.
 */
final class PatientGenerator {
    private static final Map<String, List<String>> WORDS = Stock.words("names.txt");
    private static final List<CSVRecord> PLACES = Stock.rows("places.csv");
    private static final List<String> ARMS = List.of("LA", "RA", "LD", "RD");
    private static final List<String> THIGHS = List.of("LT", "RT");
    private static final List<Defect> OF_HISTORY =
            List.of(Defect.NO_CONSENT, Defect.NO_ADDRESS, Defect.FUTURE_DOSE, Defect.UNKNOWN_VACCINE);
    private static final int ADULT = 18;
    private static final int MONTHS = 12;

    private final long seed;
    private final Instant created;
    private final LocalDate today;
    private final int defectsPerThousand;
    private final int years;

    /**
     * @param created when the EHR was set up: ages and change stamps count from here
     * @param defectsPerThousand how many of a thousand patients get a fault
     */
    PatientGenerator(long seed, Instant created, ZoneId zone, int defectsPerThousand) {
        this(seed, created, zone, defectsPerThousand, 0);
    }

    /** @param years how many years of doses each patient of the database has; 0 for those of the last weeks, in all channels */
    PatientGenerator(long seed, Instant created, ZoneId zone, int defectsPerThousand, int years) {
        this.seed = seed;
        this.created = created;
        this.today = created.atZone(zone).toLocalDate();
        this.defectsPerThousand = defectsPerThousand;
        this.years = years;
    }

    /** Patient number {@code n}, from 1. */
    PracticePatient patient(int n) {
        return patient(n, true);
    }

    /** Patient number {@code n} as it is once its fault is mended. */
    PracticePatient mended(int n) {
        return patient(n, false);
    }

    private PracticePatient patient(int n, boolean withFault) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + n);
        Person person = person(random);
        List<Defect> faults = years > 0 ? OF_HISTORY : List.of(Defect.values());
        Defect defect = random.nextInt(1000) < defectsPerThousand ? faults.get(random.nextInt(faults.size())) : null;
        if (years > 0 && person.isMinor(today) && !person.isMinor(today.plusMonths(6))) {
            // A child who comes of age during the rehearsal would need a consent of its own.
            person = person.bornOn(person.born.plusMonths(6));
        }
        if (defect == Defect.NEWBORN_NAME) {
            person = person.bornOn(today.minusDays(20 + random.nextInt(60)));
        }
        List<PracticeDose> doses = years > 0 ? history(n, person, random) : doses(n, person, defect, random);
        PracticePatient patient = new PracticePatient(
                n,
                "P" + String.format("%07d", n),
                person.family,
                person.given,
                random.nextInt(3) == 0 ? pick(WORDS.get(person.girl ? "girl" : "boy"), random) : "",
                person.born,
                person.girl ? "F" : "M",
                race(random),
                random.nextInt(100) < 40 ? "2135-2" : "2186-5",
                (100 + random.nextInt(9800)) + " "
                        + pick(WORDS.get("street"), random).replace('-', ' ') + " "
                        + pick(List.of("St", "Ave", "Dr", "Ln"), random),
                person.place.get("city"),
                person.place.get("zip"),
                phone(person.place.get("area"), random),
                random.nextInt(4) == 0 ? person.given.toLowerCase() + n + "@mail.example" : "",
                person.isMinor(today) ? person.family : "",
                person.isMinor(today) ? pick(WORDS.get(random.nextInt(4) > 0 ? "girl" : "boy"), random) : "",
                person.isMinor(today) ? pick(List.of("MTH", "MTH", "MTH", "FTH", "GRD"), random) : "",
                person.isMinor(today) ? pick(WORDS.get("family"), random) : "",
                person.isMinor(today) ? "TXY" : "TXA",
                consentDay(person, random),
                doses,
                withFault ? defect : null,
                years > 0 ? Channel.DATABASE : channel(n),
                // Milliseconds, because not every database keeps more.
                created.truncatedTo(ChronoUnit.SECONDS)
                        .minus(30, ChronoUnit.DAYS)
                        .plusMillis(n * 10L));
        return defect == null || !withFault ? patient : spoilt(patient, defect);
    }

    /** What a later visit adds: one dose given on {@code day}. */
    PracticeDose visit(PracticePatient patient, int visit, LocalDate day) {
        SplittableRandom random = new SplittableRandom(seed * 31 + patient.number() * 1000L + visit);
        Vaccine vaccine = vaccine(patient.born(), day, random);
        Clinic clinic = Clinic.ALL.get(random.nextInt(Clinic.ALL.size()));
        return newDose(patient.mrn() + "-V" + visit, patient.born(), day, vaccine, clinic, random);
    }

    private record Person(String family, String given, boolean girl, LocalDate born, CSVRecord place) {
        Person bornOn(LocalDate day) {
            return new Person(family, given, girl, day, place);
        }

        boolean isMinor(LocalDate today) {
            return ChronoUnit.YEARS.between(born, today) < ADULT;
        }
    }

    private Person person(SplittableRandom random) {
        boolean girl = random.nextBoolean();
        int group = random.nextInt(100);
        int months;
        if (group < 20) {
            months = 2 + random.nextInt(22);
        } else if (group < 45) {
            months = 24 + random.nextInt(9 * MONTHS);
        } else if (group < 60) {
            months = 11 * MONTHS + random.nextInt(7 * MONTHS);
        } else if (group < 88) {
            months = ADULT * MONTHS + random.nextInt(47 * MONTHS);
        } else {
            months = 65 * MONTHS + random.nextInt(30 * MONTHS);
        }
        return new Person(
                pick(WORDS.get("family"), random),
                pick(WORDS.get(girl ? "girl" : "boy"), random),
                girl,
                today.minusMonths(months).minusDays(random.nextInt(28)),
                PLACES.get(random.nextInt(PLACES.size())));
    }

    private LocalDate consentDay(Person person, SplittableRandom random) {
        LocalDate earliest = person.isMinor(today) ? person.born : person.born.plusYears(ADULT);
        long days = Math.min(ChronoUnit.DAYS.between(earliest, today), 5 * 365L);
        return today.minusDays(days == 0 ? 0 : random.nextLong(days));
    }

    private List<PracticeDose> doses(int n, Person person, Defect defect, SplittableRandom random) {
        int fresh = 1 + (random.nextInt(3) == 0 ? 1 : 0) + (random.nextInt(6) == 0 ? 1 : 0);
        int old = random.nextInt(10) < 4 ? 1 + random.nextInt(3) : 0;
        LocalDate visit = today.minusDays(1 + random.nextInt(Math.min(25, daysOld(person) - 1)));
        Clinic clinic = Clinic.ALL.get(random.nextInt(Clinic.ALL.size()));
        List<PracticeDose> doses = new ArrayList<>();
        List<String> given = new ArrayList<>();
        for (int i = 0; i < fresh; i++) {
            Vaccine vaccine = vaccine(person.born, visit, random);
            if (!given.contains(vaccine.cvx())) {
                given.add(vaccine.cvx());
                doses.add(newDose(doseId(n, doses), person.born, visit, vaccine, clinic, random));
            }
        }
        for (int i = 0; i < old; i++) {
            int most = Math.min(daysOld(person) - 1, 6000);
            LocalDate day = today.minusDays(most < 60 ? most : 40 + random.nextInt(most - 40));
            Vaccine vaccine = vaccine(person.born, day, random);
            if (vaccine.since() < day.getYear() && !day.isBefore(person.born) && !given.contains(vaccine.cvx())) {
                given.add(vaccine.cvx());
                doses.add(historicalDose(doseId(n, doses), day, vaccine, clinic, random));
            }
        }
        if (defect == null && random.nextInt(100) == 0) {
            doses.add(refusal(doseId(n, doses), visit, vaccine(person.born, visit, random), clinic));
        }
        return doses;
    }

    /** Doses spread over the years; the newest first, given here within the last weeks. */
    private List<PracticeDose> history(int n, Person person, SplittableRandom random) {
        Clinic clinic = Clinic.ALL.get(random.nextInt(Clinic.ALL.size()));
        LocalDate visit = today.minusDays(31 + random.nextInt(25));
        visit = visit.isAfter(person.born) ? visit : person.born.plusDays(1);
        List<PracticeDose> doses = new ArrayList<>();
        doses.add(newDose(doseId(n, doses), person.born, visit, vaccine(person.born, visit, random), clinic, random));
        int most = Math.min(daysOld(person) - 1, years * 365);
        int more = most < 90 ? 0 : 2 + random.nextInt(7);
        List<String> given = new ArrayList<>();
        for (int i = 0; i < more; i++) {
            LocalDate day = today.minusDays(60 + random.nextInt(most - 60));
            Vaccine vaccine = vaccine(person.born, day, random);
            if (vaccine.since() < day.getYear() && !given.contains(vaccine.cvx() + day)) {
                given.add(vaccine.cvx() + day);
                doses.add(historicalDose(doseId(n, doses), day, vaccine, clinic, random));
            }
        }
        return doses;
    }

    private int daysOld(Person person) {
        return (int) Math.max(3, ChronoUnit.DAYS.between(person.born, today));
    }

    private static String doseId(int n, List<PracticeDose> doses) {
        return "P" + String.format("%07d", n) + "-" + (doses.size() + 1);
    }

    private Vaccine vaccine(LocalDate born, LocalDate day, SplittableRandom random) {
        long age = ChronoUnit.MONTHS.between(born, day);
        List<Vaccine> fitting = Vaccine.ALL.stream()
                .filter(v -> v.fromMonths() <= age && age <= v.toMonths())
                .toList();
        int point = random.nextInt(fitting.stream().mapToInt(Vaccine::share).sum());
        for (Vaccine vaccine : fitting) {
            point -= vaccine.share();
            if (point < 0) {
                return vaccine;
            }
        }
        throw new IllegalStateException("no vaccine for an age of " + age + " months");
    }

    private PracticeDose newDose(
            String id, LocalDate born, LocalDate day, Vaccine vaccine, Clinic clinic, SplittableRandom random) {
        boolean child = ChronoUnit.YEARS.between(born, day) < 19;
        String eligibility =
                child ? pick(List.of("V01", "V01", "V02", "V02", "V02", "V03", "V04", "V05"), random) : "V01";
        boolean infant = ChronoUnit.MONTHS.between(born, day) < 15;
        return new PracticeDose(
                id,
                day,
                vaccine.cvx(),
                vaccine.name(),
                vaccine.ndc(),
                vaccine.mvx(),
                lot(random),
                day.plusMonths(4 + random.nextInt(18)),
                vaccine.amount(),
                vaccine.route(),
                vaccine.isOral() ? "" : pick(infant ? THIGHS : ARMS, random),
                "00",
                "CP",
                "",
                eligibility,
                eligibility.equals("V01") ? "PHC70" : "VXC51",
                vaccine.vis(),
                clinic);
    }

    private PracticeDose historicalDose(
            String id, LocalDate day, Vaccine vaccine, Clinic clinic, SplittableRandom random) {
        String information = pick(List.of("01", "01", "02", "03", "05", "07"), random);
        return new PracticeDose(
                id,
                day,
                vaccine.cvx(),
                vaccine.name(),
                "",
                "",
                "",
                null,
                "",
                "",
                "",
                information,
                "CP",
                "",
                "",
                "",
                "",
                clinic);
    }

    private PracticeDose refusal(String id, LocalDate day, Vaccine vaccine, Clinic clinic) {
        return new PracticeDose(
                id,
                day,
                vaccine.cvx(),
                vaccine.name(),
                "",
                "",
                "",
                null,
                "",
                "",
                "",
                "00",
                "RE",
                "00",
                "",
                "",
                "",
                clinic);
    }

    private static String lot(SplittableRandom random) {
        String letters = "ABCEHJKLMNPRTUWXY";
        return "" + letters.charAt(random.nextInt(letters.length())) + letters.charAt(random.nextInt(letters.length()))
                + (1000 + random.nextInt(9000));
    }

    private static String race(SplittableRandom random) {
        return pick(List.of("2106-3", "2106-3", "2106-3", "2106-3", "2054-5", "2028-9", "2131-1", "1002-5"), random);
    }

    private static String phone(String area, SplittableRandom random) {
        int exchange = 220 + random.nextInt(700);
        if (exchange == 555 || exchange % 100 == 11) {
            exchange++;
        }
        return area + exchange + String.format("%04d", 100 + random.nextInt(9800));
    }

    private static Channel channel(int n) {
        int tenth = n % 10;
        return tenth < 4
                ? Channel.DATABASE
                : tenth < 7 ? Channel.MLLP : tenth < 9 ? Channel.HL7_FILE : Channel.CSV_FILE;
    }

    private static <T> T pick(List<T> from, SplittableRandom random) {
        return from.get(random.nextInt(from.size()));
    }

    private PracticePatient spoilt(PracticePatient p, Defect defect) {
        Spoiler s = new Spoiler(p);
        switch (defect) {
            case NO_CONSENT -> s.consent("", null);
            case CONSENT_FOR_OTHER_AGE -> s.consent(p.consent().equals("TXY") ? "TXA" : "TXY", p.consentOn());
            case NO_ADDRESS -> s.address("", "", "");
            case NO_BIRTH_DATE -> s.born(null);
            case TEST_PATIENT -> s.name("Test", "Patient");
            case NEWBORN_NAME -> s.name(p.family(), p.sex().equals("F") ? "Baby Girl" : "Baby Boy");
            case PLACEHOLDER_PHONE -> s.phone("9999999999");
            case FUTURE_DOSE -> s.firstDose(d -> d.withDay(today.plusMonths(3)));
            case DOSE_BEFORE_BIRTH -> s.firstDose(d -> d.withDay(p.born().minusMonths(5)));
            case UNKNOWN_VACCINE -> s.firstDose(d -> d.withVaccine("8888", "Vaccine of the house"));
            case NO_LOT -> s.firstDose(d -> d.withLot(""));
        }
        return s.patient();
    }
}
