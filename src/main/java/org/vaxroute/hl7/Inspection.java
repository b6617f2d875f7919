package org.vaxroute.hl7;

import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The first pass over a file, which decides whether it may be taken: its envelope, counts and framing, its size and its
 * SHA-256. Needs the same small memory for a file of any size.
 */
public final class Inspection {
    /** Faults kept; a file can have any number, and a person needs a few. */
    private static final int MOST_FAULTS = 100;

    private static final long NO_COUNT = -1;
    private static final long NOT_A_NUMBER = -2;

    private final Limits limits;
    private final List<Fault> faults = new ArrayList<>();
    private final List<Fault> accepted = new ArrayList<>();
    private int faultCount;

    private int messages;
    private int batches;
    private long bytes;
    private byte[] sha256;
    private boolean enveloped;
    private final DoseCount doses = new DoseCount();

    private long fileHeader = -1;
    private int fileBatches;
    private int fileHeaderMessages;
    private boolean looseBatch;
    private long batchHeader = -1;
    private int batchHeaderMessages;
    private boolean inMessage;
    private long messageStart;
    private long messageBytes;
    private int messageLines;
    private boolean tooLongTold;
    private long strayLines;
    private long strayAt;
    private boolean lastLineOpensDose;
    private boolean lastLineIsSegment;

    private Inspection(Limits limits) {
        this.limits = limits;
    }

    /**
     * Reads the file to its end; the caller closes it.
     *
     * @throws IOException when it cannot be read, which says nothing about the file
     */
    public static Inspection of(InputStream in, Limits limits) throws IOException {
        Inspection inspection = new Inspection(limits);
        inspection.read(in);
        return inspection;
    }

    /** Whether the file has no fault. */
    public boolean mayBeTaken() {
        return faults.isEmpty();
    }

    /** The faults in their order, at most 100 of them; see {@link #faultCount()}. */
    public List<Fault> faults() {
        return List.copyOf(faults);
    }

    /** The number of all faults, also of those that are not listed. */
    public int faultCount() {
        return faultCount;
    }

    /** Count differences that the limits accept; worth telling the sender, no reason to refuse. */
    public List<Fault> acceptedDifferences() {
        return List.copyOf(accepted);
    }

    /** The number of messages (MSH). */
    public int messages() {
        return messages;
    }

    /** The number of ORDER groups over all messages, also of messages that turn out to be unreadable. */
    public long doses() {
        return doses.doses();
    }

    /** The number of batches that have a header (BHS). */
    public int batches() {
        return batches;
    }

    /** The size of the file. */
    public long bytes() {
        return bytes;
    }

    /** The SHA-256 of all bytes of the file. */
    public byte[] sha256() {
        return sha256.clone();
    }

    /** {@link #sha256()} in lower-case hexadecimal digits. */
    public String sha256Hex() {
        return HexFormat.of().formatHex(sha256);
    }

    /** Whether the file has an FHS, BHS, BTS or FTS. */
    public boolean enveloped() {
        return enveloped;
    }

    private void read(InputStream in) throws IOException {
        MessageDigest digest = newSha256();
        Lines lines = new Lines(new DigestInputStream(in, digest), 0, limits.messageBytes());
        while (lines.next()) {
            switch (lines.kind()) {
                case FILE_HEADER -> openFile(lines);
                case BATCH_HEADER -> openBatch(lines);
                case MESSAGE_HEADER -> openMessage(lines);
                case BATCH_TRAILER -> closeBatch(lines);
                case FILE_TRAILER -> closeFile(lines);
                case OTHER -> line(lines);
            }
        }
        bytes = lines.offsetAfter();
        sha256 = digest.digest();
        end(lines);
    }

    private void openFile(Lines lines) {
        endBatchWithoutTrailer();
        endFileWithoutTrailer();
        enveloped = true;
        inMessage = false;
        fileHeader = lines.offset();
        fileBatches = 0;
        fileHeaderMessages = messages;
        looseBatch = false;
    }

    private void openBatch(Lines lines) {
        endBatchWithoutTrailer();
        enveloped = true;
        inMessage = false;
        looseBatch = false;
        batches++;
        fileBatches++;
        batchHeader = lines.offset();
        batchHeaderMessages = messages;
    }

    private void openMessage(Lines lines) {
        if (batchHeader < 0 && !looseBatch) {
            // Messages that no BHS introduces are a batch all the same: FTS-1 counts it.
            looseBatch = true;
            fileBatches++;
        }
        messages++;
        inMessage = true;
        messageStart = lines.offset();
        messageBytes = 0;
        messageLines = 0;
        tooLongTold = false;
        doses.message();
        addLine(lines);
        lastLineIsSegment = true;
        lastLineOpensDose = false;
    }

    private void closeBatch(Lines lines) {
        enveloped = true;
        inMessage = false;
        if (batchHeader < 0) {
            fault(
                    Fault.Code.TRAILER_ALONE,
                    0,
                    lines.offset(),
                    "A batch trailer (BTS) at byte " + lines.offset()
                            + " has no batch header (BHS) before it. The start of "
                            + "the batch may be missing: have the sender write the file again.");
            return;
        }
        compare(Fault.Code.BATCH_COUNT, lines, "BTS-1", messages - batchHeaderMessages, "messages");
        batchHeader = -1;
    }

    private void closeFile(Lines lines) {
        endBatchWithoutTrailer();
        enveloped = true;
        inMessage = false;
        if (fileHeader < 0) {
            fault(
                    Fault.Code.TRAILER_ALONE,
                    0,
                    lines.offset(),
                    "A file trailer (FTS) at byte " + lines.offset()
                            + " has no file header (FHS) before it. The start of "
                            + "the file may be missing: have the sender write the file again.");
            return;
        }
        // Senders who put their messages' number there say as plainly that the file is whole.
        if (count(lines) != messages - fileHeaderMessages) {
            compare(Fault.Code.FILE_COUNT, lines, "FTS-1", fileBatches, "batches");
        }
        fileHeader = -1;
        looseBatch = false;
    }

    private void line(Lines lines) {
        if (!inMessage) {
            if (strayLines++ == 0) {
                strayAt = lines.offset();
            }
            return;
        }
        addLine(lines);
        byte[] text = lines.buffer();
        int from = lines.from();
        lastLineIsSegment = lines.to() - from > 3 && text[from + 3] == lines.separator();
        lastLineOpensDose = lastLineIsSegment && text[from] == 'O' && text[from + 1] == 'R' && text[from + 2] == 'C';
    }

    private void addLine(Lines lines) {
        messageLines++;
        messageBytes += lines.to() - lines.from() + 1;
        if ((lines.overlong() || messageBytes > limits.messageBytes()) && !tooLongTold) {
            tooLongTold = true;
            fault(
                    Fault.Code.MESSAGE_TOO_LONG,
                    messages,
                    messageStart,
                    "Message " + messages + " at byte " + messageStart + " is longer than " + limits.messageBytes()
                            + " bytes. Have the sender split it, or raise the limit for a message.");
        }
        if (!lines.overlong()) {
            doses.line(lines.buffer(), lines.from(), lines.to(), lines.separator());
        }
    }

    private void end(Lines lines) {
        endBatchWithoutTrailer();
        endFileWithoutTrailer();
        if (lines.firstZeroByte() >= 0) {
            faults.clear();
            accepted.clear();
            faultCount = 0;
            fault(
                    Fault.Code.BINARY,
                    0,
                    lines.firstZeroByte(),
                    "The file holds zero bytes, the first at byte " + lines.firstZeroByte()
                            + ", so it is no text: perhaps "
                            + "compressed, encrypted, or UTF-16. Have the sender export plain UTF-8 or ISO-8859-1 text.");
        } else if (messages == 0 && !enveloped) {
            endWithoutHl7();
        } else {
            if (strayLines > 0) {
                fault(
                        Fault.Code.TEXT_OUTSIDE,
                        0,
                        strayAt,
                        strayLines + " line(s) stand outside of any message, the first at byte " + strayAt
                                + ". A message header may be damaged (MSH, then | and ^~\\&, then |): have the sender mend "
                                + "and write the file again.");
            }
            if (inMessage) {
                lookForCut(lines);
            }
        }
    }

    private void endWithoutHl7() {
        if (strayLines == 0) {
            fault(
                    Fault.Code.EMPTY,
                    0,
                    0,
                    "The file is empty (" + bytes + " bytes). Remove it, or have the sender write it again.");
        } else {
            fault(
                    Fault.Code.NOT_HL7,
                    0,
                    strayAt,
                    "No line of the file begins an HL7 message (MSH, then | and ^~\\&, then |). Send only HL7 version 2 files "
                            + "in ER7 form.");
        }
    }

    /** A file without an envelope does not say that it is whole; this finds the cuts that can be seen. */
    private void lookForCut(Lines lines) {
        boolean cut = lines.frameOpen()
                || messageLines == 1
                || lastLineOpensDose
                || !lines.terminated() && !lastLineIsSegment;
        if (cut) {
            fault(
                    Fault.Code.MESSAGE_CUT,
                    messages,
                    messageStart,
                    "Message " + messages + " at byte " + messageStart
                            + ", the last one, breaks off before its end. The file "
                            + "was probably read while it was written: have the sender write it under another name and "
                            + "rename it when it is whole.");
        }
    }

    private void endBatchWithoutTrailer() {
        if (batchHeader >= 0) {
            fault(
                    Fault.Code.BATCH_TRUNCATED,
                    0,
                    batchHeader,
                    "The batch that begins at byte " + batchHeader
                            + " (BHS) has no trailer (BTS). The file may be cut off: "
                            + "have the sender write it again, whole.");
            batchHeader = -1;
        }
    }

    private void endFileWithoutTrailer() {
        if (fileHeader >= 0) {
            fault(
                    Fault.Code.FILE_TRUNCATED,
                    0,
                    fileHeader,
                    "The file header at byte " + fileHeader
                            + " (FHS) has no trailer (FTS). The file may be cut off: have the "
                            + "sender write it again, whole.");
            fileHeader = -1;
        }
    }

    private void compare(Fault.Code code, Lines lines, String field, int found, String what) {
        long said = count(lines);
        if (said == NO_COUNT || said == found) {
            return;
        }
        String saying = said == NOT_A_NUMBER ? "is not a number" : "says " + said;
        String text = field + " at byte " + lines.offset() + " " + saying + ", the file holds " + found + " " + what
                + ". Something may be missing: have the sender write the file again, or accept such files"
                + " (intake.file.accept-count-differences).";
        if (limits.acceptCountDifferences()) {
            if (accepted.size() < MOST_FAULTS) {
                accepted.add(new Fault(code, 0, lines.offset(), text));
            }
        } else {
            fault(code, 0, lines.offset(), text);
        }
    }

    private static long count(Lines lines) {
        byte[] text = lines.buffer();
        int i = lines.from() + 4;
        int end = i;
        while (end < lines.to() && text[end] != lines.separator()) {
            end++;
        }
        while (i < end && text[i] == ' ') {
            i++;
        }
        while (end > i && text[end - 1] == ' ') {
            end--;
        }
        if (i >= end) {
            return NO_COUNT;
        }
        if (end - i > 18) {
            return NOT_A_NUMBER;
        }
        long n = 0;
        for (; i < end; i++) {
            if (text[i] < '0' || text[i] > '9') {
                return NOT_A_NUMBER;
            }
            n = n * 10 + text[i] - '0';
        }
        return n;
    }

    private void fault(Fault.Code code, int message, long offset, String text) {
        faultCount++;
        if (faults.size() < MOST_FAULTS) {
            faults.add(new Fault(code, message, offset, text));
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
