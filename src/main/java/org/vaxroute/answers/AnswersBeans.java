package org.vaxroute.answers;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.vaxroute.ledger.Ledger;

/** The beans that the answer routes name, built from settings and the ledger. */
public final class AnswersBeans {
    private final Map<String, Object> beans;
    private final AnswerRegister register;

    /**
     * @param accounts whose results folders are looked at
     * @param door opens sessions with their servers
     * @param formats by connection, see {@link AnswerFormats#of}
     * @param silences by connection
     */
    public AnswersBeans(
            AnswersSettings settings,
            List<ResultsAccount> accounts,
            ResultsDoor door,
            Map<String, AnswerFormats> formats,
            Map<String, Silence> silences,
            Ledger ledger,
            Clock clock) {
        AnswerArchive archive = new AnswerArchive(settings.folder());
        Looks looks = new Looks(accounts);
        AnswerCollector collector = new AnswerCollector(ledger, archive, looks, clock, AnswerCollector.Checkpoint.NONE);
        register = new AnswerRegister(ledger);
        beans = Map.of(
                "results", new CollectStep(accounts, door, collector),
                "answers", new AnswerDesk(ledger, archive, formats, silences, looks, settings.chunk(), clock));
    }

    /** The beans by the names that the routes use. */
    public Map<String, Object> beans() {
        return beans;
    }

    /** What was answered to whole files. */
    public AnswerRegister register() {
        return register;
    }
}
