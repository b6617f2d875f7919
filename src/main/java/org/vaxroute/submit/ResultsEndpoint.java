package org.vaxroute.submit;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.vaxroute.ledger.KeptLease;
import org.vaxroute.ledger.Leases;
import org.vaxroute.ledger.Ledger;

/**
 * Sessions for whoever fetches answers: under the account's lease, by the same rules of login and trust as delivery, and only while nothing
 * waits to be sent. Where something always waits, the results get a turn every {@link #PATIENCE} all the same.
 */
public final class ResultsEndpoint {
    static final Duration PATIENCE = Duration.ofMinutes(15);

    /** Raised while the results of an account cannot be looked at. */
    static final String FAILING = "answers-failing";

    private final Map<String, Account> accounts;
    private final Ledger ledger;
    private final Outbox outbox;
    private final AccountEndpoint endpoints;
    private final String node;
    private final Clock clock;
    private final Map<String, Instant> turns = new ConcurrentHashMap<>();
    private final Instant begun;

    /** As for {@link DeliverStep}. */
    public ResultsEndpoint(
            CamelContext camel, Collection<Account> accounts, Ledger ledger, SendGate gate, String node, Clock clock) {
        this.accounts = accounts.stream().collect(Collectors.toMap(Account::id, Function.identity()));
        this.ledger = ledger;
        this.outbox = new Outbox(ledger, gate, clock);
        this.endpoints = new AccountEndpoint(camel);
        this.node = node;
        this.clock = clock;
        this.begun = clock.instant();
    }

    /**
     * One entry of a results folder.
     *
     * @param name as the server gave it: it may be anything
     * @param changed by the server's clock; null when it does not say
     * @param plain whether it is a file, and neither folder nor link
     */
    public record Entry(String name, long size, Instant changed, boolean plain) {}

    /** An open session in a results folder; closing it gives the account's lease back. */
    public interface Session extends Closeable {
        /** What the folder holds. */
        List<Entry> list();

        /**
         * Copies a file of the folder.
         *
         * @throws IOException when what is written to fails
         */
        void fetch(String name, OutputStream to) throws IOException;

        /** Removes a file of the folder. */
        void remove(String name);

        @Override
        void close();
    }

    /**
     * Opens a session.
     *
     * @param uri address of server and folder, as the route spells it
     * @return empty when the account is in use elsewhere, rests after a refused login, or has files to send
     * @throws DeliveryFailure when the folder cannot be opened; an alarm tells why
     */
    public Optional<Session> open(String account, String uri) {
        Account known = accounts.get(account);
        if (known == null
                || !known.unlocked().getAsBoolean()
                || outbox.restsUntil(known).isPresent()
                || deliveryGoesFirst(known)) {
            return Optional.empty();
        }
        Optional<KeptLease> lease = ledger.leases().keep(known.lease(), "answers" + Leases.at(node));
        if (lease.isEmpty()) {
            return Optional.empty();
        }
        Held held = new Held(lease.get());
        RemoteFolder remote = null;
        try {
            remote = endpoints.open(uri, known);
            held.guards(remote);
            outbox.opened(known, remote);
            turns.put(account, clock.instant());
            return Optional.of(new LeasedSession(account, remote, held));
        } catch (LoginRefused e) {
            outbox.accountFailed(known, List.of(), held, e);
            held.close();
            throw e;
        } catch (DeliveryFailure e) {
            fails(account, e);
            held.close();
            throw e;
        } catch (RuntimeException e) {
            if (remote != null) {
                remote.close();
            }
            held.close();
            throw e;
        }
    }

    private boolean deliveryGoesFirst(Account account) {
        Instant last = turns.getOrDefault(account.id(), begun);
        return last.plus(PATIENCE).isAfter(clock.instant())
                && !outbox.due(account).isEmpty();
    }

    private void fails(String account, DeliveryFailure failure) {
        ledger.alarms().raise(FAILING, "account:" + account, failure.getMessage());
    }

    /** The alarm ends with a session that could list and broke nowhere: to be let in is not yet to be let look. */
    private final class LeasedSession implements Session {
        private final String account;
        private final RemoteFolder remote;
        private final Held held;
        private boolean listed;
        private boolean failed;

        LeasedSession(String account, RemoteFolder remote, Held held) {
            this.account = account;
            this.remote = remote;
            this.held = held;
        }

        @Override
        public List<Entry> list() {
            held.renew();
            try {
                List<Entry> entries = remote.list();
                listed = true;
                return entries;
            } catch (DeliveryFailure e) {
                throw told(e);
            }
        }

        @Override
        public void fetch(String name, OutputStream to) throws IOException {
            held.renew();
            try {
                remote.fetch(name, held.watching(to));
            } catch (DeliveryFailure e) {
                throw told(e);
            }
        }

        @Override
        public void remove(String name) {
            held.renew();
            try {
                remote.delete(name);
            } catch (DeliveryFailure e) {
                throw told(e);
            }
        }

        // A file that is refused is no fault of the folder, nor is an account that another node has taken over.
        private DeliveryFailure told(DeliveryFailure failure) {
            if (!(failure instanceof TransferRefused) && !(failure instanceof LeaseLost)) {
                failed = true;
                fails(account, failure);
            }
            return failure;
        }

        @Override
        public void close() {
            try {
                remote.close();
                if (listed && !failed) {
                    ledger.alarms().clear(FAILING, "account:" + account);
                }
            } finally {
                held.close();
            }
        }
    }
}
