package org.vaxroute.cli;

import java.util.List;

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

    /** Whether a server runs. */
    boolean server();

    @Override
    void close();
}
