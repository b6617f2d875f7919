package org.vaxroute.intake;

import io.netty.channel.ChannelHandler;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.camel.component.hl7.HL7MLLPNettyEncoderFactory;
import org.apache.camel.component.netty.DefaultChannelHandlerFactory;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.SecureSocketProtocolsParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;

/** What the MLLP listener's endpoint names: its channel handlers and its TLS. */
final class MllpEndpoint {
    /** The alarm that stands while the listener speaks plain text to the network. */
    static final String PLAIN_TEXT = "mllp.plain-text";

    private MllpEndpoint() {}

    /** One handler for each connection. */
    private static final class Handlers extends DefaultChannelHandlerFactory {
        private final Supplier<ChannelHandler> handler;

        Handlers(Supplier<ChannelHandler> handler) {
            this.handler = handler;
        }

        @Override
        public ChannelHandler newChannelHandler() {
            return handler.get();
        }
    }

    static Map<String, Object> beans(
            MllpSettings settings, IntakeSettings intake, SourceAlarms alarms, LongAdder discarded, MllpDoor door) {
        var open = new AtomicInteger();
        return Map.of(
                "mllpPeers",
                new Handlers(() -> new MllpPeers(settings.peers(), settings.connections(), open, alarms)),
                "mllpDecoder",
                new Handlers(() -> new MllpDecoder(intake.largestMessage(), bytes -> {
                    if (bytes > 0) {
                        discarded.add(bytes);
                        alarms.raise(
                                "mllp.garbage",
                                "Bytes outside of a complete MLLP frame arrived and were dropped; look at the sender's framing (0B message 1C 0D).");
                    }
                })),
                "mllpInFlight",
                new Handlers(() -> new MllpInFlight(settings.inFlight(), door)),
                "mllpEncoder",
                new HL7MLLPNettyEncoderFactory(),
                "mllpTls",
                tls(settings));
    }

    /**
     * Refuses plain text beyond loopback unless a setting allows it.
     *
     * @throws IllegalArgumentException when the listener would speak plain text to the network unasked
     */
    static void requireSafe(MllpSettings settings, SourceAlarms alarms) {
        if (settings.tls() || loopback(settings.host())) {
            alarms.clear(PLAIN_TEXT);
            return;
        }
        if (!settings.plainText()) {
            throw new IllegalArgumentException(
                    "intake.mllp.host is " + settings.host()
                            + ", beyond loopback, without TLS. Set intake.mllp.key-store, or intake.mllp.plain-text = true if the network is safe by other means.");
        }
        alarms.raise(
                PLAIN_TEXT,
                "The MLLP listener on " + settings.host()
                        + " speaks plain text to the network; anybody on the way can read patient data.");
    }

    private static boolean loopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "intake.mllp.host is " + host + ", which is no address of this machine.", e);
        }
    }

    private static SSLContextParameters tls(MllpSettings settings) {
        var tls = new SSLContextParameters();
        var protocols = new SecureSocketProtocolsParameters();
        protocols.getSecureSocketProtocol().add("TLSv1.3");
        protocols.getSecureSocketProtocol().add("TLSv1.2");
        tls.setSecureSocketProtocols(protocols);
        if (settings.tls()) {
            var keys = new KeyManagersParameters();
            keys.setKeyStore(store(settings.keyStore().toString(), settings.keyStorePassword()));
            keys.setKeyPassword(settings.keyStorePassword());
            tls.setKeyManagers(keys);
        }
        if (settings.trustStore() != null) {
            var trust = new TrustManagersParameters();
            trust.setKeyStore(store(settings.trustStore().toString(), settings.trustStorePassword()));
            tls.setTrustManagers(trust);
        }
        return tls;
    }

    private static KeyStoreParameters store(String file, String password) {
        var store = new KeyStoreParameters();
        store.setType("PKCS12");
        store.setResource("file:" + file);
        store.setPassword(password);
        return store;
    }
}
