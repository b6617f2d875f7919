package org.vaxroute.practice;

import java.util.List;

/**
 * A site of the practice organization, with the clinician who orders its doses.
 *
 * @param facility the site's ten-digit number at the registry
 * @param npi of the clinician, with a valid check digit
 */
record Clinic(int id, String name, String facility, String npi, String family, String given) {
    static final List<Clinic> ALL = List.of(
            new Clinic(1, "Bluebonnet Family Clinic", "0042170013", "1245319599", "Okafor", "Grace"),
            new Clinic(2, "Pecan Street Pediatrics", "0042170021", "1528060837", "Lindqvist", "Per"),
            new Clinic(3, "Bayou City Health Center", "0042170039", "1871509901", "Rangan", "Meera"));
}
