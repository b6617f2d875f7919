package org.vaxroute.intake;

import io.netty.handler.codec.TooLongFrameException;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.apache.camel.Exchange;
import org.apache.camel.spi.ExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears of MLLP connections that ended in a fault. A sender that hangs up is daily life; a frame too long is an alarm. */
public final class MllpTroubleStep implements ExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(MllpTroubleStep.class);

    private final SourceAlarms alarms;

    public MllpTroubleStep(SourceAlarms alarms) {
        this.alarms = alarms;
    }

    @Override
    public void handleException(Throwable exception) {
        handleException(null, null, exception);
    }

    @Override
    public void handleException(String message, Throwable exception) {
        handleException(message, null, exception);
    }

    @Override
    public void handleException(String message, Exchange exchange, Throwable exception) {
        if (exception instanceof TooLongFrameException) {
            alarms.raise(
                    "mllp.too-long",
                    "An MLLP connection was closed: " + exception.getMessage()
                            + ". Look at the sender, or raise intake.largest-message.");
        } else if (exception.getCause() instanceof SSLException || exception instanceof SSLException) {
            alarms.raise(
                    "mllp.tls",
                    "An MLLP connection was closed because TLS could not be agreed on; compare the certificates of sender and listener.");
        } else if (exception instanceof IOException) {
            LOG.debug("MLLP connection lost: {}", exception.getClass().getName());
        } else {
            alarms.raise(
                    "mllp.fault",
                    "An MLLP connection was closed after "
                            + exception.getClass().getName() + ".");
        }
    }
}
