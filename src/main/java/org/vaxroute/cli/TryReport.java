package org.vaxroute.cli;

import org.vaxroute.intake.Tried;

/** Somebody who is told what a trial finds, in the order in which it is found. */
interface TryReport {
    /** @param file as the user named it, {@code -} for standard input */
    void tried(String file, Tried tried);

    /** Nothing more will come. */
    void end();
}
