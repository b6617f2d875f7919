package org.vaxroute.intake;

import org.apache.camel.Exchange;
import org.apache.camel.spi.ExceptionHandler;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.LedgerException;
import org.vaxroute.ledger.LedgerUnavailable;
import org.vaxroute.vxu.ColumnMapException;

/**
 * Makes the failure of an intake route known, once and without patient data: what another library says of a failure may
 * quote a field, so only our own words and class names are told.
 */
public final class SourceAlarmStep implements ExceptionHandler {
    private final SourceAlarms alarms;

    public SourceAlarmStep(SourceAlarms alarms) {
        this.alarms = alarms;
    }

    /** Ends the reading of the source that the exchange reads, and raises its alarm. */
    public void raise(Exchange exchange) {
        if (ofOneRecord(exchange)) {
            return;
        }
        HandOver<?> reading = exchange.getProperty(StoreStep.HAND_OVER, HandOver.class);
        if (reading != null) {
            reading.over();
        }
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        raise("source." + source(exchange), cause);
    }

    private void raise(String subject, Throwable cause) {
        if (ledgerIsAway(cause)) {
            alarms.raiseWithoutLedger(subject, text(cause));
        } else {
            alarms.raise(subject, text(cause));
        }
    }

    private static boolean ledgerIsAway(Throwable cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof LedgerUnavailable) {
                return true;
            }
        }
        return false;
    }

    // Inside a split over a chunk's records: #sameChunk holds that record, and the source is well.
    private static boolean ofOneRecord(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        return exchange.getProperty(Exchange.SPLIT_INDEX) != null
                && !(body instanceof Chunk)
                && !(body instanceof JdbcRuns.Due);
    }

    private static String source(Exchange exchange) {
        Taking taking = exchange.getProperty(FileTakeStep.TAKING, Taking.class);
        if (taking != null) {
            return taking.source().id();
        }
        JdbcRuns.Due due = exchange.getProperty(JdbcReader.DUE, JdbcRuns.Due.class);
        if (due != null) {
            return due.source().id();
        }
        return exchange.getMessage().getBody() instanceof Chunk chunk ? chunk.source() : exchange.getFromRouteId();
    }

    static String text(Throwable cause) {
        if (ledgerIsAway(cause)) {
            return "The ledger is away. Nothing is lost: the source keeps what is not stored and goes on when the ledger is back.";
        }
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof LedgerException
                    || t instanceof SourceFaultException
                    || t instanceof ColumnMapException
                    || t instanceof IntakeStoppedException) {
                return t.getMessage();
            }
        }
        return "Reading stopped with "
                + (cause == null ? "no reason given" : cause.getClass().getName())
                + ". The source keeps what is not stored; look at the route's own steps.";
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
        raise("source." + (exchange == null ? "drop-folder" : source(exchange)), exception);
    }
}
