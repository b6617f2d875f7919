package org.vaxroute.operate.notice;

import java.util.Optional;
import org.apache.camel.Exchange;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.vaxroute.ledger.Notice;

/** The steps of the route that sends notices, bound as {@code notices}: the next one, its mail, what became of it, its draft. */
public final class NoticeStep {
    private final NoticeDesk desk;

    public NoticeStep(NoticeDesk desk) {
        this.desk = desk;
    }

    /** Begins a round. */
    public Round open() {
        desk.oweAlarms();
        desk.lookForStuckMail();
        return new Round();
    }

    /** Claims the next notice of the round; false when none is due. */
    public boolean next(Round round) {
        if (round.notice != null) {
            return true;
        }
        Optional<Notice> next = desk.next();
        round.notice = next.orElse(null);
        round.mail = next.filter(desk::mailable).isPresent();
        return next.isPresent();
    }

    /** Makes the message a mail. */
    public void compose(Exchange exchange) {
        Notice notice = round(exchange).notice;
        var message = exchange.getMessage();
        message.removeHeaders("*");
        message.setBody(notice.body());
        message.setHeader("From", desk.mail().from());
        message.setHeader("To", notice.recipient());
        message.setHeader("Subject", notice.subject());
        message.setHeader("Message-ID", desk.messageId(notice));
        message.setHeader("Auto-Submitted", "auto-generated");
        message.setHeader("contentType", "text/plain; charset=UTF-8");
    }

    /** The mail server took it. */
    public void mailed(Exchange exchange) {
        Round round = round(exchange);
        desk.mailed(round.notice);
        round.notice = null;
    }

    /** No mail is possible: a draft for a person. */
    public void draft(Exchange exchange) {
        Round round = round(exchange);
        desk.draft(round.notice);
        round.notice = null;
    }

    /** Something failed; the ledger knows when it is tried again. */
    public void failed(Exchange exchange) {
        Round round = round(exchange);
        if (round == null || round.notice == null) {
            return;
        }
        Throwable fault = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        desk.failed(round.notice, said(fault), round.mail && !surelyNotSent(fault));
        round.notice = null;
    }

    private static Round round(Exchange exchange) {
        return exchange.getVariable("round", Round.class);
    }

    // The server was not reached, never asked for the text, or said no to it; of any other fault nobody can tell.
    private static boolean surelyNotSent(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof NoticeTransport.NotSent
                    || cause instanceof SMTPSendFailedException reply && reply.getReturnCode() > 0) {
                return true;
            }
        }
        return false;
    }

    private static String said(Throwable fault) {
        Throwable root = fault;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    /** The notices of one tick, one after the other. */
    public static final class Round {
        private Notice notice;
        private boolean mail;

        /** Whether the notice at hand goes to the mail server. */
        public boolean isMail() {
            return mail;
        }
    }
}
