package org.vaxroute.ledger;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * A historical load: its plan and how far it is.
 *
 * @param site the sites it is for, separated by commas; {@code *} for all of the connection
 * @param figures what the plan expects
 * @param who made the plan, or decided that there is none
 * @param why reason of its last step
 * @param startedAt null before it was started
 * @param endedAt null unless it is DONE or WAIVED
 */
public record HistoricalLoad(
        long id,
        String connection,
        String site,
        LoadState state,
        Figures figures,
        List<Source> sources,
        String who,
        String why,
        Instant plannedAt,
        Instant startedAt,
        Instant endedAt) {
    /** Stands for every site of a connection. */
    public static final String ALL_SITES = "*";

    public HistoricalLoad {
        sources = List.copyOf(sources);
    }

    /** How sites are written in one text. */
    public static String sites(Collection<String> sites) {
        return sites.isEmpty() ? ALL_SITES : String.join(",", new TreeSet<>(sites));
    }

    /** Whether records of that site belong to it. */
    public boolean covers(String one) {
        return covers(site, one);
    }

    /** Whether it was started and has not come to its end. */
    public boolean underWay() {
        return state == LoadState.RUNNING || state == LoadState.PAUSED;
    }

    /** Whether a site belongs to both. */
    public boolean meets(HistoricalLoad other) {
        return covers(other.site)
                || other.covers(site)
                || Arrays.stream(site.split(",")).anyMatch(other::covers);
    }

    /** Whether records of that site belong to a load of these sites. */
    public static boolean covers(String sites, String one) {
        return sites.equals(ALL_SITES) || Arrays.asList(sites.split(",")).contains(one);
    }

    /** For people: {@code of main} or {@code of main, sites north,south}. */
    public String of() {
        return connection + (site.equals(ALL_SITES) ? "" : ", " + (site.contains(",") ? "sites " : "site ") + site);
    }

    /**
     * What a plan expects.
     *
     * @param held records that would be held, whole or for one of their doses
     * @param bytes of message text
     * @param days at the pace that was set
     * @param readAhead records that may be read ahead of sending: those of one day
     */
    public record Figures(long records, long doses, long held, int files, long bytes, int days, long readAhead) {}

    /**
     * A source of history.
     *
     * @param query whether it is a query; otherwise files
     * @param cutOff the mark up to which it is read, itself included; empty for files
     * @param ongoing the source that goes on behind the cut-off; empty when there is none of the same database
     * @param readAt when it had been read to its cut-off; null while it has not
     */
    public record Source(String id, boolean query, String cutOff, String ongoing, Instant readAt) {}

    /**
     * Records and doses of one year and site. A record counts in the year of its first dose.
     *
     * @param year in which the doses were given; 0 when a date cannot be read
     */
    public record Count(int year, String site, long records, long doses) {}
}
