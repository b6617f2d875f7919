package org.vaxroute.vxu;

/**
 * One component of an outgoing field and where its value comes from.
 *
 * @param carrier whether the value is the source's own: without one, the constants around it are not written either
 */
record Slot(Place place, boolean carrier, Value value) {
    /** Gives a component its value for one row; "" for nothing. */
    @FunctionalInterface
    interface Value {
        String of(Row row);
    }
}
