package org.vaxroute.intake;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vaxroute.ledger.KeptLease;
import org.vaxroute.ledger.Leases;

/**
 * Whoever reads an EHR's database (a due source, a plan, a report), at whatever node: the database has one connection of ours to bear. A lease
 * for each database sees to it. docs/decisions/0303.
 */
public final class EhrTurns {
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final int LONGEST_NAME = 80;
    private static final Pattern PLAIN =
            Pattern.compile("^jdbc:[a-z0-9:]+//[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9_.-]*)?(?=[?;]|$)");
    private static final int MARK_BYTES = 4;

    private final Leases leases;
    private final String owner;

    /** @param owner names the work and the node, for people to read */
    public EhrTurns(Leases leases, String owner) {
        this.leases = leases;
        this.owner = owner;
    }

    /** Whether somebody reads this database. */
    boolean busy(String url) {
        return leases.isHeld(name(url));
    }

    /**
     * Takes the turn, which ends when it is closed.
     *
     * @param patience how long another reading is waited for
     * @throws DatabaseInUse when it goes on for longer
     * @throws SourceFaultException when this process ends or takes no work
     */
    KeptLease take(JdbcSource source, Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        for (; ; ) {
            if (leases.isResting()) {
                throw new SourceFaultException(
                        source.id(),
                        "Source " + source.id()
                                + " is not read here: this node takes no work, because it is drained or stops. Ask another node.");
            }
            Optional<KeptLease> turn = leases.keep(name(source.url()), owner);
            if (turn.isPresent()) {
                // While a query runs nobody asks for the lease.
                turn.get().patient(source.queryTimeout());
                return turn.get();
            }
            if (System.nanoTime() >= until) {
                throw new DatabaseInUse(source.id());
            }
            LockSupport.parkNanos(LOOK.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new SourceFaultException(
                        source.id(), "Source " + source.id() + " was not read, because the program stops.");
            }
        }
    }

    /**
     * The database's address for people, and a mark by which two that look the same differ. Drivers take user and password in many places,
     * so only an address that plainly has none is shown; of the others the kind of database.
     */
    static String name(String url) {
        Matcher plain = PLAIN.matcher(url);
        String kind = url.replaceFirst("(?s)^(jdbc:[a-z0-9]+).*", "$1");
        String place = url.indexOf('@') < 0 && plain.find() ? plain.group() : kind.startsWith("jdbc:") ? kind : "";
        return "ehr:" + place.substring(0, Math.min(place.length(), LONGEST_NAME)) + " " + mark(url);
    }

    private static String mark(String url) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(url.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, MARK_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
