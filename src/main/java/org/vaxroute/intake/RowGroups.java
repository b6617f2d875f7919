package org.vaxroute.intake;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Function;

/** Gathers rows of one patient that stand next to each other, a group at a time. Rows in which nothing stands tell of nobody. */
final class RowGroups implements Iterator<RowGroups.Group> {
    /**
     * Rows of one patient.
     *
     * @param firstRow number of the first of them in what is read, from 1
     */
    record Group(List<Map<String, String>> rows, long firstRow) {
        long lastRow() {
            return firstRow + rows.size() - 1;
        }
    }

    /** A patient with more rows than this is given in several groups, so that one wrong column cannot fill the memory. */
    static final int MOST_ROWS = 2_000;

    private final Iterator<Map<String, String>> rows;
    private final Function<Map<String, String>, String> patient;
    private Map<String, String> ahead;
    private long read;

    /** @param before rows that stand before the first one given here */
    RowGroups(Iterator<Map<String, String>> rows, Function<Map<String, String>, String> patient, long before) {
        this.rows = rows;
        this.patient = patient;
        this.read = before;
        advance();
        passEmptyRows();
    }

    private void advance() {
        ahead = rows.hasNext() ? rows.next() : null;
        if (ahead != null) {
            read++;
        }
    }

    private void passEmptyRows() {
        while (ahead != null && ahead.values().stream().allMatch(value -> value == null || value.isBlank())) {
            advance();
        }
    }

    @Override
    public boolean hasNext() {
        return ahead != null;
    }

    @Override
    public Group next() {
        if (ahead == null) {
            throw new NoSuchElementException();
        }
        long first = read;
        String who = patient.apply(ahead);
        List<Map<String, String>> group = new ArrayList<>();
        do {
            group.add(ahead);
            advance();
        } while (ahead != null
                && !who.isEmpty()
                && group.size() < MOST_ROWS
                && Objects.equals(who, patient.apply(ahead)));
        passEmptyRows();
        return new Group(group, first);
    }
}
