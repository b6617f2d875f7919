package org.vaxroute.answers;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.vaxroute.ledger.Answer;

/** One form in which a registry answers. A further form is one further class of this kind. */
public interface AnswerFormat {
    /** Its short name, as in the ledger and in settings, such as <code>ack</code>. */
    String name();

    /**
     * Whether a file looks like one of this form.
     *
     * @param fileName as the registry named it
     * @param head the first bytes of the file, at most 4096
     */
    boolean recognises(String fileName, byte[] head);

    /**
     * Whether a file of this form answers a submission file message by message, in its order; if not, the place of an answer tells nothing.
     */
    boolean goesMessageByMessage();

    /** Begins to read a file; the stream is closed with what is returned. */
    Answers open(InputStream in) throws IOException;

    /** The answers of one file, one after the other, with little memory whatever its size. Never fails for what is in the file. */
    interface Answers extends Closeable {
        /**
         * The next answer; null at the end.
         *
         * @throws IOException when the file cannot be read
         */
        Answer next() throws IOException;

        /** What the file says of the submission file that it answers, as far as it was read: its name or id. */
        Optional<String> reference();
    }
}
