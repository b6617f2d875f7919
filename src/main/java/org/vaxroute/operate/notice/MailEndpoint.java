package org.vaxroute.operate.notice;

import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Provider;
import jakarta.mail.Session;
import java.util.Properties;
import org.apache.camel.component.mail.MailAuthenticator;
import org.vaxroute.submit.Certificates;

/**
 * What the route's mail endpoint needs besides its address: who we are, and whom we trust. Both are set here, so that no credential is part of
 * a URI and no route can switch a check off.
 */
public final class MailEndpoint {
    private MailEndpoint() {}

    /** Protection, trust and waits. */
    public static Session session(MailSettings settings) {
        Properties options = new Properties();
        String wait = Long.toString(settings.timeOut().toMillis());
        options.put("mail.transport.protocol", "smtp");
        options.put("mail.smtp.class", NoticeTransport.class.getName());
        options.put("mail.smtp.host", settings.host());
        options.put("mail.smtp.port", Integer.toString(settings.port()));
        options.put("mail.smtp.connectiontimeout", wait);
        options.put("mail.smtp.timeout", wait);
        options.put("mail.smtp.writetimeout", wait);
        options.put("mail.smtp.auth", Boolean.toString(!settings.user().isEmpty()));
        options.put("mail.smtp.ssl.checkserveridentity", "true");
        options.put("mail.smtp.ssl.protocols", "TLSv1.2 TLSv1.3");
        switch (settings.security()) {
            case STARTTLS -> {
                options.put("mail.smtp.starttls.enable", "true");
                options.put("mail.smtp.starttls.required", "true");
            }
            case TLS -> options.put("mail.smtp.ssl.enable", "true");
            case NONE -> options.put("mail.smtp.starttls.enable", "false");
        }
        if (settings.trustStore() != null) {
            options.put(
                    "mail.smtp.ssl.socketFactory",
                    Certificates.trusting(settings.trustStore(), "mail.trust-store")
                            .getSocketFactory());
        }
        Session session = Session.getInstance(options);
        session.addProvider(provider());
        return session;
    }

    private static Provider provider() {
        return new Provider(Provider.Type.TRANSPORT, "smtp", NoticeTransport.class.getName(), "VaxRoute", null);
    }

    /** Reads the password for each mail. */
    public static MailAuthenticator login(MailSettings settings) {
        return new MailAuthenticator() {
            @Override
            public PasswordAuthentication getPasswordAuthentication() {
                return settings.user().isEmpty()
                        ? new PasswordAuthentication(null, null)
                        : new PasswordAuthentication(
                                settings.user(), settings.password().get());
            }
        };
    }
}
