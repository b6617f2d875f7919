package org.vaxroute.answers;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;

/** An open session in a results folder. Everything that it tells is the server's word and may be meant to harm. */
public interface ResultsFolder extends Closeable {
    /**
     * One entry of the folder.
     *
     * @param name as the server gave it
     * @param changed by the server's clock; null when it does not say
     * @param plain whether it is a file, and neither folder nor link
     */
    record Listed(String name, long size, Instant changed, boolean plain) {
        /** Without the name, which may be anything. */
        @Override
        public String toString() {
            return "Listed[" + size + " bytes, " + changed + "]";
        }
    }

    /** The folder works, and one file of it may not be had or removed. The text says whose it is and why, and not its name. */
    final class Refused extends IOException {
        public Refused(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** What the folder holds. */
    List<Listed> list();

    /**
     * Copies a file of the folder. Only for names that were listed and found harmless.
     *
     * @throws Refused when this file may not be read
     * @throws IOException when what is written to fails
     */
    void fetch(String name, OutputStream to) throws IOException;

    /**
     * Removes a file at the registry.
     *
     * @throws Refused when it may not be removed
     */
    void remove(String name) throws Refused;

    @Override
    void close();
}
