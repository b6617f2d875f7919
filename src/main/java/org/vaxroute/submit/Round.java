package org.vaxroute.submit;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.vaxroute.ledger.LedgerUnavailable;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.SubmissionFiles;
import org.vaxroute.ledger.WrongTransition;

/**
 * One account's turn: its lease, one session, and the files that may leave now, one after the other. The turn ends with the first
 * fault, when the pace is used up, others wait for their turn, somebody pauses the account, or when no file is left; then the session is closed at once.
 */
public final class Round implements AutoCloseable {
    private final Outbox outbox;
    private final Account account;
    private final Held held;
    private final RemoteFolder remote;
    private final Deque<SubmissionFile> waiting;
    private final BooleanSupplier othersTurn;
    private boolean ended;

    Round(
            Outbox outbox,
            Account account,
            Held held,
            RemoteFolder remote,
            List<SubmissionFile> files,
            BooleanSupplier othersTurn) {
        this.outbox = outbox;
        this.account = account;
        this.held = held;
        this.remote = remote;
        this.waiting = new ArrayDeque<>(files);
        this.othersTurn = othersTurn;
    }

    /**
     * The files of this turn. The split asks for the next file while it still works on the one before, so this only counts through
     * them; whether a file's moment has come is asked when it is delivered.
     */
    Iterator<SubmissionFile> files() {
        return List.copyOf(waiting).iterator();
    }

    /**
     * Delivers a file, or leaves it for a later turn when the pace is used up, the account is paused or this node takes no work.
     *
     * @param copy gives our own copy
     * @throws DeliveryFailure after the ledger was told what happened and when the next attempt is due
     */
    void deliver(SubmissionFiles files, SubmissionFile file, Supplier<Path> copy, Delivery.Checkpoint checkpoint) {
        if (ended
                || othersTurn.getAsBoolean()
                || !file.equals(waiting.peek())
                || !held.mayGoOn()
                || !outbox.mayLeave(account)) {
            // Those behind a file that stays may not pass it.
            ended = true;
            return;
        }
        try {
            new Delivery(files.under(held.lease()), account, remote, held, checkpoint).deliver(file, copy);
            waiting.remove();
            outbox.left(account, file);
        } catch (LeaseLost | LedgerUnavailable | WrongTransition e) {
            ended = true;
            throw e;
        } catch (NameTaken | LocalFileChanged | TransferRefused e) {
            ended = true;
            outbox.fileFailed(account, file, held, e);
            throw e;
        } catch (DeliveryFailure e) {
            ended = true;
            outbox.accountFailed(account, List.copyOf(waiting), held, e);
            throw e;
        } catch (RuntimeException e) {
            // The disk is full, our copy cannot be written again: without a wait the server would be asked at each
            // poll.
            ended = true;
            outbox.fileFailed(account, file, held, e);
            throw e;
        }
    }

    @Override
    public void close() {
        ended = true;
        remote.close();
        held.close();
    }
}
