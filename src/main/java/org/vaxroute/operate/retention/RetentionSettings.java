package org.vaxroute.operate.retention;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How long what is kept; zero keeps it for good.
 *
 * @param texts of records in the ledger, from their acceptance on
 * @param files submission files in the out folder, from their answer on; manifests stay
 * @param sourceFiles files of EHRs in {@code .done}, from the end of their reading on
 * @param answers our copies of answers, from the end of their reading on
 * @param sourceFolders the folders of file sources
 */
public record RetentionSettings(
        Duration texts, Duration files, Duration sourceFiles, Duration answers, List<Path> sourceFolders) {
    /** A restore needs everything since the backup: nothing goes sooner than this. */
    private static final Duration LEAST = Duration.ofDays(7);

    public RetentionSettings {
        sourceFolders = List.copyOf(sourceFolders);
        least("retention.texts", texts);
        least("retention.files", files);
        least("retention.source-files", sourceFiles);
        least("retention.answers", answers);
    }

    private static void least(String key, Duration value) {
        if (!value.isZero() && value.compareTo(LEAST) < 0) {
            throw new IllegalArgumentException(
                    "config/vaxroute.properties: " + key
                            + " is less than 7 days. A restore needs what is newer than the backup; set at least 7d, or 0d to keep it for good.");
        }
    }
}
