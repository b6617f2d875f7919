package org.vaxroute.operate.mbean;

import java.nio.file.Path;

/** Makes backups of a home. */
@FunctionalInterface
public interface Backups {
    /**
     * Makes a backup.
     *
     * @param into the folder in which a folder for it is made; null for the usual one
     * @param who makes it, for the trail
     * @return the folder of the backup
     * @throws RuntimeException saying what to mend, when it could not be made; nothing is left of it then
     */
    Path make(Path into, String who);
}
