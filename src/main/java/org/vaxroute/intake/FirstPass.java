package org.vaxroute.intake;

import java.util.List;

/**
 * What the first pass over a file found, before anything of it is taken.
 *
 * @param faults why it may not be taken, each with what to do; empty when it may
 * @param messages messages that reading it will give
 * @param doses doses in them
 * @param bytes the file's length
 * @param sha256 digest of the whole file
 */
record FirstPass(List<String> faults, int messages, long doses, long bytes, byte[] sha256) {
    FirstPass {
        faults = List.copyOf(faults);
    }

    boolean mayBeTaken() {
        return faults.isEmpty();
    }
}
