package org.vaxroute.practice;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How a practice registry conducts itself. Everything that happens "now and then" follows from the seed and the file's name or
 * number, so that a rehearsal can be repeated.
 *
 * @param seed of everything that looks like chance
 * @param answers the forms in which it answers
 * @param odd what it does oddly
 * @param answerAfter how long an answer takes, by the registry's clock
 * @param losesOneIn of so many answers one never comes; 0 for none
 * @param refusesOneIn of so many files one is refused whole (FIR-104); 0 for none
 */
public record RegistryHabits(
        long seed, Set<AnswerKind> answers, Set<Oddity> odd, Duration answerAfter, int losesOneIn, int refusesOneIn) {
    private static final int FORM_ONE_IN = 3;

    public RegistryHabits {
        answers = Set.copyOf(answers);
        odd = Set.copyOf(odd);
    }

    /** Answers every file at once with acknowledgments, as oddly as the Texas registry is known to. */
    public static RegistryHabits plain() {
        return new RegistryHabits(
                1,
                EnumSet.of(AnswerKind.ACK),
                EnumSet.of(Oddity.AE_FOR_WARNINGS, Oddity.EMPTY_SEQUENCE),
                Duration.ZERO,
                0,
                0);
    }

    /**
     * The same with some things otherwise.
     *
     * @param changes {@code answers=ack,dqa,wir}, {@code odd=all|none|ae-for-warnings,...}, {@code answer-after=PT4H},
     *     {@code loses-one-in=20}, {@code refuses-one-in=0}, {@code seed=7}
     * @throws IllegalArgumentException naming the key, the value and what it may be
     */
    public RegistryHabits with(Map<String, String> changes) {
        RegistryHabits changed = this;
        for (Map.Entry<String, String> change : changes.entrySet()) {
            changed = changed.with(change.getKey(), change.getValue().strip());
        }
        return changed;
    }

    private RegistryHabits with(String key, String value) {
        return switch (key) {
            case "seed" -> new RegistryHabits(number(key, value), answers, odd, answerAfter, losesOneIn, refusesOneIn);
            case "answers" -> new RegistryHabits(seed, kinds(value), odd, answerAfter, losesOneIn, refusesOneIn);
            case "odd" -> new RegistryHabits(seed, answers, oddities(value), answerAfter, losesOneIn, refusesOneIn);
            case "answer-after" -> new RegistryHabits(seed, answers, odd, time(value), losesOneIn, refusesOneIn);
            case "loses-one-in" ->
                new RegistryHabits(seed, answers, odd, answerAfter, (int) number(key, value), refusesOneIn);
            case "refuses-one-in" ->
                new RegistryHabits(seed, answers, odd, answerAfter, losesOneIn, (int) number(key, value));
            default ->
                throw new IllegalArgumentException("The practice registry knows no habit " + key
                        + "; it knows answers, odd, answer-after, loses-one-in, refuses-one-in and seed.");
        };
    }

    private static Set<AnswerKind> kinds(String value) {
        return some("answers", value, AnswerKind.class, kind -> kind.name().toLowerCase(Locale.ROOT));
    }

    private static Set<Oddity> oddities(String value) {
        return switch (value) {
            case "all" -> EnumSet.allOf(Oddity.class);
            case "none" -> EnumSet.noneOf(Oddity.class);
            default -> some("odd", value, Oddity.class, Oddity::word);
        };
    }

    private static <E extends Enum<E>> Set<E> some(String key, String value, Class<E> kind, Function<E, String> word) {
        Map<String, E> words = EnumSet.allOf(kind).stream()
                .collect(Collectors.toMap(word, one -> one, (a, b) -> a, java.util.TreeMap::new));
        Set<E> found = EnumSet.noneOf(kind);
        for (String one : value.split(",")) {
            E known = words.get(one.strip());
            if (known == null) {
                throw new IllegalArgumentException(key + "=" + value + ": " + one.strip() + " is none of "
                        + String.join(", ", words.keySet()) + ".");
            }
            found.add(known);
        }
        return found;
    }

    private static Duration time(String value) {
        try {
            return Duration.parse(value);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "answer-after=" + value + " is no length of time; write PT4H for four hours.", e);
        }
    }

    private static long number(String key, String value) {
        try {
            return Long.parseUnsignedLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + "=" + value + " is no whole number.", e);
        }
    }

    /** Whether each file is answered; a report alone names what is wrong and nothing else. */
    public boolean answersEachFile() {
        return answers.contains(AnswerKind.ACK) || answers.contains(AnswerKind.WIR);
    }

    /** Whether this is done with that file. */
    boolean does(Oddity oddity, String file) {
        return odd.contains(oddity) && (oddity.isAlways() || chance(oddity.word(), file, FORM_ONE_IN));
    }

    /** @param number of the file among all that were taken, from 1 */
    boolean loses(int number) {
        return losesOneIn > 0 && Math.floorMod(number - seed, losesOneIn) == 0;
    }

    boolean refuses(int number) {
        return refusesOneIn > 0 && Math.floorMod(number - seed * 3, refusesOneIn) == 0;
    }

    boolean chance(String what, String name, int oneIn) {
        long mixed = seed * 0x9E3779B97F4A7C15L + Arrays.hashCode(new int[] {what.hashCode(), name.hashCode()});
        return new SplittableRandom(mixed).nextInt(oneIn) == 0;
    }
}
