package org.vaxroute.intake;

import java.io.IOException;
import java.io.InputStream;
import org.vaxroute.hl7.Hl7FormatException;
import org.vaxroute.hl7.Limits;
import org.vaxroute.hl7.Message;
import org.vaxroute.hl7.Split;
import org.vaxroute.hl7.Splitter;
import org.vaxroute.ledger.SourceFile;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Severity;

/** The messages of an HL7 file. One that cannot be read as a message becomes a held record with its text. */
final class Hl7Records implements FileRecords {
    /** Rule id of the finding on a text that is no HL7 message. */
    static final String UNREADABLE = "UNREADABLE";

    private final Splitter splitter;
    private final long file;
    private long position;

    Hl7Records(InputStream in, SourceFile row, Limits limits) {
        this.splitter = new Splitter(in, row.offset(), row.messagesStored() + 1, limits);
        this.file = row.id();
        this.position = row.offset();
    }

    @Override
    public boolean hasNext() {
        return splitter.hasNext();
    }

    @Override
    public TakenRecord next() {
        Split split = splitter.next();
        position = split.offset();
        return record(SourceRef.ofFile(file, split.ordinal()), split.ordinal(), split.text());
    }

    static TakenRecord record(SourceRef ref, int ordinal, byte[] text) {
        try {
            return TakenRecord.of(ref, ordinal, text, Message.parse(text));
        } catch (Hl7FormatException e) {
            return TakenRecord.unreadable(
                    ref,
                    ordinal,
                    text,
                    new Finding(
                            UNREADABLE,
                            Severity.ERROR,
                            Effect.MESSAGE,
                            e.location(),
                            "This is no HL7 message that can be read: " + before(e.fault()) + ".",
                            "Correct the message at its source and send it again" + behind(e.fault()) + "."));
        }
    }

    private static String before(String fault) {
        int end = fault.lastIndexOf("; ");
        return end < 0 ? fault : fault.substring(0, end);
    }

    private static String behind(String fault) {
        int end = fault.lastIndexOf("; ");
        return end < 0 ? "" : ": " + fault.substring(end + 2);
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public void close() throws IOException {
        splitter.close();
    }
}
