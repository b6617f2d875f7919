package org.vaxroute.intake;

import java.time.LocalDate;
import java.util.Set;

/**
 * A clinic that is reported under a connection: one row of {@code config/sites.csv}, with what its parents add.
 *
 * @param id how we call it; the ledger, reports and feeds group by it
 * @param name in words
 * @param facilities codes by which the EHR names it in messages
 * @param registryId its id at the registry, leading zeros kept
 * @param head the uppermost organization above it, itself when there is none
 * @param agreementUntil last day of the earliest ending agreement of the site and those above it; null when none is
 *     known to end
 * @param activeFrom first day on which it gave vaccines that we report; null for always
 * @param activeUntil last such day; null for still
 */
public record Site(
        String id,
        String name,
        Set<String> facilities,
        String registryId,
        Head head,
        LocalDate agreementUntil,
        LocalDate activeFrom,
        LocalDate activeUntil) {

    /** The organization that a registry holds responsible for a site. */
    public record Head(String name, String registryId) {}

    public Site {
        facilities = Set.copyOf(facilities);
    }

    boolean activeOn(LocalDate day) {
        return (activeFrom == null || !day.isBefore(activeFrom)) && (activeUntil == null || !day.isAfter(activeUntil));
    }

    boolean agreedOn(LocalDate day) {
        return agreementUntil == null || !day.isAfter(agreementUntil);
    }
}
