package org.vaxroute.feeds;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.ledger.Gate;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.SubmissionFile;

/**
 * Puts the registry's answers to test files, and to the first production file, on the gate's record. A clean first production file
 * opens the ongoing feed by itself. Until the approval a test file that was clean is looked at again, because a registry may acknowledge
 * a file at once and report its errors days later.
 */
public final class TestProgress {
    private static final Logger LOG = LoggerFactory.getLogger(TestProgress.class);
    private static final Set<GateState> BEFORE_APPROVAL = Set.of(GateState.TESTING, GateState.REVIEW_REQUESTED);
    private static final Set<GateState> BEFORE_LIVE =
            Set.of(GateState.TESTING, GateState.REVIEW_REQUESTED, GateState.APPROVED);

    private final Ledger ledger;
    private final Gatekeeper gate;
    private final AnswerBook answers;
    private final List<FeedSettings> connections;

    public TestProgress(Ledger ledger, Gatekeeper gate, AnswerBook answers, List<FeedSettings> connections) {
        this.ledger = ledger;
        this.gate = gate;
        this.answers = answers;
        this.connections = List.copyOf(connections);
    }

    /** Looks for answers that have come since. */
    public void settle() {
        Set<String> unsettled = ledger.gates().withUnsettledTests();
        Map<String, Gate> gates = ledger.gates().all();
        EachConnection.look(
                ledger,
                EachConnection.of(
                        connections,
                        connection -> unsettled.contains(connection)
                                || !gates.containsKey(connection)
                                || BEFORE_LIVE.contains(gates.get(connection).state())),
                connection -> settle(connection.connection()),
                (connection, e) -> LOG.error(
                        "Answers to the files of {} could not be looked at; the next tick tries again.",
                        connection.connection(),
                        e));
    }

    /** How testing goes: <code>2 of 3 error-free test files; A26034.1.hl7 had errors: ...</code>. */
    public String of(String connection) {
        return gate.dossier(connection).progress();
    }

    private void settle(String connection) {
        Dossier dossier = gate.dossier(connection);
        for (SubmissionFile file : dossier.unsettled()) {
            answers.of(file).ifPresent(answer -> gate.answered(dossier, file, answer));
        }
        if (BEFORE_APPROVAL.contains(dossier.gate().state())) {
            for (SubmissionFile file : dossier.cleanByAnswer()) {
                answers.of(file)
                        .filter(answer -> answer.errors() > 0)
                        .ifPresent(answer -> gate.answered(dossier, file, answer));
            }
        }
        if (dossier.gate().state() == GateState.APPROVED) {
            gate.tellOfFirstFile(dossier);
        }
        if (dossier.gate().state() == GateState.APPROVED
                && gate.dossier(connection).cleanFirstFile().isPresent()) {
            gate.live(connection, "answers");
        }
    }
}
