package org.vaxroute.practice;

import java.nio.file.Path;
import java.util.List;

/**
 * A submission that the practice registry took out of its drop-off.
 *
 * @param name as it was uploaded
 * @param content the bytes as they were uploaded, in the registry's archive
 * @param controlIds MSH-10 of its messages, in their order
 * @param accepted messages taken without a word (AA)
 * @param warned messages taken with warnings (AE, none of them an error)
 * @param rejected messages of which something was refused (AE with an error, AR)
 * @param isTest whether it came to the test account, which judges and keeps nothing
 */
public record TakenFile(
        String name, Path content, List<String> controlIds, int accepted, int warned, int rejected, boolean isTest) {
    /** Whether something was read from it and nothing of it refused. */
    public boolean isClean() {
        return rejected == 0 && !controlIds.isEmpty();
    }
}
