package org.vaxroute.intake;

import java.util.List;

/** The table of sites cannot be used; one fault a line, each with file, line and remedy. */
public final class SiteTableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SiteTableException(List<String> faults) {
        super(String.join("\n", faults));
    }
}
