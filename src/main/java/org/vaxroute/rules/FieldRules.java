package org.vaxroute.rules;

import java.util.List;

/**
 * The rules on one field of a segment, told apart by whether they have anything to say of an empty field. Most fields of
 * a message are empty, so most rules are passed over together.
 */
record FieldRules(int field, CompiledRule[] onEmpty, CompiledRule[] onFilled) {
    static FieldRules of(int field, List<CompiledRule> rules) {
        return new FieldRules(
                field,
                rules.stream().filter(CompiledRule::speaksOfEmpty).toArray(CompiledRule[]::new),
                rules.toArray(CompiledRule[]::new));
    }
}
