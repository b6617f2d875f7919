package org.vaxroute.practice;

import java.time.Clock;
import java.time.Duration;

/**
 * How a practice registry is set up.
 *
 * @param user name of its one account
 * @param password of the account
 * @param sftpPort 0 for the port used before in this folder, or a free one
 * @param ftpsPort 0 for the port used before in this folder, or a free one
 * @param passivePorts ports of FTPS data connections such as {@code 5000-5010}; "" for any free ones
 * @param stableFor how long a file must stay unchanged before it is taken out of the drop-off
 * @param production false for an account that has yet to earn production: what it sends is judged and answered, and not kept
 * @param habits how it conducts itself
 * @param clock dates answers and judges future dates
 */
public record RegistryOptions(
        String user,
        String password,
        int sftpPort,
        int ftpsPort,
        String passivePorts,
        Duration stableFor,
        boolean production,
        RegistryHabits habits,
        Clock clock) {
    /** Account {@code practice} in production, free ports, files taken after two seconds, plain habits. */
    public static RegistryOptions of(Clock clock) {
        return new RegistryOptions(
                "practice", "practice-password", 0, 0, "", Duration.ofSeconds(2), true, RegistryHabits.plain(), clock);
    }

    /** The same, with files taken after another time. */
    public RegistryOptions stableFor(Duration time) {
        return new RegistryOptions(user, password, sftpPort, ftpsPort, passivePorts, time, production, habits, clock);
    }

    /** The same on given ports. */
    public RegistryOptions ports(int sftp, int ftps) {
        return new RegistryOptions(user, password, sftp, ftps, passivePorts, stableFor, production, habits, clock);
    }

    /** The same with a given range of FTPS data ports. */
    public RegistryOptions passivePorts(String range) {
        return new RegistryOptions(user, password, sftpPort, ftpsPort, range, stableFor, production, habits, clock);
    }

    /** The same with an account that has yet to earn production. */
    public RegistryOptions testing() {
        return new RegistryOptions(user, password, sftpPort, ftpsPort, passivePorts, stableFor, false, habits, clock);
    }

    /** The same with other habits. */
    public RegistryOptions habits(RegistryHabits other) {
        return new RegistryOptions(
                user, password, sftpPort, ftpsPort, passivePorts, stableFor, production, other, clock);
    }

    @Override
    public String toString() {
        return "RegistryOptions[user " + user + ", files taken after " + stableFor + "]";
    }
}
