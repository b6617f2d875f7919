package org.vaxroute.rules;

import java.util.List;
import java.util.Map;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.hl7.Message;
import org.vaxroute.hl7.Path;

/**
 * The question whether some segment of a dose (or of the message) is as wanted, such as an OBX with the eligibility.
 *
 * @param segment name of the segments to look among
 * @param wanted what one of them must fulfil
 * @param sameAs when not null, the one must also carry the same value in this field as the segment that asks
 */
record Among(String segment, Condition wanted, Path sameAs) {
    static Among compile(YamlNode node, Path owner, CodeTables codes) {
        Path inside = ValueRef.path(node, owner.segment() + "-1");
        return new Among(owner.segment(), Condition.compile(node, inside, codes), null);
    }

    static Among compilePartner(YamlNode node, Path owner, CodeTables codes) {
        node.onlyKeys(List.of("with", "same"));
        Map<String, YamlNode> entries = node.entries();
        if (!entries.containsKey("with") || !entries.containsKey("same")) {
            throw node.fault("a partner needs 'with' (what it must be) and 'same' (the field that links the two)");
        }
        YamlNode same = entries.get("same");
        Path inside = ValueRef.path(node, owner.segment() + "-1");
        return new Among(
                owner.segment(),
                Condition.compile(entries.get("with"), inside, codes),
                ValueRef.path(same, same.text()));
    }

    boolean partner() {
        return sameAs != null;
    }

    boolean fulfilled(Place place) {
        Message message = place.message();
        int asking = place.segment;
        int field = place.field;
        boolean found = false;
        for (int s = message.find(segment, 0); s >= 0 && !found; s = message.find(segment, s + 1)) {
            if (message.segmentDose(s) == place.dose && linked(message, asking, s)) {
                place.segment = s;
                found = wanted.holds(place);
            }
        }
        place.segment = asking;
        place.field = field;
        return found;
    }

    private boolean linked(Message message, int asking, int other) {
        return sameAs == null
                || message.same(
                        message.span(asking, sameAs.field(), 1, sameAs.component(), 0),
                        message.span(other, sameAs.field(), 1, sameAs.component(), 0));
    }
}
