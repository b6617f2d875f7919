package org.vaxroute.submit;

/** Another node has taken over the account in the middle of our work. Nothing is wrong with the file; the other node goes on with it. */
public final class LeaseLost extends DeliveryFailure {
    LeaseLost(String message) {
        super(message, null);
    }
}
