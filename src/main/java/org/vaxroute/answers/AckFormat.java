package org.vaxroute.answers;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** HL7 acknowledgments (Z23 and whatever else registries call one), with or without an envelope. */
public final class AckFormat implements AnswerFormat {
    private static final Pattern BEGIN =
            Pattern.compile("\\A[\\ufeff\\u00ef\\u00bb\\u00bf\\s\\x0b\\x00]*(FHS|BHS|MSH|MSA|ERR)[^A-Za-z0-9\\s]");

    private final AnswerCatalogue catalogue;

    public AckFormat(AnswerCatalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public String name() {
        return "ack";
    }

    @Override
    public boolean recognises(String fileName, byte[] head) {
        return BEGIN.matcher(TextLines.plain(new String(head, StandardCharsets.ISO_8859_1)))
                .find();
    }

    @Override
    public boolean goesMessageByMessage() {
        return true;
    }

    @Override
    public Answers open(Path file) throws IOException {
        return read(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
    }

    Answers read(InputStream in) {
        return new AckAnswers(new TextLines(in), new Remarks(catalogue));
    }
}
