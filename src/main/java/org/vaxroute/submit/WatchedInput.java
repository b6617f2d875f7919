package org.vaxroute.submit;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Bytes of which somebody wants to know when they are taken. */
final class WatchedInput extends FilterInputStream {
    private final Runnable taken;

    /** @param taken is run before each piece */
    WatchedInput(InputStream bytes, Runnable taken) {
        super(bytes);
        this.taken = taken;
    }

    @Override
    public int read() throws IOException {
        taken.run();
        return in.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        taken.run();
        return in.read(into, offset, length);
    }
}
