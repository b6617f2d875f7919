package org.vaxroute.feeds;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a test says of the world outside of the ledger. */
final class Around implements Surroundings {
    final List<DueDates.Agreement> agreements = new ArrayList<>();
    final List<DueDates.Ending> endings = new ArrayList<>();
    final List<DueDates.Ending> house = new ArrayList<>();
    final List<DueDates.CodesOf> codes = new ArrayList<>();
    final Set<String> sourcesOfBefore = new HashSet<>();
    String disaster = "";

    /** Thrown by every look at endings, when there is one. */
    RuntimeException fault;

    @Override
    public List<DueDates.Agreement> agreements(String connection) {
        return agreements;
    }

    @Override
    public List<DueDates.Ending> endings(String connection) {
        fail();
        return endings;
    }

    @Override
    public boolean hasSource(String connection, String source) {
        return !sourcesOfBefore.contains(source);
    }

    @Override
    public boolean disasterProduct(String connection, String cvx, LocalDate given) {
        return !cvx.isEmpty() && cvx.equals(disaster);
    }

    @Override
    public List<DueDates.Ending> endings() {
        fail();
        return house;
    }

    private void fail() {
        if (fault != null) {
            throw fault;
        }
    }

    @Override
    public void lookAtFiles() {}

    @Override
    public List<DueDates.CodesOf> codes() {
        return codes;
    }

    @Override
    public House house() {
        return new House(Duration.ofDays(30), Duration.ofDays(400));
    }
}
