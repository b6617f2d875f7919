package org.vaxroute.answers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vaxroute.hl7.Encoding;
import org.vaxroute.ledger.Answer;

/**
 * Reads acknowledgments as registries write them: one MSA a message or many, ERR after its MSA or before it, ERR as 2.5.1 has it or as
 * older versions had it, lines that are no segment at all.
 */
final class AckAnswers implements AnswerFormat.Answers {
    private final TextLines lines;
    private final Remarks remarks;
    private Encoding encoding = Encoding.STANDARD;
    private Acknowledgment current;
    private Acknowledgment complete;
    private List<Er7Line> early = new ArrayList<>();
    private boolean errorsComeFirst;
    private boolean errorsCameFirst;
    private boolean strayed;
    private boolean inMessage;
    private boolean ended;
    private boolean enveloped;
    private String reference;
    private int position;

    AckAnswers(TextLines lines, Remarks remarks) {
        this.lines = lines;
        this.remarks = remarks;
    }

    @Override
    public Answer next() throws IOException {
        while (complete == null && !ended) {
            String line = lines.next();
            if (line == null) {
                ended = true;
                // In an envelope that is not closed, the last line may be half of one, and half an id is another's id.
                boolean cut = enveloped && lines.endedInALine() && (current != null || inMessage);
                if (cut) {
                    current = new Acknowledgment(null);
                }
                endMessage();
            } else {
                take(line);
            }
        }
        if (complete == null) {
            return null;
        }
        Acknowledgment done = complete;
        complete = null;
        return done.answer(++position, remarks);
    }

    @Override
    public Optional<String> reference() {
        return Optional.ofNullable(reference);
    }

    private void take(String line) {
        switch (segment(line)) {
            case "MSH" -> {
                endMessage();
                encoding = Er7Line.declared(line);
                String type = Er7Line.of(line, encoding).get(9, 1);
                // An echo of what was sent is no answer to it.
                inMessage = type.isEmpty() || type.equalsIgnoreCase("ACK");
                errorsComeFirst = false;
            }
            case "FHS", "BHS" -> {
                endMessage();
                enveloped = true;
                header(Er7Line.of(line, Er7Line.declared(line)));
            }
            case "BTS", "FTS" -> {
                endMessage();
                enveloped = false;
            }
            case "MSA" -> acknowledges(Er7Line.of(line, encoding));
            case "ERR" -> complains(Er7Line.of(line, encoding));
            // SFT, UAC, Z segments and stray text say nothing of what became of the message.
            default -> strayed |= !line.isBlank();
        }
    }

    private static String segment(String line) {
        boolean named = line.length() == 3
                || line.length() > 3 && !Character.isLetterOrDigit(line.charAt(3)) && line.charAt(3) != ' ';
        return named ? line.substring(0, 3) : "";
    }

    private void header(Er7Line header) {
        // FHS-12 and BHS-12 refer to what is answered.
        String named = header.get(12, 1);
        if (!named.isEmpty() && reference == null) {
            reference = named;
        }
    }

    private void acknowledges(Er7Line msa) {
        if (current != null && current.hasMsa()) {
            complete = current;
            current = null;
        }
        current = new Acknowledgment(msa);
        strayed = false;
        errorsCameFirst |= !early.isEmpty();
        early.forEach(current::add);
        early = new ArrayList<>();
    }

    private void complains(Er7Line err) {
        if (strayed && errorsCameFirst && current != null && current.hasMsa()) {
            // Where errors stand in front of their MSA, what cannot be read here was the head of the next message.
            endMessage();
        }
        if (current == null && early.isEmpty()) {
            errorsComeFirst = true;
        }
        if (errorsComeFirst) {
            if (early.size() < Remarks.MOST) {
                early.add(err);
            }
        } else {
            current.add(err);
        }
    }

    private void endMessage() {
        if (current == null && (inMessage || !early.isEmpty())) {
            current = new Acknowledgment(null);
        }
        if (current != null) {
            early.forEach(current::add);
            complete = current;
        }
        early = new ArrayList<>();
        current = null;
        inMessage = false;
        errorsComeFirst = false;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
