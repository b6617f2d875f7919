package org.vaxroute.operate.mbean;

import java.time.Instant;

/** Takes a person's word that a file which was laid into a folder has been uploaded. */
@FunctionalInterface
public interface HandedOver {
    /**
     * @throws IllegalArgumentException when no file of that name waits for it, saying which do
     */
    void uploaded(String file, Instant when, String who);
}
