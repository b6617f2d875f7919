package org.vaxroute.vxu;

import java.util.List;

/** Rows that cannot become a VXU as their column map says. */
public final class RowException extends RuntimeException {
    private final transient List<RowFault> faults;

    RowException(List<RowFault> faults) {
        super(faults.get(0).text() + (faults.size() > 1 ? " (and " + (faults.size() - 1) + " more)" : ""));
        this.faults = List.copyOf(faults);
    }

    /** Every fault of these rows, in the order of the rows. */
    public List<RowFault> faults() {
        return faults;
    }
}
