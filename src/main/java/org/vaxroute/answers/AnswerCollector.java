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
    static final String REFUSED = "answer-refused";
    static final String NOT_REMOVED = "answer-not-removed";
    static final String NOT_FETCHED = "answers-not-fetched";

    private static final Logger LOG = LoggerFactory.getLogger(AnswerCollector.class);

    private final Ledger ledger;
    private final AnswerArchive archive;
    private final Looks looks;
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

    AnswerCollector(Ledger ledger, AnswerArchive archive, Looks looks, Clock clock, Checkpoint checkpoint) {
        this.ledger = ledger;
        this.archive = archive;
        this.looks = looks;
        this.clock = clock;
        this.checkpoint = checkpoint;
    }

    /**
     * Fetches what is new.
     *
     * @return how many files were fetched
     * @throws AnswerException when our own disk fails; an alarm stands until a look comes to its end
     */
    int collect(ResultsAccount account, ResultsFolder folder) {
        try {
            int fetched = look(account, folder);
            ledger.alarms().clear(NOT_FETCHED, subject(account));
            return fetched;
        } catch (AnswerException e) {
            ledger.alarms().raise(NOT_FETCHED, subject(account), e.getMessage());
            throw e;
        }
    }

    private int look(ResultsAccount account, ResultsFolder folder) {
        archive.tidy(account.connection(), account.id());
        Map<String, Instant> before = noticed.getOrDefault(account.id(), Map.of());
        Map<String, Instant> now = new HashMap<>();
        Left left = new Left();
        Instant begun = clock.instant();
        int fetched = 0;
        for (ResultsFolder.Listed listed : folder.list()) {
            if (!listed.plain()) {
                continue;
            }
            if (!RemoteName.isHarmless(listed.name())) {
                left.names++;
                continue;
            }
            if (RemoteName.isUnfinished(listed.name()) || isOurs(account, listed.name())) {
                continue;
            }
            byte[] listing = listing(account, listed);
            if (listed.size() > account.largestFile()) {
                left.tooLarge += ledger.answers().seen(account.connection(), listing) ? 0 : 1;
                continue;
            }
            String key = HexFormat.of().formatHex(listing);
            Instant since = notLater(before.get(key), clock.instant());
            left.toTheEnd = fetched < account.filesPerTurn();
            if (!left.toTheEnd || !isStill(account, listed, since)) {
                left.ageless += listed.changed() == null ? 1 : 0;
                now.put(key, since);
                continue;
            }
            if (ledger.answers().seen(account.connection(), listing)) {
                continue;
            }
            if (fetch(account, folder, listed, listing, left)) {
                fetched++;
            } else {
                now.put(key, since);
            }
        }
        noticed.put(account.id(), now);
        tell(account, left);
        if (left.nothing()) {
            looks.through(account, begun);
        }
        return fetched;
    }

    /** What one look left where it is. */
    private static final class Left {
        private int names;
        private int tooLarge;
        private int incomplete;
        private int refused;
        private int ageless;
        private String words = "";
        private boolean toTheEnd = true;

        // What changes all the time, such as a log, is left too, but it came just now; of what has no time nobody
        // knows.
        private boolean nothing() {
            return toTheEnd && names + tooLarge + incomplete + refused + ageless == 0;
        }
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

    /** Whether it was fetched; what is left where it is keeps no other file waiting. */
    private boolean fetch(
            ResultsAccount account, ResultsFolder folder, ResultsFolder.Listed listed, byte[] listing, Left left) {
        String name = RemoteName.plain(listed.name());
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
            left.incomplete++;
            return false;
        } catch (AnswerArchive.TooLarge e) {
            left.tooLarge++;
            return false;
        } catch (ResultsFolder.Refused e) {
            left.refused++;
            left.words = e.getMessage();
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
        ledger.answers().remember(account.connection(), listing);
        checkpoint.reached("remembered");
        if (account.removes()) {
            remove(account, folder, listed.name());
            checkpoint.reached("removed");
        }
        LOG.info("Answer {} fetched with account {}: {} bytes", file.keptAs(), account.id(), kept.size());
        return true;
    }

    private void remove(ResultsAccount account, ResultsFolder folder, String name) {
        try {
            folder.remove(name);
            ledger.alarms().clear(NOT_REMOVED, subject(account));
        } catch (ResultsFolder.Refused e) {
            ledger.alarms()
                    .raise(
                            NOT_REMOVED,
                            subject(account),
                            "An answer was fetched with account " + account.id() + " and could not be removed: "
                                    + e.getMessage()
                                    + " It stays in the results folder. Have the right to remove given to the login and remove it"
                                    + " there, or set account.answers-remove = false.");
        }
    }

    private void tell(ResultsAccount account, Left left) {
        String there = " in the results folder of account " + account.id();
        tell(
                REFUSED_NAMES,
                account,
                left.names,
                left,
                left.names + " names" + there
                        + " hold path or control characters, or are too long. They are left alone. Look at the folder, and"
                        + " ask the registry.");
        tell(
                TOO_LARGE,
                account,
                left.tooLarge,
                left,
                left.tooLarge + " files" + there + " are larger than answers.largest-file allows ("
                        + account.largestFile()
                        + " bytes) and are left there. Raise the limit if they are truly answers, else have them removed.");
        tell(
                INCOMPLETE,
                account,
                left.incomplete,
                left,
                left.incomplete + " files" + there
                        + " came with another size than is listed. They are fetched again at each look; if this stays so, ask"
                        + " the registry.");
        tell(
                REFUSED,
                account,
                left.refused,
                left,
                left.refused + " files" + there + " cannot be fetched. " + left.words
                        + " The others are fetched, and these tried again at each look. If they are answers, have the login given"
                        + " the right to read them; else have them removed.");
        if (!account.removes()) {
            ledger.alarms().clear(NOT_REMOVED, subject(account));
        }
    }

    // A look that ended early may have missed what an earlier one told of.
    private void tell(String kind, ResultsAccount account, int files, Left left, String words) {
        if (files > 0) {
            ledger.alarms().raise(kind, subject(account), words);
        } else if (left.toTheEnd) {
            ledger.alarms().clear(kind, subject(account));
        }
    }

    private static String subject(ResultsAccount account) {
        return "account:" + account.id();
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
