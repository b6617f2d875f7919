package org.vaxroute.intake;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What holds for every intake.
 *
 * @param directory the drop folder; its first level names the sources ({@code intake.file.directory})
 * @param minAge how long a dropped file must have been left alone before it is looked at
 * @param acceptCountDifferences takes a file although its trailer counts differently from what it holds
 * @param chunk records stored in one transaction ({@code intake.chunk})
 * @param ahead chunks that may be prepared while an earlier one is being stored, 1 to 3
 * @param readers files and queries read at once, so many of each; of history one at most ({@code intake.readers})
 * @param largestMessage the longest message taken, in bytes
 * @param away how long intake leaves the ledger or an EHR database alone after it did not answer
 * @param refereeTest one record in so many of a test feed is also read by HAPI
 * @param refereeOngoing the same for ongoing feeds
 * @param refereeHistorical the same for historical feeds
 */
public record IntakeSettings(
        Path directory,
        Duration minAge,
        boolean acceptCountDifferences,
        int chunk,
        int ahead,
        int readers,
        int largestMessage,
        Duration away,
        int refereeTest,
        int refereeOngoing,
        int refereeHistorical) {
    /** The shipped defaults for a drop folder. */
    public static IntakeSettings of(Path directory) {
        return new IntakeSettings(
                directory, Duration.ofSeconds(2), false, 500, 2, 4, 1 << 20, Duration.ofSeconds(10), 1, 1, 100);
    }
}
