package org.vaxroute.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.vaxroute.hl7.Message;
import org.vaxroute.hl7.Path;

/**
 * The rules on the segments of one name, by field. Where many of them apply only to certain values of one field of the segment, as most
 * rules on an OBX do to certain codes in OBX-3.1, the segment is asked for that value once, and then only the rules that are left.
 */
final class SegmentRules {
    /** So many rules must ask for one value before it is looked at first. */
    private static final int WORTH_IT = 4;

    /** A condition that lists more texts than this, as one that names a code table does, gives no values to look for. */
    private static final int FEW = 8;

    private final FieldRules[] otherwise;
    private final Path decidedBy;
    private final Literals values;
    private final FieldRules[][] bySlot;

    SegmentRules(List<CompiledRule> rules) {
        Map<Integer, FieldRules> common = byField(rules, Map.of());
        this.decidedBy = deciding(rules);
        if (decidedBy == null) {
            this.values = null;
            this.bySlot = null;
            this.otherwise = inOrder(common);
            return;
        }
        Set<String> texts = new HashSet<>();
        rules.forEach(rule -> rule.when.questions(asked -> {
            if (decides(asked) && decidedBy.equals(asked.ref().besideField())) {
                texts.addAll(((Condition.OneOf) asked.test()).texts().texts());
            }
        }));
        this.values = new Literals(texts);
        this.bySlot = new FieldRules[values.slots()][];
        for (int slot = 0; slot < bySlot.length; slot++) {
            if (values.textIn(slot) != null) {
                bySlot[slot] = left(rules, common, new Condition.Known(decidedBy, values.textIn(slot), Set.of()));
            }
        }
        this.otherwise = left(rules, common, new Condition.Known(decidedBy, null, texts));
    }

    /** The rules to ask of a segment, by field in their order. */
    FieldRules[] of(Message message, int segment) {
        if (decidedBy == null) {
            return otherwise;
        }
        long span = message.span(
                segment,
                decidedBy.field(),
                Math.max(1, decidedBy.repetition()),
                decidedBy.component(),
                decidedBy.subcomponent());
        int slot = values.slot(message, span);
        return slot < 0 ? otherwise : bySlot[slot];
    }

    /** The value for which most rules ask, or null when it is not worth looking at it first. */
    private static Path deciding(List<CompiledRule> rules) {
        Map<Path, Integer> counts = new HashMap<>();
        for (CompiledRule rule : rules) {
            rule.when.questions(asked -> {
                if (decides(asked)) {
                    counts.merge(asked.ref().besideField(), 1, Integer::sum);
                }
            });
        }
        return counts.entrySet().stream()
                .filter(count -> count.getValue() >= WORTH_IT)
                .max(Map.Entry.<Path, Integer>comparingByValue()
                        .thenComparing(count -> count.getKey().toString()))
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    private static boolean decides(Condition.Value asked) {
        return asked.ref().besideField() != null
                && asked.test() instanceof Condition.OneOf list
                && list.texts().texts().size() <= FEW;
    }

    private static FieldRules[] left(List<CompiledRule> rules, Map<Integer, FieldRules> common, Condition.Known known) {
        List<CompiledRule> left = new ArrayList<>();
        for (CompiledRule rule : rules) {
            CompiledRule rest = rule.given(known);
            if (rest != null) {
                left.add(rest);
            }
        }
        return inOrder(byField(left, common));
    }

    /** @param common what is taken where it holds the very same rules, so that what is known of their texts is shared */
    private static Map<Integer, FieldRules> byField(List<CompiledRule> rules, Map<Integer, FieldRules> common) {
        Map<Integer, List<CompiledRule>> lists = new TreeMap<>();
        for (CompiledRule rule : rules) {
            lists.computeIfAbsent(rule.path.field(), field -> new ArrayList<>()).add(rule);
        }
        Map<Integer, FieldRules> fields = new TreeMap<>();
        lists.forEach((field, list) -> {
            FieldRules same = common.get(field);
            fields.put(
                    field, same != null && List.of(same.onFilled()).equals(list) ? same : FieldRules.of(field, list));
        });
        return fields;
    }

    private static FieldRules[] inOrder(Map<Integer, FieldRules> fields) {
        return fields.values().toArray(FieldRules[]::new);
    }
}
