package org.vaxroute.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.vaxroute.feeds.Readiness;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.submit.Account;
import org.vaxroute.submit.AccountEndpoint;
import org.vaxroute.submit.AccountProbe;
import org.vaxroute.submit.ProbeLine;
import org.vaxroute.submit.SendGate;

/** Tries the accounts at the registry's servers: for {@code doctor}, and before the gate lets a connection begin. Sends nothing. */
final class AccountDoctor implements Readiness {
    private final Supplier<List<Account>> accounts;
    private final Ledger ledger;
    private final Supplier<SendGate> gate;
    private final Path home;
    private final String node;
    private final Clock clock;

    AccountDoctor(
            Supplier<List<Account>> accounts,
            Ledger ledger,
            Supplier<SendGate> gate,
            Path home,
            String node,
            Clock clock) {
        this.accounts = accounts;
        this.ledger = ledger;
        this.gate = gate;
        this.home = home;
        this.node = node;
        this.clock = clock;
    }

    /** What was found of an account. */
    record Found(Account account, ProbeLine line) {}

    List<Found> all() {
        return probe(accounts.get().stream());
    }

    @Override
    public List<String> missing(String connection) {
        return probe(accounts.get().stream()
                        .filter(account -> account.connection().equals(connection)))
                .stream()
                .filter(found -> !found.line().ok())
                .map(found -> "Account " + found.account().id() + ", "
                        + found.line().subject() + ": " + found.line().says())
                .toList();
    }

    private List<Found> probe(Stream<Account> tried) {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.start();
            AccountProbe probe = new AccountProbe(new AccountEndpoint(camel), ledger, gate.get(), home, node, clock);
            return tried.flatMap(account -> probe.check(account, false).stream().map(line -> new Found(account, line)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
