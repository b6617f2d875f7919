package org.vaxroute.cli;

import picocli.CommandLine.Option;

/** Which held records are meant. */
final class HeldOptions {
    @Option(names = "--connection", paramLabel = "ID", defaultValue = "", description = "Only this connection.")
    String connection;

    @Option(names = "--source", paramLabel = "ID", defaultValue = "", description = "Only this source.")
    String source;

    @Option(
            names = "--rule",
            paramLabel = "RULE",
            defaultValue = "",
            description = "Only records held by this rule; RULE* stands for all rules that begin so.")
    String rule;

    boolean any() {
        return !(connection.isEmpty() && source.isEmpty() && rule.isEmpty());
    }
}
