package org.vaxroute.submit;

import java.util.Locale;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.component.file.remote.FtpsEndpoint;
import org.apache.camel.component.file.remote.RemoteFileEndpoint;
import org.apache.camel.component.file.remote.SftpConfiguration;
import org.apache.camel.component.file.remote.SftpEndpoint;

/**
 * Turns the URI of an <code>sftp:</code> or <code>ftps:</code> endpoint, as a route spells it, and an account into an open session.
 * Address, folder and transfer options are the route's. Who we are and whom we trust is set here on the endpoint's configuration,
 * so that no credential is ever part of a URI, a header, a property or a log line, and no route can switch a check off.
 */
public final class AccountEndpoint {
    private final CamelContext camel;

    public AccountEndpoint(CamelContext camel) {
        this.camel = camel;
    }

    /**
     * Connects, logs in, and enters the folder that the URI names.
     *
     * @throws ServerAway when the server cannot be reached
     * @throws ServerNotTrusted when its host key or certificate is not the one we trust
     * @throws LoginRefused when it refuses the credential
     * @throws FolderRefused when the folder is not there
     * @throws TrustMissing when the account has no known hosts file or trust store
     */
    RemoteFolder open(String uri, Account account) {
        TrustStore.require(account);
        return switch (account.kind()) {
            case SFTP -> SftpFolderEndpoint.open(sftp(uri, account), account);
            case FTPS -> FtpsFolderEndpoint.open(ftps(uri, account), account);
            case FOLDER -> throw new IllegalArgumentException(account + " has no server to connect to");
        };
    }

    /** A URI with nothing but the address and the drop-off folder, for checks that need no route. */
    static String plainUri(Account account) {
        return account.kind().name().toLowerCase(Locale.ROOT) + ":" + account.host() + ":" + account.port() + "/"
                + account.dropOff();
    }

    /**
     * An endpoint for one session alone. The one that Camel keeps under a URI would be shared by all accounts whose routes spell the same server and
     * folder, and one's login taken by another's session that begins at the same moment. docs/decisions/0307.
     */
    private <T extends RemoteFileEndpoint<?>> T own(String uri, Class<T> kind) {
        Endpoint endpoint = camel.getCamelContextExtension().getPrototypeEndpoint(uri);
        if (camel.hasEndpoint(uri) == endpoint) {
            throw new IllegalArgumentException(
                    "A route uses the endpoint " + uri
                            + " by itself, so that no session can have it alone; let deliver and answers routes name it in the variable endpoint only.");
        }
        return kind.cast(endpoint);
    }

    private SftpEndpoint sftp(String uri, Account account) {
        SftpEndpoint endpoint = own(uri, SftpEndpoint.class);
        common(endpoint, account);
        SftpConfiguration settings = endpoint.getConfiguration();
        settings.setStrictHostKeyChecking("yes");
        settings.setUseUserKnownHostsFile(false);
        settings.setAutoCreateKnownHostsFile(false);
        settings.setKnownHostsFile(account.trust().knownHosts().toString());
        settings.setSoTimeout(Math.toIntExact(account.timeOut().toMillis()));
        if (endpoint.getProxy() == null || endpoint.getProxy() instanceof GuardedLine) {
            endpoint.setProxy(new GuardedLine(account.timeOut()));
        }
        if (account.privateKey() == null) {
            settings.setPassword(account.secret().get());
            settings.setPreferredAuthentications("password,keyboard-interactive");
        } else {
            settings.setPrivateKeyFile(account.privateKey().toString());
            settings.setPrivateKeyPassphrase(account.secret().get());
            settings.setPreferredAuthentications("publickey");
        }
        return endpoint;
    }

    private FtpsEndpoint ftps(String uri, Account account) {
        FtpsEndpoint endpoint = own(uri, FtpsEndpoint.class);
        common(endpoint, account);
        var settings = endpoint.getConfiguration();
        settings.setPassword(account.secret().get());
        settings.setImplicit(true);
        settings.setBinary(true);
        settings.setPassiveMode(account.passive());
        settings.setExecPbsz(0L);
        settings.setExecProt("P");
        int timeOut = Math.toIntExact(account.timeOut().toMillis());
        settings.setSoTimeout(timeOut);
        settings.setTimeout(timeOut);
        // A client of its own for every session: the client is not made for several threads, nor to be used again after
        // a fault.
        endpoint.setFtpClient(new SessionReuseFtpsClient(
                TrustStore.context(account),
                account.trust().expectedName(),
                account.trust().tlsFloor(),
                account.timeOut()));
        return endpoint;
    }

    private static void common(RemoteFileEndpoint<?> endpoint, Account account) {
        String host = endpoint.getConfiguration().getHost();
        int port = endpoint.getConfiguration().getPort();
        if (!account.host().equalsIgnoreCase(host) || account.port() != port) {
            throw new IllegalArgumentException(
                    "The route leads to " + host + ":" + port + ", but " + account
                            + " is to be used. A credential is shown to its own server alone; let the route take host and port from the account.");
        }
        // Attempts and waits belong to our own schedule; the published client settings say "connection retries 0" as
        // well.
        endpoint.setMaximumReconnectAttempts(1);
        endpoint.getConfiguration().setUsername(account.user());
        endpoint.getConfiguration().setStepwise(false);
        endpoint.getConfiguration()
                .setConnectTimeout(Math.toIntExact(account.timeOut().toMillis()));
    }
}
