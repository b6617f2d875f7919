package org.vaxroute.answers;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of the route that fetches answers, bound as <code>results</code>: which folders to look at, and looking at one. */
public final class CollectStep {
    /** Exchange variable in which the route names the endpoint of an account's server and folder. */
    public static final String ENDPOINT = "endpoint";

    private static final Logger LOG = LoggerFactory.getLogger(CollectStep.class);

    private final List<ResultsAccount> accounts;
    private final ResultsDoor door;
    private final AnswerCollector collector;

    CollectStep(List<ResultsAccount> accounts, ResultsDoor door, AnswerCollector collector) {
        this.accounts = List.copyOf(accounts);
        this.door = door;
        this.collector = collector;
    }

    /** The accounts whose results folder is looked at. */
    public List<ResultsAccount> accounts() {
        return accounts;
    }

    /**
     * Fetches what is new in the results folder of the body, a {@link ResultsAccount}. The body becomes the number of files fetched.
     *
     * @throws RuntimeException when the server or our own disk fails; what was not fetched is fetched at the next look
     */
    public void collect(Exchange exchange) {
        ResultsAccount account = exchange.getMessage().getBody(ResultsAccount.class);
        Optional<ResultsFolder> opened = account.kind().equals("folder")
                ? Optional.of(new LocalResults(Path.of(account.results())))
                : door.open(account.id(), exchange.getVariable(ENDPOINT, String.class));
        if (opened.isEmpty()) {
            LOG.debug("Account {} is busy or rests; its results are looked at later", account.id());
            exchange.getMessage().setBody(0);
            return;
        }
        try (ResultsFolder folder = opened.get()) {
            exchange.getMessage().setBody(collector.collect(account, folder));
        }
    }
}
