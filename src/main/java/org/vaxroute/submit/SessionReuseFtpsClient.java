package org.vaxroute.submit;

import java.io.IOException;
import java.net.Socket;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.apache.commons.net.ftp.FTPSClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Implicit FTPS whose data connections go on with the TLS session of the control connection, as vsftpd, FileZilla Server and many
 * state hosts demand. The stock client opens a new session for every transfer and is refused there.
 *
 * <p>JSSE looks a session up by host name and by the port of the <em>socket</em>; so the plain data socket is shown to it as if it
 * were connected to the control port. No reflection, no opened packages. The server's certificate is checked against the trust
 * store and against its name; there is no way to turn that off.
 */
final class SessionReuseFtpsClient extends FTPSClient {
    private static final Logger LOG = LoggerFactory.getLogger(SessionReuseFtpsClient.class);
    private static final int FIRST_JAVA_THAT_RESUMES_TLS_1_3 = 25;
    private static final String TICKET_FLAG = "jdk.tls.client.enableSessionTicketExtension";

    /**
     * What waits on this machine when all of a file has been written has to be through before the server's word on it is given up; left to
     * itself, Linux lets it grow to some megabytes, which take more than a minute on a slow line.
     */
    private static final int SEND_BUFFER = 1 << 18;

    private static final List<String> PROTOCOLS = List.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");

    private final SSLContext context;
    private final String expectedName;
    private final String[] protocols;
    private final Duration timeOut;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /**
     * @param context made from the account's trust store
     * @param expectedName name that the certificate must bear, or null for the host's
     * @param floor lowest TLS version
     * @param timeOut how long the server may take no bytes of an upload
     */
    SessionReuseFtpsClient(SSLContext context, String expectedName, Account.TlsFloor floor, Duration timeOut) {
        super(true, context);
        this.context = context;
        this.expectedName = expectedName;
        this.timeOut = timeOut;
        this.protocols = protocols(floor, Runtime.version().feature());
        setEndpointCheckingEnabled(true);
        setEnabledProtocols(protocols);
        setSendDataSocketBufferSize(SEND_BUFFER);
    }

    /** From the floor up to the newest version whose sessions this Java can go on with. */
    static String[] protocols(Account.TlsFloor floor, int java) {
        String newest = java >= FIRST_JAVA_THAT_RESUMES_TLS_1_3 ? "TLSv1.3" : "TLSv1.2";
        int from = PROTOCOLS.indexOf(floor.protocol());
        int to = Math.max(from, PROTOCOLS.indexOf(newest));
        return PROTOCOLS.subList(from, to + 1).toArray(String[]::new);
    }

    /**
     * What stands in the way of going on with TLS sessions on this Java, as a sentence that says what to do; empty when nothing does.
     * Asked at start-up, when an FTPS account is configured, and by <code>doctor</code>.
     */
    static Optional<String> platformFault() {
        return platformFault(Runtime.version().feature(), System.getProperty(TICKET_FLAG));
    }

    static Optional<String> platformFault(int java, String flag) {
        if (java >= FIRST_JAVA_THAT_RESUMES_TLS_1_3 || "false".equalsIgnoreCase(flag)) {
            return Optional.empty();
        }
        return Optional.of("Java " + java
                + " cannot go on with a TLS session on FTPS data connections as it was started. Start it with -D"
                + TICKET_FLAG + "=false (bin/vaxroute does; for another shell add it to JAVA_OPTS), or use Java "
                + FIRST_JAVA_THAT_RESUMES_TLS_1_3 + " or newer.");
    }

    /** The server's certificate chain, its own first; empty before the handshake. */
    List<Certificate> certificates() {
        if (_socket_ instanceof SSLSocket secure) {
            try {
                return Arrays.asList(secure.getSession().getPeerCertificates());
            } catch (SSLPeerUnverifiedException e) {
                return List.of();
            }
        }
        return List.of();
    }

    /** Closes the connections underneath, so that whoever waits for them is told; for other threads. */
    void closeSockets() {
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("A connection did not close: {}", e.getMessage());
            }
        }
    }

    private void keep(Socket socket) {
        sockets.removeIf(Socket::isClosed);
        sockets.add(socket);
    }

    @Override
    protected void _connectAction_() throws IOException {
        keep(_socket_);
        if (expectedName != null) {
            // The TLS layer asks for, checks and remembers the server by this name; the socket is already connected to
            // the host.
            _hostname_ = expectedName;
        }
        super._connectAction_();
    }

    @Override
    public void execPROT(String level) throws IOException {
        super.execPROT(level);
        // The parent would now make data sockets with a TLS session of their own.
        setSocketFactory(null);
        setServerSocketFactory(null);
    }

    @Override
    protected Socket _openDataConnection_(String command, String argument) throws IOException {
        Socket plain = super._openDataConnection_(command, argument);
        if (plain == null) {
            return null;
        }
        keep(plain);
        int controlPort = _socket_.getPort();
        SSLSocket secure = (SSLSocket) context.getSocketFactory()
                .createSocket(new PortMaskSocket(plain, controlPort, timeOut), _hostname_, controlPort, true);
        try {
            secure.setUseClientMode(true);
            secure.setEnabledProtocols(protocols);
            SSLParameters checks = secure.getSSLParameters();
            checks.setEndpointIdentificationAlgorithm("HTTPS");
            secure.setSSLParameters(checks);
            if (plain.getSoTimeout() == 0) {
                secure.setSoTimeout((int) getDataTimeout().toMillis());
            }
            secure.startHandshake();
        } catch (IOException e) {
            plain.close();
            throw e;
        }
        return secure;
    }
}
