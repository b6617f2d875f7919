package org.vaxroute.operate.mbean;

import java.util.List;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.ledger.SubmissionFile;

/** Delivery with the account of one connection. */
final class DeliveryOperations implements DeliveryMBean {
    private static final int MOST = 10_000;

    private final Operations.Delivery delivery;
    private final Ledger ledger;
    private final Pausing pausing;

    DeliveryOperations(Operations.Delivery delivery, Ledger ledger) {
        this.delivery = delivery;
        this.ledger = ledger;
        this.pausing = new Pausing(ledger, Pausable.delivery(delivery.connection()));
    }

    @Override
    public String getKind() {
        return delivery.kind();
    }

    @Override
    public String getServer() {
        return delivery.server();
    }

    @Override
    public String getPaused() {
        return pausing.text();
    }

    @Override
    public int getWaiting() {
        return outgoing(MOST).size();
    }

    @Override
    public String getNextAttempt() {
        return outgoing(1).stream()
                .map(SubmissionFile::nextAttempt)
                .filter(java.util.Objects::nonNull)
                .map(Rows::time)
                .findFirst()
                .orElse("");
    }

    @Override
    public String getLastError() {
        return outgoing(1).stream()
                .map(SubmissionFile::lastError)
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .orElse("");
    }

    @Override
    public String getLastSent() {
        return ledger.submissionFiles()
                .lastSent(delivery.connection())
                .map(Rows::time)
                .orElse("");
    }

    @Override
    public String pause(String why) {
        return pausing.pause(why);
    }

    @Override
    public String resume(String why) {
        return pausing.resume(why);
    }

    private List<SubmissionFile> outgoing(int limit) {
        return ledger.submissionFiles().outgoing(delivery.connection(), limit);
    }
}
