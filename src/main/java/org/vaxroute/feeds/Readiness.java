package org.vaxroute.feeds;

import java.util.List;

/** Looks whether a connection could send at all: login and file code set, <code>doctor</code> passes. */
@FunctionalInterface
public interface Readiness {
    /** What is missing, each line with what to do; empty when nothing is. */
    List<String> missing(String connection);
}
