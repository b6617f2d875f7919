package org.vaxroute.cli;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.ServiceLoader;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.hl7.Limits;
import org.vaxroute.intake.Sites;

/**
 * What commands that only judge ask of the settings; found as a service like {@link House}, and apart from it so that
 * they start without loading what runs routes.
 */
public interface RegistryProfiles {
    /**
     * The profile to judge by.
     *
     * @param registry id of a registry's profile, or null for that of the connection
     * @param connection id of a connection, or null for the only one, else {@code main}
     * @throws RuntimeException naming the ones there are, when there is no such registry or connection
     */
    Profile profile(Path home, String registry, String connection);

    /**
     * The folders of a profile, after those that it builds on.
     *
     * @param registry as in {@link #profile}
     * @param connection as in {@link #profile}
     */
    List<Path> folders(Path home, String registry, String connection);

    /** The code tables by which records are judged. */
    CodeTables codes(Path home);

    /** The folder of the tables that are published, which an import writes anew. */
    Path codesFolder(Path home);

    /**
     * Files and settings by which records are judged.
     *
     * @param registry id of the registry's profile
     * @param connection id of the connection as which records are judged
     * @param rules rule files in reading order
     * @param transforms transform files in reading order
     * @param sites the clinics of the connection, none when another registry than its own is asked
     * @param zone in which "today" is
     * @param limits of reading
     */
    record Profile(
            String registry,
            String connection,
            List<Path> rules,
            List<Path> transforms,
            Sites sites,
            ZoneId zone,
            Limits limits) {
        public Profile {
            rules = List.copyOf(rules);
            transforms = List.copyOf(transforms);
        }
    }

    /** The one that this build holds. */
    static RegistryProfiles find() {
        return ServiceLoader.load(RegistryProfiles.class)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "This build is incomplete: it has no " + RegistryProfiles.class.getName() + " service."));
    }
}
