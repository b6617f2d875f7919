package org.vaxroute.submit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vaxroute.hl7.BatchTotals;
import org.vaxroute.hl7.BatchWriter;
import org.vaxroute.hl7.Hl7FormatException;
import org.vaxroute.hl7.Inspection;
import org.vaxroute.hl7.Limits;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.OutgoingRecord;
import org.vaxroute.ledger.SubmissionFile;

/** Our own copies of submission files, written from the ledger: once when a file is built, and again where one was lost before it left. */
final class OwnCopies {
    // Reading back must not fail on a message that intake let in.
    private static final Limits ANY_MESSAGE = new Limits(Integer.MAX_VALUE - 16, false);

    private static final org.vaxroute.hl7.Path CONTROL_ID = org.vaxroute.hl7.Path.of("MSH-10");
    private static final org.vaxroute.hl7.Path PROCESSING_ID = org.vaxroute.hl7.Path.of("MSH-11");

    private final Ledger ledger;
    private final SubmissionFolder folder;

    OwnCopies(Ledger ledger, SubmissionFolder folder) {
        this.ledger = ledger;
        this.folder = folder;
    }

    /**
     * Makes sure that our copy of a file is there, and writes one that was lost again: the same bytes or none.
     *
     * @throws FileMismatch if the rows give other bytes than the first time
     */
    Path restore(SubmissionFile file) {
        Path place = folder.file(file.connection(), file.name());
        if (!Files.exists(place)) {
            Written written = write(file);
            prove(file, written);
            publish(file, written);
        }
        return place;
    }

    /** Writes a decided file under its temporary name; the bytes follow from the ledger's rows alone. */
    Written write(SubmissionFile file) {
        List<Manifest.Member> members = new ArrayList<>(file.messages());
        BatchTotals[] totals = new BatchTotals[1];
        Envelope envelope = Envelope.parse(file.envelope());
        Path unfinished = folder.writeUnfinished(
                folder.file(file.connection(), file.name()), out -> totals[0] = write(file, envelope, out, members));
        String tag = ledger.controlIds().tag();
        return new Written(unfinished, Manifest.of(file, tag, totals[0].sha256Hex(), totals[0].bytes(), members));
    }

    private BatchTotals write(SubmissionFile file, Envelope envelope, OutputStream out, List<Manifest.Member> members)
            throws IOException {
        members.clear();
        // Not closed here: the folder forces the bytes to the disk before it closes them.
        BatchWriter batch =
                new BatchWriter(out, envelope.template(file, ledger.controlIds().tag()));
        ledger.submissionFiles().read(file, record -> {
            byte[] text = outgoing(record, envelope);
            try {
                batch.add(text, record.doses());
            } catch (Hl7FormatException e) {
                throw new FileMismatch(file.name(), "record " + record.recordId() + ": " + e.fault());
            }
            members.add(
                    Manifest.Member.of(record.recordId(), record.controlId(), record.doses(), text, record.trace()));
        });
        return batch.finish();
    }

    private static byte[] outgoing(OutgoingRecord record, Envelope envelope) {
        return Message.withHeader(record.text(), msh -> {
            msh.set(CONTROL_ID, record.controlId());
            return envelope.processingId().isEmpty() ? msh : msh.setRaw(PROCESSING_ID, envelope.processingId());
        });
    }

    /**
     * Reads back what was written and compares it with the ledger.
     *
     * @throws FileMismatch if they differ; the temporary file is gone then
     */
    void prove(SubmissionFile file, Written written) {
        try {
            compare(file, written);
        } catch (FileMismatch e) {
            folder.discard(written.unfinished());
            throw e;
        }
    }

    private static void compare(SubmissionFile file, Written written) {
        Inspection found;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(written.unfinished()))) {
            found = Inspection.of(in, ANY_MESSAGE);
        } catch (IOException e) {
            throw new FolderUnavailable(written.unfinished(), "it cannot be read back (" + e + ")", e);
        }
        Manifest manifest = written.manifest();
        if (!found.mayBeTaken()) {
            throw new FileMismatch(
                    file.name(),
                    "read back it is no whole file: " + found.faults().get(0).text());
        }
        same(file, "messages", file.messages(), found.messages());
        same(file, "doses", file.doses(), found.doses());
        same(
                file,
                "messages of the manifest",
                file.messages(),
                manifest.members().size());
        same(file, "doses of the manifest", file.doses(), manifest.doses());
        same(file, "bytes", manifest.bytes(), found.bytes());
        if (!found.sha256Hex().equals(manifest.sha256())) {
            throw new FileMismatch(file.name(), "its SHA-256 on the disk differs from that of the bytes written");
        }
        if (file.sha256() != null && !file.sha256().equals(manifest.sha256())) {
            throw new FileMismatch(file.name(), "its SHA-256 differs from that of the first time");
        }
    }

    private static void same(SubmissionFile file, String what, long expected, long found) {
        if (expected != found) {
            throw new FileMismatch(
                    file.name(), "the ledger says " + expected + " " + what + ", the file holds " + found);
        }
    }

    /**
     * Gives a file its final name and its manifest.
     *
     * @throws FileMismatch if another file lies there; it is left alone
     */
    void publish(SubmissionFile file, Written written) {
        Path place = folder.file(file.connection(), file.name());
        if (Files.exists(place) && !sha256(place).equals(written.manifest().sha256())) {
            folder.discard(written.unfinished());
            throw new FileMismatch(
                    file.name(),
                    place
                            + " holds another file, which is left alone; when it and its manifest are moved away, this one is"
                            + " written by itself");
        }
        folder.publish(written.unfinished(), place);
        Path manifest = folder.manifest(file.connection(), file.name());
        folder.publish(folder.writeUnfinished(manifest, written.manifest()::writeTo), manifest);
    }

    private static String sha256(Path place) {
        try {
            return Sha256.of(place);
        } catch (IOException e) {
            throw new FolderUnavailable(place, "what lies there cannot be read (" + e + ")", e);
        }
    }
}
