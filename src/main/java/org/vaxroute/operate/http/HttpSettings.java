package org.vaxroute.operate.http;

import java.nio.file.Path;

/**
 * How the embedded web server is set up.
 *
 * @param host address that it binds
 * @param port port that it listens on; 0 takes a free one
 * @param console whether Hawtio is served
 * @param run folder for what lives as long as the process: token and address, for the command line
 */
public record HttpSettings(String host, int port, boolean console, Path run) {}
