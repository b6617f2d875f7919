package org.vaxroute.ledger;

import java.util.Locale;

/**
 * Something that a person can pause by itself.
 *
 * @param name the source's id or the feed's word; empty for a delivery, of which a connection has one
 */
public record Pausable(Kind kind, String connection, String name) {
    /** What can be paused. */
    public enum Kind {
        /** Sending to the registry with a connection's account. Answers are fetched all the same. */
        DELIVERY,
        /** Taking records from a source. */
        SOURCE,
        /** Deciding files of a feed, and sending those that are decided. */
        FEED
    }

    /** Everything that leaves with the account of a connection. */
    public static Pausable delivery(String connection) {
        return new Pausable(Kind.DELIVERY, connection, "");
    }

    /** Everything that a source would hand over. */
    public static Pausable source(String connection, String source) {
        return new Pausable(Kind.SOURCE, connection, source);
    }

    /** Everything that leaves for a feed. */
    public static Pausable feed(String connection, Feed feed) {
        return new Pausable(Kind.FEED, connection, feed.name().toLowerCase(Locale.ROOT));
    }

    /** The id by which people name it: {@code main}, {@code main.clinic-files} or {@code main.ongoing}. */
    public String id() {
        return name.isEmpty() ? connection : connection + "." + name;
    }

    /** As it stands on the trail and in alarms: {@code source:main.clinic-files}. */
    public String subject() {
        return word() + ":" + id();
    }

    /** As a person says it: {@code source main.clinic-files}. */
    @Override
    public String toString() {
        return word() + " " + id();
    }

    /** The kind, as a person says it. */
    public String word() {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
