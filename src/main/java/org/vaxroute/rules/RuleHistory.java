package org.vaxroute.rules;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a rule comes from and what later files made of it.
 *
 * @param id the rule's id
 * @param defined file and line of its first definition
 * @param alterations what later files changed, in reading order
 * @param off true when it ended switched off
 */
public record RuleHistory(String id, String defined, List<Alteration> alterations, boolean off) {
    /**
     * One change of a rule.
     *
     * @param at file and line
     * @param keys what was changed, such as {@code severity}; empty when the rule was switched off
     */
    public record Alteration(String at, List<String> keys) {
        public Alteration {
            keys = List.copyOf(keys);
        }
    }

    public RuleHistory {
        alterations = List.copyOf(alterations);
    }

    /**
     * Of every rule that any of the files has, in reading order.
     *
     * @throws RuleFileException when the files cannot be read together
     */
    public static List<RuleHistory> read(List<Path> files) {
        return new RuleFiles(files).histories();
    }

    static RuleHistory of(String id, String defined) {
        return new RuleHistory(id, defined, List.of(), false);
    }

    RuleHistory altered(String at, List<String> keys) {
        return with(new Alteration(at, keys), off);
    }

    RuleHistory off(String at) {
        return with(new Alteration(at, List.of()), true);
    }

    private RuleHistory with(Alteration alteration, boolean nowOff) {
        List<Alteration> all = new ArrayList<>(alterations);
        all.add(alteration);
        return new RuleHistory(id, defined, all, nowOff);
    }
}
