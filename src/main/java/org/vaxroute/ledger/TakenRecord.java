package org.vaxroute.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.vaxroute.hl7.Message;
import org.vaxroute.hl7.Path;
import org.vaxroute.rules.Change;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;

/**
 * One record on its way through a chunk: what was received, what would be sent, and what the rules say of it. Only the prepare steps
 * change it, one after the other; it is not for several threads at once.
 */
public final class TakenRecord {
    /** MSH-3.1 and PID-3.4 of records that VaxRoute makes up for tests. */
    public static final String MADE_UP = "MADE-UP";

    private static final List<Path> MARKS = List.of(Path.of("MSH-3.1"), Path.of("PID-3.4.1"));

    private final SourceRef ref;
    private final int ordinal;
    private final byte[] received;
    private final String controlId;
    private final Message original;
    private final List<Change> changes = new ArrayList<>();
    private Message message;
    private Judgement judgement;
    private String site;
    private String excluded;

    private TakenRecord(SourceRef ref, int ordinal, byte[] received, Message message, Judgement judgement) {
        this.ref = Objects.requireNonNull(ref, "ref");
        this.ordinal = ordinal;
        this.received = Objects.requireNonNull(received, "received");
        this.original = message;
        this.message = message;
        this.judgement = judgement;
        this.controlId = message == null ? "" : message.get("MSH-10");
    }

    /**
     * A record that can be read as HL7.
     *
     * @param ordinal number of the message within its file or chunk, from 1, for people to find it
     * @param received the text as it came; kept for ever
     * @param message the received text, parsed
     */
    public static TakenRecord of(SourceRef ref, int ordinal, byte[] received, Message message) {
        return new TakenRecord(ref, ordinal, received, Objects.requireNonNull(message, "message"), null);
    }

    /** Text that is no HL7 message; it is stored as HELD under the rule of the finding, with its text. */
    public static TakenRecord unreadable(SourceRef ref, int ordinal, byte[] received, Finding why) {
        return new TakenRecord(ref, ordinal, received, null, Judgement.unreadable(why));
    }

    public SourceRef ref() {
        return ref;
    }

    /** Number of the message within its file or chunk, from 1. */
    public int ordinal() {
        return ordinal;
    }

    /** The text as it came; not to be changed. */
    public byte[] received() {
        return received;
    }

    /** MSH-10 as received; empty when there is none. */
    public String controlId() {
        return controlId;
    }

    /** False for what is no HL7 message: nothing to transform or check then. */
    public boolean readable() {
        return message != null;
    }

    /**
     * The outgoing text as it stands.
     *
     * @throws IllegalStateException when the record is not {@link #readable()}
     */
    public Message message() {
        if (message == null) {
            throw new IllegalStateException("Message " + ordinal + " is no HL7; ask readable() first.");
        }
        return message;
    }

    /** Takes this message as the outgoing text, and adds to the record of what was changed. */
    public void message(Message changed, List<Change> what) {
        message();
        message = Objects.requireNonNull(changed, "changed");
        changes.addAll(what);
    }

    /** What transforms changed so far, in order. */
    public List<Change> changes() {
        return List.copyOf(changes);
    }

    /** What the rules say; null until the check step has run. */
    public Judgement judgement() {
        return judgement;
    }

    public void judgement(Judgement judgement) {
        this.judgement = Objects.requireNonNull(judgement, "judgement");
    }

    /** The site that the record is reported under: what a step has set, else MSH-4.1 of the outgoing text. */
    public String site() {
        return site != null ? site : message == null ? "" : message.get("MSH-4.1");
    }

    public void site(String id) {
        this.site = Objects.requireNonNull(id, "id");
    }

    /** Leaves the record out: it is stored as DROPPED for this reason (no field contents in it). The first reason stands. */
    public void exclude(String reason) {
        if (excluded == null) {
            excluded = Objects.requireNonNull(reason, "reason");
        }
    }

    /** Why the record is left out; null when it is not. */
    public String excluded() {
        return excluded;
    }

    /** ORDER groups of the text as received. */
    int dosesReceived() {
        return original == null ? 0 : original.doses();
    }

    /** Whether it bears the mark of a made-up record, as received or as it would be sent. */
    boolean madeUp() {
        return original != null && (marked(original) || message != original && marked(message));
    }

    private static boolean marked(Message text) {
        return MARKS.stream().anyMatch(place -> text.get(place).equals(MADE_UP));
    }

    boolean changed() {
        return message != original;
    }
}
