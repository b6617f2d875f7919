package org.vaxroute.answers;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The forms of answers that are read, in the order in which they are tried. */
public final class AnswerFormats {
    private static final int HEAD = 4096;

    private final List<AnswerFormat> formats;

    public AnswerFormats(List<AnswerFormat> formats) {
        this.formats = List.copyOf(formats);
    }

    /** Those of a registry whose codes are in this catalogue. */
    public static AnswerFormats of(AnswerCatalogue catalogue) {
        return new AnswerFormats(List.of(new AckFormat(catalogue)));
    }

    /**
     * The form of a file.
     *
     * @param name as the registry named it
     * @param file our copy
     * @return empty when none of ours
     * @throws IOException when it cannot be read
     */
    public Optional<AnswerFormat> find(String name, Path file) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD);
        }
        return formats.stream().filter(format -> format.recognises(name, head)).findFirst();
    }

    /**
     * Begins to read a file.
     *
     * @throws AnswerException when it is in no form that is known
     * @throws IOException when it cannot be read
     */
    public AnswerFormat.Answers open(Path file) throws IOException {
        AnswerFormat format = find(file.getFileName().toString(), file)
                .orElseThrow(() -> new AnswerException(file.getFileName()
                        + " is in no form of answer that is known here. Known are HL7 acknowledgments; add a reader for it, or read it"
                        + " yourself."));
        return format.open(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
    }
}
