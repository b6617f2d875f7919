package org.vaxroute.vxu;

/** A column map that cannot be used: wrong in itself, or naming a column that the source does not have. */
public final class ColumnMapException extends RuntimeException {
    /** @param message file or source, line or column, and what to do */
    public ColumnMapException(String message) {
        super(message);
    }
}
