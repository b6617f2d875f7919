package org.vaxroute.submit;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.ledger.KeptLease;
import org.vaxroute.ledger.Leases;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.SubmissionFile;

/**
 * The steps of the deliver routes, bound as <code>deliver</code>: which accounts have something to send, one session for each, the
 * files of that session, and sending one.
 */
public final class DeliverStep {
    /** Exchange variable in which a route names the endpoint of an account's server and folder. */
    public static final String ENDPOINT = "endpoint";

    private static final Logger LOG = LoggerFactory.getLogger(DeliverStep.class);
    private static final String ROUND = "vaxroute.round";

    /** Accounts that wait for one of the split's threads at a time: fewer than its queue has places. */
    private static final int WAITING = 500;

    /** After so long an account ends its turn between two files, if others wait for a session. */
    private static final Duration TURN = Duration.ofSeconds(20);

    private final CamelContext camel;
    private final Collection<Account> accounts;
    private final Ledger ledger;
    private final OwnCopies copies;
    private final Outbox outbox;
    private final AccountEndpoint endpoints;
    private final String node;
    // The lease keeps other nodes away; after a restart this node may take its own lease at once, so it must know what
    // it does itself.
    private final Set<String> inUse = ConcurrentHashMap.newKeySet();
    // Those whose turn is still to come, with the look that found them.
    private final Map<Account, Look> waiting = new ConcurrentHashMap<>();
    private Delivery.Checkpoint checkpoint = Delivery.Checkpoint.NONE;

    /**
     * @param accounts of all connections
     * @param folder where our own copies of the files stand
     * @param gate says whether a file that is decided already may leave
     * @param node name of this process, the same after a restart
     * @throws TrustMissing when an account has no known hosts file or trust store
     * @throws IllegalStateException when this Java cannot do what an FTPS account needs
     */
    public DeliverStep(
            CamelContext camel,
            Collection<Account> accounts,
            Ledger ledger,
            SubmissionFolder folder,
            SendGate gate,
            String node,
            Clock clock) {
        this.camel = camel;
        this.accounts = List.copyOf(accounts);
        this.ledger = ledger;
        this.copies = new OwnCopies(ledger, folder);
        this.outbox = new Outbox(ledger, gate, clock);
        this.endpoints = new AccountEndpoint(camel);
        this.node = node;
        accounts.forEach(TrustStore::require);
        if (accounts.stream().anyMatch(account -> account.kind() == Account.Kind.FTPS)) {
            SessionReuseFtpsClient.platformFault().ifPresent(fault -> {
                throw new IllegalStateException(fault);
            });
        }
    }

    /** Lets a test end the process or cut the line between two steps. */
    void checkpoint(Delivery.Checkpoint value) {
        checkpoint = value;
    }

    /**
     * The accounts of a kind that have a file to send at this moment and do not yet wait for a session, in the order of their turns.
     *
     * @param look ends when all of them have had their turn
     */
    public List<Account> accounts(String kind, Exchange look) {
        Account.Kind wanted = Account.Kind.valueOf(kind.toUpperCase(Locale.ROOT));
        waiting.values().removeIf(Look::isGone);
        List<Account> free = accounts.stream()
                .filter(account -> account.kind() == wanted && !inUse.contains(account.id()))
                .filter(account -> !waiting.containsKey(account))
                .toList();
        // Asked for all at once, because of hundreds of accounts few have a file.
        Set<String> withFiles = ledger.submissionFiles()
                .withOutgoing(free.stream().map(Account::id).collect(Collectors.toSet()));
        List<Account> due = free.stream()
                .filter(account -> withFiles.contains(account.id()))
                .filter(account -> !outbox.due(account).isEmpty())
                .limit(Math.max(0, WAITING - waiting.size()))
                .toList();
        Look found = new Look(look.getFromRouteId());
        due.forEach(account -> waiting.put(account, found));
        look.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                due.forEach(account -> waiting.remove(account, found));
            }
        });
        return due;
    }

    /** What it found waits as long as the route is there: one that is replaced or taken away may forget the rest of its queue. */
    private final class Look {
        private final String routeId;
        private final Route route;

        Look(String routeId) {
            this.routeId = routeId;
            this.route = camel.getRoute(routeId);
        }

        boolean isGone() {
            return camel.getRoute(routeId) != route;
        }
    }

    private boolean othersWait(Account.Kind kind) {
        return waiting.keySet().stream().anyMatch(account -> account.kind() == kind);
    }

    /**
     * Takes the account's lease and opens a session with the endpoint that the variable {@value #ENDPOINT} names. Both end with the
     * exchange. The body, an {@link Account}, stays.
     *
     * @throws DeliveryFailure when the account cannot be used; the ledger knows why and when it is tried again
     */
    public void open(Exchange exchange) {
        Account account = exchange.getMessage().getBody(Account.class);
        boolean free = inUse.add(account.id());
        waiting.remove(account);
        if (!free) {
            return;
        }
        Optional<Round> round = Optional.empty();
        try {
            round = begin(account, exchange.getVariable(ENDPOINT, String.class));
        } finally {
            if (round.isEmpty()) {
                inUse.remove(account.id());
            }
        }
        round.ifPresent(begun -> {
            exchange.setProperty(ROUND, begun);
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    try {
                        begun.close();
                    } finally {
                        inUse.remove(account.id());
                    }
                }
            });
        });
    }

    private Optional<Round> begin(Account account, String uri) {
        Optional<KeptLease> lease = ledger.leases().keep(account.lease(), "delivery" + Leases.at(node));
        if (lease.isEmpty()) {
            LOG.debug("{} is in use elsewhere", account);
            return Optional.empty();
        }
        Held held = new Held(lease.get());
        RemoteFolder remote = null;
        boolean begun = false;
        try {
            // Asked again: another node may have sent them before we got the lease.
            List<SubmissionFile> due = outbox.due(account);
            if (due.isEmpty()) {
                return Optional.empty();
            }
            remote = connect(account, uri, held, due);
            held.guards(remote);
            outbox.opened(account, remote);
            begun = true;
            long since = System.nanoTime();
            return Optional.of(new Round(
                    outbox,
                    account,
                    held,
                    remote,
                    due,
                    () -> othersWait(account.kind()) && System.nanoTime() - since >= TURN.toNanos()));
        } finally {
            // The ledger may go away between the login and its being written down: the session must not outlive that.
            if (!begun) {
                if (remote != null) {
                    remote.close();
                }
                held.close();
            }
        }
    }

    private RemoteFolder connect(Account account, String uri, Held held, List<SubmissionFile> due) {
        try {
            return endpoints.open(uri, account);
        } catch (RuntimeException e) {
            outbox.accountFailed(account, due, held, e);
            throw e;
        }
    }

    /** The files of the session, one after the other; none when no session was opened. */
    public Iterator<SubmissionFile> files(Exchange exchange) {
        Round round = exchange.getProperty(ROUND, Round.class);
        return round == null ? List.<SubmissionFile>of().iterator() : round.files();
    }

    /**
     * Sends one file of the session.
     *
     * @throws DeliveryFailure when it could not be delivered; the ledger knows why and when it is tried again
     */
    public void send(Exchange exchange) {
        Round round = exchange.getProperty(ROUND, Round.class);
        SubmissionFile file = exchange.getMessage().getBody(SubmissionFile.class);
        round.deliver(ledger.submissionFiles(), file, () -> copies.restore(file), checkpoint);
    }
}
