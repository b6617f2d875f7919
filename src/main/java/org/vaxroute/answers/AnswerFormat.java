package org.vaxroute.answers;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
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

    /**
     * Begins to read a file.
     *
     * @throws AnswerException when nothing can be made of it
     * @throws IOException when it cannot be read
     */
    Answers open(Path file) throws IOException;

    /** The answers of one file, one after the other, with little memory whatever its size. Text never fails for what is in it. */
    interface Answers extends Closeable {
        /**
         * The next answer; null at the end.
         *
         * @throws AnswerException when the file turns out to be damaged
         * @throws IOException when the file cannot be read
         */
        Answer next() throws IOException;

        /** What the file says of the submission file that it answers, as far as it was read: its name or id. */
        Optional<String> reference();

        /**
         * How many messages the file, once read, says that it speaks for: what it does not mention of so many was taken. 0 when it does not
         * say.
         */
        default int speaksFor() {
            return 0;
        }
    }
}
