package org.vaxroute.operate.access;

import java.util.Locale;
import java.util.Optional;

/** What a person may do; each role holds those before it. */
public enum Role {
    /** Looks at everything that names no patient. */
    VIEWER,
    /** Acts: runs, pauses, releases, attests. Sees no message either. */
    OPERATOR,
    /** Also sees the record that a decision is about, each view on the trail. */
    STEWARD;

    /** The name in users files and messages. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Role> of(String word) {
        for (Role role : values()) {
            if (role.word().equals(word)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    /** Whether this role may do more than look. */
    public boolean acts() {
        return covers(OPERATOR);
    }

    /** Whether this role may do what the other may. */
    public boolean covers(Role needed) {
        return compareTo(needed) >= 0;
    }
}
