package org.vaxroute.hl7;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes one batch file: header segments, messages, trailer segments, every segment ended by CR (national guide: CR and
 * nothing else). The bytes are a pure function of the template and the messages. The trailers carry, and
 * {@link #finish()} returns, what was counted in the bytes that were written, not the calls that were made.
 */
public final class BatchWriter implements Closeable {
    private final Recount out;
    private final EnvelopeTemplate template;
    private int added;
    private long addedDoses;
    private boolean refused;

    /**
     * Writes the headers.
     *
     * @param out buffered where it is a file; closed with this writer; flushing to disk is its owner's business
     */
    public BatchWriter(OutputStream out, EnvelopeTemplate template) throws IOException {
        this.out = new Recount(out);
        this.template = template;
        if (template.fileHeader()) {
            segment(template.file().segment("FHS"));
        }
        if (template.batchHeader()) {
            segment(template.batch().segment("BHS"));
        }
    }

    /**
     * Writes one message.
     *
     * @param message ER7 text with any line ends
     * @throws Hl7FormatException when it is not exactly one message; nothing is written then
     */
    public void add(byte[] message) throws IOException {
        add(Message.parse(message));
    }

    /** Writes one message. */
    public void add(Message message) throws IOException {
        add(message.raw(), message.doses());
    }

    /**
     * Writes one message whose content is known.
     *
     * @param text in the form of {@link Message#bytes()}
     * @param doses ORDER groups that must be in it
     * @throws Hl7FormatException when the bytes are not one message with so many doses; the file must not be sent then
     */
    public void add(byte[] text, int doses) throws IOException {
        if (refused) {
            throw mismatch();
        }
        added++;
        addedDoses += doses;
        out.write(text, 0, text.length);
        check();
    }

    /** Messages written so far, counted in the bytes. */
    public int messages() {
        return out.messages();
    }

    /**
     * Writes the trailers.
     *
     * @return what the whole file holds
     * @throws Hl7FormatException when the bytes hold other counts than were added; the file must not be sent
     */
    public BatchTotals finish() throws IOException {
        check();
        if (template.batchTrailer()) {
            segment(template.counts() ? "BTS|" + out.messages() : "BTS");
        }
        if (template.fileTrailer()) {
            int batches = template.batchHeader() || added == 0 ? out.batches() : 1;
            segment(template.counts() ? "FTS|" + batches : "FTS");
        }
        out.flush();
        return out.totals();
    }

    /** Closes the output. Without {@link #finish()} the file stays without trailers, which every reader notices. */
    @Override
    public void close() throws IOException {
        out.close();
    }

    private void check() {
        refused |= out.messages() != added || out.doses() != addedDoses;
        if (refused) {
            throw mismatch();
        }
    }

    private Hl7FormatException mismatch() {
        return new Hl7FormatException(
                "message " + added,
                "the bytes written so far hold " + out.messages() + " messages and " + out.doses() + " doses, but "
                        + added + " and " + addedDoses + " were added; do not send this file, and report the fault");
    }

    private void segment(String segment) throws IOException {
        out.write((segment + "\r").getBytes(StandardCharsets.UTF_8));
    }
}
