package org.vaxroute.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import org.vaxroute.hl7.Message;

/**
 * Tells doses apart to which an EHR gives one order number (ORC-3), such as that of the visit: by vaccine (RXA-5) and day (RXA-3). Their
 * place in a message says nothing once they come in another order or alone: docs/decisions/0433.
 */
final class DosesOfOneNumber {
    private final Keys keys;
    private final Message text;
    private final long patientKey;
    private final LongFunction<List<Keys.OfDose>> known;
    private final LongPredicate own;
    private final Keys.OfDose[] doses;

    /**
     * @param text that the keys of the record are of
     * @param known what was said of the dose with a key, newest last; empty where nothing was
     * @param own whether the record itself is stored with the dose of a key
     */
    DosesOfOneNumber(
            Keys keys, Message text, Keys.OfRecord record, LongFunction<List<Keys.OfDose>> known, LongPredicate own) {
        this.keys = keys;
        this.text = text;
        this.patientKey = record.patientKey();
        this.known = known;
        this.own = own;
        this.doses = record.doses().clone();
    }

    /** The doses under the keys by which they were known before; a dose that is another one has a key of its own. */
    Keys.OfDose[] apart() {
        Map<Long, List<Integer>> numbers = new LinkedHashMap<>();
        for (int dose = 0; dose < doses.length; dose++) {
            numbers.computeIfAbsent(key(dose, 1), first -> new ArrayList<>(1)).add(dose);
        }
        numbers.forEach(this::tellApart);
        return doses;
    }

    private long key(int dose, int occurrence) {
        return keys.numbered(text, dose + 1, patientKey, occurrence);
    }

    private void tellApart(long first, List<Integer> group) {
        Set<Long> free = new LinkedHashSet<>();
        List<Long> unused = new ArrayList<>();
        for (int occurrence = 1; ; occurrence++) {
            long key = key(group.get(0), occurrence);
            if (!known.apply(key).isEmpty()) {
                free.add(key);
            } else {
                unused.add(key);
                if (unused.size() > group.size()) {
                    break;
                }
            }
        }
        if (free.isEmpty() || group.size() == 1 && free.equals(Set.of(first))) {
            return;
        }
        List<Integer> open = new ArrayList<>(group);
        match(open, free, (dose, key) -> own.test(key) && isSame(dose, key));
        match(open, free, (dose, key) -> own.test(key));
        match(
                open,
                free,
                (dose, key) -> Arrays.equals(dose.contentHash(), last(key).contentHash()));
        match(open, free, this::isSame);
        List<Long> given =
                free.stream().filter(key -> !last(key).action().equals("D")).toList();
        // Fewer than are known: which of them is corrected, or whether this is one more, cannot be seen.
        List<Long> left = new ArrayList<>(open.size() < given.size() ? List.of() : given);
        left.addAll(unused);
        for (int i = 0; i < open.size(); i++) {
            take(open.get(i), left.get(i));
        }
    }

    private Keys.OfDose last(long key) {
        List<Keys.OfDose> said = known.apply(key);
        return said.get(said.size() - 1);
    }

    private boolean isSame(Keys.OfDose dose, long key) {
        Keys.OfDose last = last(key);
        return dose.cvx().equals(last.cvx()) && Objects.equals(dose.date(), last.date());
    }

    private void match(List<Integer> open, Set<Long> free, BiPredicate<Keys.OfDose, Long> fits) {
        open.removeIf(dose -> {
            for (long key : free) {
                if (fits.test(doses[dose], key)) {
                    take(dose, key);
                    return free.remove(key);
                }
            }
            return false;
        });
    }

    private void take(int dose, long key) {
        doses[dose] = doses[dose].as(key, doses[dose].contentHash()).named(key);
    }

    /**
     * Whether it cannot be seen if a dose that the registry does not have corrects one that it has, or is one more: it has more doses of
     * the number than the record speaks of beside this one.
     *
     * @param dose from 0
     * @param received the record as its source gave it, with all doses also where this is a part of it
     * @param has whether the registry has the dose of a key
     */
    boolean isUnclear(int dose, byte[] received, LongPredicate has) {
        int there = 0;
        int unknown = 0;
        for (int occurrence = 1; unknown < 2; occurrence++) {
            long key = key(dose, occurrence);
            if (known.apply(key).isEmpty()) {
                unknown++;
            } else if (has.test(key)) {
                there++;
            }
        }
        return there > 1 && spoken(text.get(number(dose + 1)), Message.parse(received)) <= there;
    }

    private static int spoken(String number, Message received) {
        int spoken = 0;
        for (int dose = 1; dose <= received.doses(); dose++) {
            if (received.get(number(dose)).equals(number)) {
                spoken++;
            }
        }
        return spoken;
    }

    private static String number(int dose) {
        return "ORDER[" + dose + "]/ORC-3.1";
    }
}
