package org.vaxroute.submit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.KeptLease;
import org.vaxroute.ledger.Leases;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerUnavailable;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.SubmissionFiles;
import org.vaxroute.ledger.WrongTransition;

/**
 * Lays files into a local folder, from which a person uploads them to the registry in a browser. Such a file is UPLOADED while it
 * waits there and SENT once the person says so; nothing else can know.
 */
public final class HandOver {
    /** People tell the time to the minute. */
    private static final Duration ROUNDED = Duration.ofMinutes(1);

    private final Collection<Account> accounts;
    private final Ledger ledger;
    private final OwnCopies copies;
    private final Path home;
    private final Outbox outbox;
    private final String node;
    private final Clock clock;

    /**
     * @param home that relative drop-off folders start from
     * @param node name of this process, the same after a restart
     */
    public HandOver(
            Collection<Account> accounts,
            Ledger ledger,
            SubmissionFolder folder,
            SendGate gate,
            Path home,
            String node,
            Clock clock) {
        this.accounts = accounts.stream()
                .filter(account -> account.kind() == Account.Kind.FOLDER)
                .toList();
        this.ledger = ledger;
        this.copies = new OwnCopies(ledger, folder);
        this.home = home;
        this.outbox = new Outbox(ledger, gate, clock);
        this.node = node;
        this.clock = clock;
    }

    /** The accounts that have a file to hand over at this moment, or a file in their folder. */
    public List<Account> accounts() {
        return accounts.stream()
                .filter(account -> !laid(account).isEmpty() || !due(account).isEmpty())
                .toList();
    }

    /**
     * Takes files out of an account's folder that have arrived, and hands over every one that is due.
     *
     * @throws DeliveryFailure when a file could not be laid down; the ledger knows why and when it is tried again
     */
    public void handOver(Account account) {
        clearArrived(account);
        if (due(account).isEmpty()) {
            return;
        }
        Optional<KeptLease> lease = ledger.leases().keep(account.lease(), "delivery" + Leases.at(node));
        if (lease.isEmpty()) {
            return;
        }
        try (Held held = new Held(lease.get())) {
            for (SubmissionFile file : due(account)) {
                if (!held.mayGoOn() || !outbox.mayLeave(account)) {
                    return;
                }
                held.renew();
                try {
                    lay(file, account, ledger.submissionFiles().under(held.lease()));
                    outbox.left(account, file);
                } catch (LedgerUnavailable | WrongTransition e) {
                    throw e;
                } catch (RuntimeException e) {
                    outbox.fileFailed(account, file, held, e);
                    throw e;
                }
            }
        }
    }

    private List<SubmissionFile> due(Account account) {
        return outbox.due(account).stream()
                .filter(file -> file.state() != FileState.UPLOADED)
                .toList();
    }

    private List<String> laid(Account account) {
        String[] names = place(account, "").toFile().list();
        // Not there before the first file; of one that may not be read the next file's failure tells.
        return names == null ? List.of() : List.of(names);
    }

    // An answer may come before a person says that the file was uploaded; somebody else would upload it once more.
    private void clearArrived(Account account) {
        List<String> laid = laid(account);
        if (laid.isEmpty()) {
            return;
        }
        Set<String> waiting = ledger.submissionFiles().outgoing(account.id(), Integer.MAX_VALUE).stream()
                .map(SubmissionFile::name)
                .collect(Collectors.toSet());
        for (String name : laid) {
            if (waiting.contains(name)) {
                continue;
            }
            for (SubmissionFile file : ledger.submissionFiles().named(account.id(), name)) {
                Path place = place(account, name);
                if (!FileState.NOT_AWAY.contains(file.state()) && isCopy(place, file)) {
                    clear(place);
                }
            }
        }
    }

    private static boolean isCopy(Path place, SubmissionFile file) {
        try {
            return Files.isRegularFile(place) && Sha256.of(place).equals(file.sha256());
        } catch (IOException e) {
            throw new TransferRefused(
                    place + " cannot be read: " + e
                            + ". Let the account that runs VaxRoute read it; it holds patient data and is to"
                            + " be removed.",
                    e);
        }
    }

    private void lay(SubmissionFile file, Account account, SubmissionFiles files) {
        Path local = copies.restore(file);
        Path place = place(account, file.name());
        Path unfinished = place.resolveSibling(account.naming().temporary(file.name()));
        Sha256.require(local, file);
        try {
            Files.createDirectories(place.getParent());
            if (Files.exists(place) && !Sha256.of(place).equals(file.sha256())) {
                throw new NameTaken(
                        "The folder " + place.getParent() + " holds another file " + file.name()
                                + ". It is left alone; move it away, then ours is handed over by itself.",
                        null);
            }
            files.sending(file.id());
            Files.copy(local, unfinished, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(unfinished, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            SubmissionFolder.forceFolder(place.getParent());
            files.uploaded(file.id());
        } catch (IOException e) {
            throw new TransferRefused(
                    "The file " + file.name() + " cannot be laid into " + place.getParent() + ": " + e
                            + ". Free space, or let the account that runs VaxRoute write there.",
                    e);
        }
    }

    /**
     * A person says that a file was uploaded.
     *
     * @param name the file's name
     * @param when it was uploaded
     * @param who did it
     * @throws IllegalArgumentException when no file of that name waits to be uploaded, saying which do; when it cannot have been uploaded then
     */
    public SubmissionFile uploaded(String name, Instant when, String who) {
        Optional<SubmissionFile> waits = ledger.submissionFiles()
                .meant(
                        name,
                        file -> file.state() == FileState.UPLOADED && ours(file).isPresent());
        if (waits.isPresent()) {
            SubmissionFile file = waits.get();
            requireWithinItsLife(file, when);
            SubmissionFile sent = ledger.submissionFiles().sent(file.id(), when, who, "uploaded by hand at " + when);
            clear(place(ours(file).orElseThrow(), file.name()));
            return sent;
        }
        List<String> waiting = ledger.submissionFiles().in(java.util.EnumSet.of(FileState.UPLOADED), 50).stream()
                .filter(file -> ours(file).isPresent())
                .map(SubmissionFile::name)
                .toList();
        throw new IllegalArgumentException("No file " + name + " waits to be uploaded by hand. Waiting: "
                + (waiting.isEmpty() ? "none" : String.join(", ", waiting)) + ".");
    }

    private Optional<Account> ours(SubmissionFile file) {
        return accounts.stream()
                .filter(known -> known.id().equals(file.account()))
                .findFirst();
    }

    // What is late or silent is counted from this moment: a wrong year would keep those alarms away for as long.
    private void requireWithinItsLife(SubmissionFile file, Instant when) {
        Instant now = clock.instant();
        Instant built = file.builtAt();
        boolean early = built != null && built.isBefore(now) && when.isBefore(built.minus(ROUNDED));
        if (early || when.isAfter(now.plus(ROUNDED))) {
            throw new IllegalArgumentException("File " + file.name() + " cannot have been uploaded at " + when + ": "
                    + (early ? "it was built at " + built : "it is " + now + " now") + ". Give the moment in UTC.");
        }
    }

    // It holds patient data and has no further use; our own copy stays in the out folder.
    private static void clear(Path place) {
        try {
            Files.deleteIfExists(place);
        } catch (IOException e) {
            throw new WrongTransition("The file is SENT now, but " + place + " could not be removed: " + e.getMessage()
                    + ". Remove it; it holds patient data.");
        }
    }

    private Path place(Account account, String name) {
        return home.resolve(account.dropOff()).resolve(name);
    }
}
