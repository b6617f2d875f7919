package org.vaxroute.cli;

import picocli.CommandLine.Option;

/** How much of a list is wanted, and for whom. */
final class ListOptions {
    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "How many at most (default: ${DEFAULT-VALUE}).")
    int limit;

    @Option(names = "--json", description = "Write JSON, for other programs.")
    boolean json;
}
