package org.vaxroute.ledger;

import java.time.Instant;

/** How submission files are called. The ledger gives each series of names its numbers, so that no name is ever used twice in a folder. */
public interface FileNaming {
    /** What shares a count of sequence numbers: the name of this moment with the number left open. At most 255 characters. */
    String series(Instant at);

    /** The first number of a series. */
    long start();

    /** The name at this moment with this number. */
    String name(Instant at, long sequence);
}
