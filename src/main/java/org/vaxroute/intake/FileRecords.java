package org.vaxroute.intake;

import java.io.Closeable;
import java.util.Iterator;
import org.vaxroute.ledger.TakenRecord;

/** The records of one file, in their order. */
interface FileRecords extends Iterator<TakenRecord>, Closeable {
    /** Where to go on after the record given last: a byte of an HL7 file, a number of rows of a CSV file. */
    long position();
}
