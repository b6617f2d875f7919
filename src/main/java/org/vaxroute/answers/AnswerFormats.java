package org.vaxroute.answers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The forms of answers that are read, in the order in which they are tried. */
public final class AnswerFormats {
    private static final int HEAD = 4096;

    private final AnswerCatalogue catalogue;
    private final List<AnswerFormat> formats;

    private AnswerFormats(AnswerCatalogue catalogue, List<AnswerFormat> formats) {
        this.catalogue = catalogue;
        this.formats = List.copyOf(formats);
    }

    /** Acknowledgments alone, by this catalogue. */
    public static AnswerFormats of(AnswerCatalogue catalogue) {
        return new AnswerFormats(catalogue, List.of(new AckFormat(catalogue)));
    }

    /**
     * All that a registry's profile describes.
     *
     * @param profiles folders of the profile and those that it builds on, the most general first
     * @throws AnswerException naming file and line of what is wrong in them
     */
    public static AnswerFormats load(List<Path> profiles) {
        AnswerCatalogue catalogue = catalogue(profiles);
        ReportColumns columns = ReportColumns.load(files(profiles, "answers-report.csv"));
        return new AnswerFormats(
                catalogue,
                List.of(
                        new AckFormat(catalogue),
                        new SheetFormat(catalogue, columns),
                        new ReportFormat(catalogue, columns),
                        new ResponseFormat(catalogue, ResponseWords.load(files(profiles, "answers-response.csv")))));
    }

    /** Whether the catalogue has a row of its own for a code. */
    boolean knows(String code) {
        return catalogue.knows(code);
    }

    /** The codes of a registry's profile. */
    public static AnswerCatalogue catalogue(List<Path> profiles) {
        return AnswerCatalogue.load(files(profiles, "answers.csv"));
    }

    private static List<Path> files(List<Path> profiles, String name) {
        return profiles.stream().map(folder -> folder.resolve(name)).toList();
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
                        + " is in no form of answer that is known here. Known are HL7 acknowledgments, reports as text or workbook whose headings answers-report.csv names, and response files that"
                        + " answers-response.csv describes; add a reader for it, or read it yourself."));
        return format.open(file);
    }
}
