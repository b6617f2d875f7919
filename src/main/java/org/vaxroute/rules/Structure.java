package org.vaxroute.rules;

import java.util.Map;
import org.vaxroute.hl7.Path;

/** What places HL7 2.5.1 has in an immunization record, so that a slip of the pen in a path is found when files are read. */
final class Structure {
    /** How many fields each segment has, with those that later versions added. */
    private static final Map<String, Integer> FIELDS = Map.ofEntries(
            Map.entry("MSH", 25),
            Map.entry("SFT", 6),
            Map.entry("PID", 39),
            Map.entry("PD1", 21),
            Map.entry("NK1", 37),
            Map.entry("PV1", 52),
            Map.entry("PV2", 49),
            Map.entry("GT1", 55),
            Map.entry("IN1", 53),
            Map.entry("IN2", 72),
            Map.entry("IN3", 28),
            Map.entry("ORC", 31),
            Map.entry("TQ1", 14),
            Map.entry("TQ2", 10),
            Map.entry("RXA", 26),
            Map.entry("RXR", 6),
            Map.entry("OBX", 25),
            Map.entry("NTE", 4));

    private static final int CE = 6;
    private static final int CX = 10;
    private static final int HD = 3;
    private static final int TS = 2;
    private static final int XAD = 14;
    private static final int XCN = 23;
    private static final int XON = 10;
    private static final int XPN = 14;
    private static final int XTN = 12;
    private static final int PLAIN = 1;

    /** Components of the fields that the guide uses. */
    private static final Map<String, Integer> COMPONENTS = Map.ofEntries(
            Map.entry("MSH-3", HD),
            Map.entry("MSH-4", HD),
            Map.entry("MSH-5", HD),
            Map.entry("MSH-6", HD),
            Map.entry("MSH-7", TS),
            Map.entry("MSH-9", 3),
            Map.entry("MSH-10", PLAIN),
            Map.entry("MSH-11", 2),
            Map.entry("MSH-12", 3),
            Map.entry("MSH-21", 4),
            Map.entry("MSH-22", XON),
            Map.entry("MSH-23", XON),
            Map.entry("PID-3", CX),
            Map.entry("PID-5", XPN),
            Map.entry("PID-6", XPN),
            Map.entry("PID-7", TS),
            Map.entry("PID-8", PLAIN),
            Map.entry("PID-10", CE),
            Map.entry("PID-11", XAD),
            Map.entry("PID-13", XTN),
            Map.entry("PID-22", CE),
            Map.entry("PID-24", PLAIN),
            Map.entry("PID-25", PLAIN),
            Map.entry("PID-29", TS),
            Map.entry("PID-30", PLAIN),
            Map.entry("PD1-11", CE),
            Map.entry("PD1-12", PLAIN),
            Map.entry("PD1-13", PLAIN),
            Map.entry("PD1-16", PLAIN),
            Map.entry("PD1-17", PLAIN),
            Map.entry("PD1-18", PLAIN),
            Map.entry("NK1-1", PLAIN),
            Map.entry("NK1-2", XPN),
            Map.entry("NK1-3", CE),
            Map.entry("NK1-4", XAD),
            Map.entry("NK1-5", XTN),
            Map.entry("ORC-1", PLAIN),
            Map.entry("ORC-2", 4),
            Map.entry("ORC-3", 4),
            Map.entry("ORC-10", XCN),
            Map.entry("ORC-12", XCN),
            Map.entry("ORC-17", CE),
            Map.entry("RXA-1", PLAIN),
            Map.entry("RXA-2", PLAIN),
            Map.entry("RXA-3", TS),
            Map.entry("RXA-4", TS),
            Map.entry("RXA-5", CE),
            Map.entry("RXA-6", PLAIN),
            Map.entry("RXA-7", CE),
            Map.entry("RXA-9", CE),
            Map.entry("RXA-10", XCN),
            Map.entry("RXA-11", 16),
            Map.entry("RXA-15", PLAIN),
            Map.entry("RXA-16", TS),
            Map.entry("RXA-17", CE),
            Map.entry("RXA-18", CE),
            Map.entry("RXA-20", PLAIN),
            Map.entry("RXA-21", PLAIN),
            Map.entry("RXR-1", CE),
            Map.entry("RXR-2", CE + 3),
            Map.entry("OBX-1", PLAIN),
            Map.entry("OBX-3", CE),
            Map.entry("OBX-4", PLAIN),
            Map.entry("OBX-6", CE),
            Map.entry("OBX-11", PLAIN),
            Map.entry("OBX-14", TS),
            Map.entry("OBX-17", CE));

    private Structure() {}

    /** Fails when there is no such place; a segment of the site's own (Z..) may have any. */
    static Path known(YamlNode at, Path path) {
        if (path.segment().startsWith("Z")) {
            return path;
        }
        Integer fields = FIELDS.get(path.segment());
        if (fields == null) {
            throw at.fault("'" + path.segment() + "' is no segment of an immunization record; there are "
                    + FIELDS.keySet().stream().sorted().toList() + " and your own beginning with Z");
        }
        if (path.field() > fields) {
            throw at.fault(path.segment() + " has only " + fields + " fields");
        }
        String field = path.segment() + "-" + path.field();
        Integer components = COMPONENTS.get(field);
        if (components != null && path.component() > components) {
            throw at.fault(field + " has only " + components + (components == 1 ? " component" : " components"));
        }
        return path;
    }
}
