package org.vaxroute.operate.notice;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.feeds.Owed;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.Notice;
import org.vaxroute.ledger.NoticeState;
import org.vaxroute.ledger.Notices;
import org.vaxroute.operate.access.OwnerOnly;

/**
 * Owes notices, finds their words, and settles them. Nothing of a patient ever reaches this room: a notice is made from settings, from
 * names of submission files and from alarms.
 */
public final class NoticeDesk implements Owed {
    private static final Logger LOG = LoggerFactory.getLogger(NoticeDesk.class);
    private static final Duration HOLD = Duration.ofMinutes(10);
    private static final Duration FIRST_WAIT = Duration.ofMinutes(1);
    private static final Duration STUCK = Duration.ofHours(1);
    // The mail server's word may be lost once; after that a person has to look whether the notice arrived.
    private static final int REPEATS = 1;

    private final Ledger ledger;
    private final Function<String, NoticeSettings> connections;
    private final MailSettings mail;
    private final Path drafts;
    private final String node;
    private final Clock clock;

    /**
     * @param connections the settings of a connection in use; null for one that is not
     * @param drafts folder for what a person must send
     * @param node name of this process, the same after a restart
     */
    public NoticeDesk(
            Ledger ledger,
            Function<String, NoticeSettings> connections,
            MailSettings mail,
            Path drafts,
            String node,
            Clock clock) {
        this.ledger = ledger;
        this.connections = connections;
        this.mail = mail;
        this.drafts = drafts;
        this.node = node;
        this.clock = clock;
    }

    @Override
    public void notice(String connection, Owed.Kind notice, String occasion, List<String> files) {
        NoticeSettings settings = connections.apply(connection);
        if (settings != null && settings.templates().containsKey(notice)) {
            ledger.notices().owe(connection, notice.name(), occasion, String.join("\n", files));
        }
    }

    /** Owes mail about alarms that nobody was told of, where somebody wants to be. */
    void oweAlarms() {
        if (!mail.alarmsTo().isEmpty()) {
            ledger.notices().oweAlarms();
        }
    }

    /** Raises an alarm while mail does not leave: whoever waits for a mail to hear of trouble would take silence for peace. */
    void lookForStuckMail() {
        ledger.notices().owed().stream()
                .filter(notice -> notice.state() != NoticeState.DRAFTED
                        && !notice.lastError().isEmpty()
                        && notice.owedAt().isBefore(clock.instant().minus(STUCK)))
                .findFirst()
                .ifPresentOrElse(
                        notice -> ledger.alarms()
                                .raise(
                                        Notices.STUCK,
                                        "mail",
                                        "Notice " + notice.id() + ", owed since "
                                                + notice.owedAt().truncatedTo(ChronoUnit.SECONDS)
                                                + ", cannot be mailed (" + notice.lastError()
                                                + "). It is tried again by itself. Look at the mail server and at mail.host, mail.user and"
                                                + " mail.password; vaxroute notices shows all that waits."),
                        () -> ledger.alarms().clear(Notices.STUCK, "mail"));
    }

    /** Claims the next notice that is due, with its words. */
    Optional<Notice> next() {
        return ledger.notices().claim(node, HOLD).map(this::written);
    }

    // Only what may have left is repeated as it was. Of what surely did not, an address may have been mended since.
    private Notice written(Notice notice) {
        if (!notice.body().isEmpty() && notice.unsettled() > 0) {
            return notice;
        }
        NoticeTemplate words = words(notice);
        return ledger.notices().written(notice.id(), words.to(), words.subject(), words.body());
    }

    private NoticeTemplate words(Notice notice) {
        if (notice.kind().equals(Notice.ALARMS)) {
            return new NoticeTemplate(
                    String.join(", ", mail.alarmsTo()),
                    "VaxRoute: something needs a person",
                    "These alarms were raised. Each clears by itself when its cause is gone; vaxroute status shows what stands.\n\n"
                            + notice.facts());
        }
        NoticeSettings settings = connections.apply(notice.connection());
        NoticeTemplate template = settings == null ? null : settings.templates().get(Owed.Kind.valueOf(notice.kind()));
        if (template == null) {
            return new NoticeTemplate(
                    "",
                    notice.kind().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + ", " + notice.connection(),
                    "The connection is not in use, or its registry has no text for this notice any more.\n\n"
                            + notice.facts());
        }
        Map<String, String> values = new HashMap<>(settings.values());
        values.put(
                "files", notice.facts().isEmpty() ? "" : "  " + notice.facts().replace("\n", "\n  "));
        values.put("file-count", Long.toString(notice.facts().lines().count()));
        return template.with(values);
    }

    /** Whether this notice is for the mail server: there is one, somebody is addressed, and its word was not lost too often. */
    boolean mailable(Notice notice) {
        return mail.set() && !notice.recipient().isBlank() && notice.unsettled() <= REPEATS;
    }

    MailSettings mail() {
        return mail;
    }

    /** The same for every attempt, so that a repetition can be recognised. */
    String messageId(Notice notice) {
        String domain = mail.from().contains("@") ? mail.from().replaceAll(".*@|>.*", "") : "vaxroute.invalid";
        return "<notice." + notice.id() + "." + ledger.controlIds().tag() + "@" + domain + ">";
    }

    void mailed(Notice notice) {
        ledger.notices().sent(notice.id());
        LOG.info("Notice {} ({}) was taken by the mail server for {}", notice.id(), notice.kind(), notice.recipient());
    }

    /** @param left whether it may have left all the same */
    void failed(Notice notice, String why, boolean left) {
        Duration waited = Duration.between(notice.owedAt(), clock.instant());
        Duration wait = waited.compareTo(FIRST_WAIT) < 0
                ? FIRST_WAIT
                : waited.compareTo(Notices.LONGEST_WAIT) > 0 ? Notices.LONGEST_WAIT : waited;
        if (left) {
            ledger.notices().unsettled(notice.id(), clock.instant().plus(wait), why);
        } else {
            ledger.notices().failed(notice.id(), clock.instant().plus(wait), why);
        }
    }

    /** Writes a draft that a person can open in a mail program. */
    void draft(Notice notice) {
        String why = notice.unsettled() > REPEATS
                ? "The mail server's word was lost twice; look whether it arrived before you send it."
                : notice.recipient().isBlank()
                        ? "Nobody is addressed: fill in the recipient."
                        : "No mail server is set (mail.host).";
        try {
            Files.createDirectories(drafts);
            Path file = file(notice);
            Files.deleteIfExists(file);
            OwnerOnly.create(file);
            Files.writeString(file, eml(notice), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The draft of notice " + notice.id() + " cannot be written to " + drafts + ": " + e.getMessage()
                            + ". Free space, or let the account that runs VaxRoute write there.",
                    e);
        }
        ledger.notices().drafted(notice.id(), why);
        LOG.warn("Notice {} ({}) is owed: {} It is written to {}", notice.id(), notice.kind(), why, file(notice));
    }

    /** Where the draft of a notice lies. */
    public Path file(Notice notice) {
        return drafts.resolve(
                notice.kind().toLowerCase(java.util.Locale.ROOT).replace('_', '-') + "-" + notice.id() + ".eml");
    }

    /** The whole mail as it would be or was sent; made anew where no text was kept yet. */
    public String text(Notice notice) {
        if (!notice.body().isEmpty()) {
            return eml(notice);
        }
        NoticeTemplate words = words(notice);
        return eml(new Notice(
                notice.id(),
                notice.connection(),
                notice.kind(),
                notice.occasion(),
                notice.facts(),
                notice.state(),
                words.to(),
                words.subject(),
                words.body(),
                notice.unsettled(),
                notice.nextAttempt(),
                notice.lastError(),
                notice.owedAt(),
                notice.settledAt()));
    }

    private String eml(Notice notice) {
        String heading = (mail.from().isEmpty() ? "" : "From: " + mail.from() + "\r\n")
                + "To: " + notice.recipient() + "\r\n"
                + "Subject: " + notice.subject() + "\r\n"
                + "Date: "
                + DateTimeFormatter.RFC_1123_DATE_TIME.format(notice.owedAt().atZone(ZoneOffset.UTC)) + "\r\n"
                + "Message-ID: " + messageId(notice) + "\r\n"
                + "X-Unsent: 1\r\n"
                + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
        return heading + notice.body().replace("\n", "\r\n");
    }
}
