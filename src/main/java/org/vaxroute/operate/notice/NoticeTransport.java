package org.vaxroute.operate.notice;

import jakarta.mail.Address;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import java.io.OutputStream;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SMTP that knows whether the mail may have left: not before the server has asked for its text. Public, because {@link Session} makes it by
 * name.
 */
public final class NoticeTransport extends SMTPTransport {
    private static final Logger LOG = LoggerFactory.getLogger(NoticeTransport.class);

    private boolean asked;

    public NoticeTransport(Session session, URLName address) {
        super(session, address);
    }

    @Override
    public synchronized void connect(String host, int port, String user, String password) throws MessagingException {
        try {
            super.connect(host, port, user, password);
        } catch (MessagingException e) {
            throw new NotSent(e);
        }
    }

    @Override
    public synchronized void sendMessage(Message mail, Address[] recipients) throws MessagingException {
        asked = false;
        try {
            super.sendMessage(mail, recipients);
        } catch (MessagingException e) {
            throw asked ? e : new NotSent(e);
        }
    }

    @Override
    protected OutputStream data() throws MessagingException {
        OutputStream text = super.data();
        asked = true;
        return text;
    }

    /** Ends the session. That the server does not say goodbye changes nothing: what became of the mail is known by then. */
    @Override
    public synchronized void close() {
        try {
            super.close();
        } catch (MessagingException e) {
            LOG.debug("The mail server did not say goodbye", e);
        }
    }

    /** A fault before the server asked for the mail's text: surely nothing has left. */
    static final class NotSent extends MessagingException {
        private static final long serialVersionUID = 1L;

        NotSent(MessagingException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
