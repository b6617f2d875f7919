package org.vaxroute.practice;

import java.util.List;

/**
 * A vaccine that the practice gives.
 *
 * @param fromMonths youngest age at which it is given
 * @param toMonths oldest age
 * @param since first year of use
 * @param share how often it is chosen against the others
 */
record Vaccine(
        String cvx,
        String name,
        String mvx,
        String ndc,
        String route,
        String amount,
        int fromMonths,
        int toMonths,
        int since,
        String vis,
        int share) {
    static final List<Vaccine> ALL = Stock.rows("vaccines.csv").stream()
            .map(r -> new Vaccine(
                    r.get("cvx"),
                    r.get("name"),
                    r.get("mvx"),
                    r.get("ndc"),
                    r.get("route"),
                    r.get("amount"),
                    Integer.parseInt(r.get("from")),
                    Integer.parseInt(r.get("to")),
                    Integer.parseInt(r.get("since")),
                    r.get("vis"),
                    Integer.parseInt(r.get("share"))))
            .toList();

    boolean isOral() {
        return route.equals("C38288");
    }
}
