package org.vaxroute.rules;

import java.util.List;

/**
 * The rules on one field of a segment, told apart by whether they have anything to say of an empty field. Most fields of
 * a message are empty, so most rules are passed over together.
 *
 * @param onFilled all of them, in reading order
 * @param beyond those of them that look at more than the field, in the same order
 * @param clean what the others had nothing to say of; null when there are none of them
 */
record FieldRules(int field, CompiledRule[] onEmpty, CompiledRule[] onFilled, CompiledRule[] beyond, CleanTexts clean) {
    static FieldRules of(int field, List<CompiledRule> rules) {
        CompiledRule[] beyond = rules.stream().filter(rule -> !rule.local).toArray(CompiledRule[]::new);
        return new FieldRules(
                field,
                rules.stream().filter(CompiledRule::speaksOfEmpty).toArray(CompiledRule[]::new),
                rules.toArray(CompiledRule[]::new),
                beyond,
                beyond.length == rules.size() ? null : new CleanTexts());
    }
}
