package org.vaxroute.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.vaxroute.ledger.EditableText;

/** The way to the operations of a home, wherever they are: in a running server or in this process. */
interface Door extends AutoCloseable {
    /** Names of the beans of a type, such as {@code Connection}: the last part only, sorted. */
    List<String> names(String type);

    /** Reads an attribute; maps, lists, texts, numbers and truth values. */
    Object read(String type, String name, String attribute);

    /**
     * Does an operation.
     *
     * @throws CommandFailed with the reason, when it is refused
     */
    Object call(String type, String name, String operation, Object... arguments);

    /**
     * Shows a record: patient data.
     *
     * @param form json, summary or text
     * @param why for the trail; may be empty
     * @throws CommandFailed when there is no such record
     */
    String record(long id, String form, String why);

    /**
     * The message of a record alone, one segment a line, in its own character set, with a version if it is held: patient data.
     *
     * @param why for the trail; may be empty
     * @throws CommandFailed when there is no such record
     */
    EditableText message(long id, String why);

    /**
     * The text of a held record, to be corrected: patient data.
     *
     * @param why for the trail; may be empty
     * @throws CommandFailed when it is not held
     */
    EditableText open(long id, String why);

    /**
     * Hands in the corrected text of a held record.
     *
     * @param version of the text that was opened; null for one that began with the text as received
     * @return what became of the record
     * @throws CommandFailed with the reason, when it is refused
     */
    String edit(long id, byte[] text, String version, String why);

    /**
     * Writes a list with patient data as CSV.
     *
     * @return rows written
     */
    long export(Export export, OutputStream out) throws IOException;

    /**
     * Which list.
     *
     * @param what held, consent or birthdays
     * @param days how far ahead, for birthdays
     */
    record Export(String what, String connection, String source, String rule, int days, String why) {}

    /** Whether a server runs. */
    boolean server();

    @Override
    void close();
}
