package org.vaxroute.answers;

import java.nio.file.Path;

/**
 * How answers are kept and read.
 *
 * @param folder of our own copies, one folder below it for each connection
 * @param chunk answers applied in one transaction
 * @param readers files that are read at a time
 */
public record AnswersSettings(Path folder, int chunk, int readers) {
    public AnswersSettings {
        if (chunk < 1) {
            throw new IllegalArgumentException("answers.chunk is " + chunk + "; use 1 or more, such as 1000.");
        }
        if (readers < 1) {
            throw new IllegalArgumentException("answers.readers is " + readers + "; use 1 or more, such as 2.");
        }
    }
}
