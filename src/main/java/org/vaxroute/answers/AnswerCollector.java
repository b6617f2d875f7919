package org.vaxroute.answers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.ledger.AnswerFile;
import org.vaxroute.ledger.Ledger;

/**
 * Brings what stands in a results folder into our own archive and the ledger. The copy is on the disk before the ledger knows it, the ledger
 * knows it before the listing counts as seen, and only then may it be removed at the registry: a cut between any two steps repeats a step
 * and loses nothing.
 */
final class AnswerCollector {
    static final String REFUSED_NAMES = "answer-name-refused";
    static final String TOO_LARGE = "answer-too-large";

    static final String INCOMPLETE = "answer-incomplete";

    private static final Logger LOG = LoggerFactory.getLogger(AnswerCollector.class);

    private final Ledger ledger;
    private final AnswerArchive archive;
    private final Clock clock;
    private final Checkpoint checkpoint;

    /** When each listing was first noticed, by account. Forgotten at a restart, which costs nothing but a wait. */
    private final Map<String, Map<String, Instant>> noticed = new ConcurrentHashMap<>();

    /** Where a test may end the process. */
    @FunctionalInterface
    interface Checkpoint {
        Checkpoint NONE = step -> {};

        void reached(String step);
    }

    AnswerCollector(Ledger ledger, AnswerArchive archive, Clock clock, Checkpoint checkpoint) {
        this.ledger = ledger;
        this.archive = archive;
        this.clock = clock;
        this.checkpoint = checkpoint;
    }

    /**
     * Fetches what is new.
     *
     * @return how many files were fetched
     * @throws AnswerException when our own disk fails
     */
    int collect(ResultsAccount account, ResultsFolder folder) {
        archive.tidy(account.connection(), account.id());
        Map<String, Instant> before = noticed.getOrDefault(account.id(), Map.of());
        Map<String, Instant> now = new HashMap<>();
        int fetched = 0;
        int refused = 0;
        for (ResultsFolder.Listed listed : folder.list()) {
            if (!listed.plain()) {
                continue;
            }
            if (!RemoteName.isHarmless(listed.name())) {
                refused++;
                continue;
            }
            if (RemoteName.isUnfinished(listed.name()) || isOurs(account, listed.name())) {
                continue;
            }
            byte[] listing = listing(account, listed);
            String key = HexFormat.of().formatHex(listing);
            Instant since = notLater(before.get(key), clock.instant());
            if (fetched >= account.filesPerTurn() || !isStill(account, listed, since)) {
                now.put(key, since);
                continue;
            }
            if (!ledger.answers().seen(account.connection(), listing) && fetch(account, folder, listed, listing)) {
                fetched++;
            }
        }
        noticed.put(account.id(), now);
        tellOfNames(account, refused);
        return fetched;
    }

    // A first look that lies ahead was had before the clock was set back.
    private static Instant notLater(Instant first, Instant now) {
        return first == null || first.isAfter(now) ? now : first;
    }

    private boolean isStill(ResultsAccount account, ResultsFolder.Listed listed, Instant since) {
        Instant limit = clock.instant().minus(account.minAge());
        return !since.isAfter(limit)
                || listed.changed() != null && !listed.changed().isAfter(limit);
    }

    /** Where the results folder is the drop-off folder, our own files stand there too, and under their temporary names while they travel. */
    private boolean isOurs(ResultsAccount account, String name) {
        return Stream.concat(Stream.of(name), account.uploads().apply(name).stream())
                .flatMap(ours -> ledger.submissionFiles().named(ours).stream())
                .anyMatch(file -> file.connection().equals(account.connection())
                        && account.holds().test(file.folder()));
    }

    private boolean fetch(ResultsAccount account, ResultsFolder folder, ResultsFolder.Listed listed, byte[] listing) {
        String name = RemoteName.plain(listed.name());
        String subject = "account:" + account.id();
        AnswerArchive.Kept kept;
        try {
            kept = archive.keep(
                    account.connection(),
                    account.id(),
                    name,
                    listed.size(),
                    account.largestFile(),
                    out -> folder.fetch(listed.name(), out));
        } catch (AnswerArchive.Incomplete e) {
            ledger.alarms()
                    .raise(
                            INCOMPLETE,
                            subject,
                            "An answer in the results folder of account " + account.id() + " came with "
                                    + e.getMessage()
                                    + " as listed. It is fetched again; if this stays so, ask the registry.");
            return false;
        } catch (AnswerArchive.TooLarge e) {
            ledger.alarms()
                    .raise(
                            TOO_LARGE,
                            subject,
                            "An answer in the results folder of account " + account.id() + " has "
                                    + listed.size()
                                    + " bytes, more than answers.largest-file allows, and is left there. Raise the"
                                    + " limit if it is truly an answer.");
            return false;
        } catch (IOException e) {
            throw new AnswerException(
                    "An answer of account " + account.id() + " could not be kept (" + e.getMessage()
                            + "). Look at the disk of the work folder; it is fetched again.",
                    e);
        }
        checkpoint.reached("kept");
        AnswerFile file = ledger.answers().keep(account.connection(), name, kept.sha256(), kept.size(), kept.name());
        checkpoint.reached("known");
        ledger.alarms().clear(INCOMPLETE, subject);
        ledger.answers().remember(account.connection(), listing);
        checkpoint.reached("remembered");
        if (account.removes()) {
            folder.remove(listed.name());
            checkpoint.reached("removed");
        }
        LOG.info("Answer {} fetched with account {}: {} bytes", file.keptAs(), account.id(), kept.size());
        return true;
    }

    private void tellOfNames(ResultsAccount account, int refused) {
        String subject = "account:" + account.id();
        if (refused == 0) {
            ledger.alarms().clear(REFUSED_NAMES, subject);
        } else {
            ledger.alarms()
                    .raise(
                            REFUSED_NAMES,
                            subject,
                            refused + " names in the results folder of account " + account.id()
                                    + " hold path or control characters, or are too long. They are left alone. Look at the folder, and"
                                    + " ask the registry.");
        }
    }

    private static byte[] listing(ResultsAccount account, ResultsFolder.Listed listed) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : new String[] {account.id(), account.results(), listed.name()}) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
                digest.update(bytes);
            }
            digest.update(ByteBuffer.allocate(16)
                    .putLong(listed.size())
                    .putLong(listed.changed() == null ? 0 : listed.changed().toEpochMilli())
                    .array());
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-256; use a complete Java 17 or later.", e);
        }
    }
}
