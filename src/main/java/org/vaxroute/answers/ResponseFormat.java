package org.vaxroute.answers;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Response files of registries of the WIR family: the job, its counters, then rejected clients and immunizations. */
final class ResponseFormat implements AnswerFormat {
    private static final int BEGINNING = 1_000;

    private final AnswerCatalogue catalogue;
    private final ResponseWords words;

    ResponseFormat(AnswerCatalogue catalogue, ResponseWords words) {
        this.catalogue = catalogue;
        this.words = words;
    }

    @Override
    public String name() {
        return "response";
    }

    @Override
    public boolean recognises(String fileName, byte[] head) {
        String text = TextLines.plain(new String(head, StandardCharsets.ISO_8859_1));
        return words.holds(ResponseWords.What.TITLE, text.substring(0, Math.min(text.length(), BEGINNING)));
    }

    @Override
    public boolean goesMessageByMessage() {
        return false;
    }

    @Override
    public Answers open(Path file) throws IOException {
        return read(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
    }

    Answers read(InputStream in) {
        return new ResponseAnswers(new TextLines(in), words, new Remarks(catalogue));
    }
}
