package org.vaxroute.operate.http;

import java.nio.file.Path;

/**
 * How the embedded web server is set up.
 *
 * @param host address that it binds
 * @param port port that it listens on; 0 takes a free one
 * @param console whether Hawtio is served
 * @param run folder for what lives as long as the process: token, address and certificate, for the command line
 * @param tls the server's certificate; null for plain HTTP
 * @param plainText whether plain HTTP may be spoken beyond loopback, because a TLS proxy stands before it
 */
public record HttpSettings(String host, int port, boolean console, Path run, Tls tls, boolean plainText) {
    /**
     * The server's certificate and key.
     *
     * @param keyStore PKCS12 file
     * @param password of that file
     */
    public record Tls(Path keyStore, String password) {
        @Override
        public String toString() {
            return "Tls[" + keyStore + "]";
        }
    }

    /** Plain HTTP on loopback. */
    public HttpSettings(String host, int port, boolean console, Path run) {
        this(host, port, console, run, null, false);
    }
}
