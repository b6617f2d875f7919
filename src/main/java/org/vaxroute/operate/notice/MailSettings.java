package org.vaxroute.operate.notice;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * The mail server that notices leave by.
 *
 * @param host empty when there is none: notices are written as drafts then
 * @param security how the line is protected
 * @param user empty when the server wants no login
 * @param password asked for each time, so that a changed one counts at once
 * @param trustStore PEM or PKCS12 file with the authority of the server's certificate; null for those that Java trusts
 * @param from address of the sender
 * @param alarmsTo who is told of alarms; nobody when empty
 * @param timeOut for connecting and for each reply
 */
public record MailSettings(
        String host,
        int port,
        Security security,
        String user,
        Supplier<String> password,
        Path trustStore,
        String from,
        List<String> alarmsTo,
        Duration timeOut) {
    /** How the line to the mail server is protected. */
    public enum Security {
        /** Plain greeting, then TLS or nothing. */
        STARTTLS,
        /** TLS from the first byte. */
        TLS,
        /** In the open; for a server on this machine only. */
        NONE
    }

    /** No mail server. */
    public static final MailSettings NO_MAIL =
            new MailSettings("", 0, Security.STARTTLS, "", () -> "", null, "", List.of(), Duration.ofMinutes(1));

    public MailSettings {
        alarmsTo = List.copyOf(alarmsTo);
        if (!host.isEmpty() && from.isEmpty()) {
            throw new IllegalArgumentException("config/vaxroute.properties: mail.host is set and mail.from is not."
                    + " Set the address that notices come from.");
        }
        if (!host.isEmpty()
                && security == Security.NONE
                && !List.of("localhost", "127.0.0.1", "::1").contains(host)) {
            throw new IllegalArgumentException(
                    "config/vaxroute.properties: mail.security = none is for a mail server on" + " this machine; "
                            + host + " is another. Use starttls or tls.");
        }
        if (host.isEmpty() && !alarmsTo.isEmpty()) {
            throw new IllegalArgumentException(
                    "config/vaxroute.properties: mail.alarms-to is set and mail.host is not. Set the mail server.");
        }
    }

    boolean set() {
        return !host.isEmpty();
    }
}
