package org.vaxroute.vxu;

import java.util.List;

/** A column map made ready for writing: columns by number, patient segments in order, and the dose. */
record Plan(
        List<String> columns,
        int patient,
        int row,
        int stamp,
        List<Slot.Value> person,
        SegmentPlan pid,
        SegmentPlan pd1,
        List<List<Slot>> kin,
        SegmentPlan pv1,
        List<Slot> msh,
        DosePlan dose) {}
