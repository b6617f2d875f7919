package org.vaxroute.submit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.vaxroute.ledger.Stage;

/**
 * A login at the registry's server and how it wants to be used. One network session at a time is opened with it, under a lease
 * that delivery, answer collection and <code>doctor</code> share.
 *
 * @param id name of the account in settings, logs and the ledger, such as <code>main</code>
 * @param connection whose login it is
 * @param stages what it carries: both stages where one login serves both, else one
 * @param unlocked whether its credential may be read now: that of production alone may not before the registry's approval
 * @param kind how files travel
 * @param host the server, never null for sftp and ftps
 * @param port the server's port
 * @param user login name
 * @param secret gives the password (or the private key's passphrase) when it is needed; read each time so that a change is seen
 * @param privateKey private key file for SFTP instead of a password, or null
 * @param dropOff folder that files are put into; relative to the login folder unless it begins with /
 * @param results folder that answers are fetched from
 * @param naming how a name comes to be in the drop-off folder
 * @param trust how the server proves who it is
 * @param passive whether the client opens the data connections (FTPS)
 * @param timeOut for connecting, replies and data
 * @param pace how many files a period and at which hours
 * @param backOff waits after a fault
 */
public record Account(
        String id,
        String connection,
        Set<Stage> stages,
        BooleanSupplier unlocked,
        Kind kind,
        String host,
        int port,
        String user,
        Supplier<String> secret,
        Path privateKey,
        String dropOff,
        String results,
        Naming naming,
        Trust trust,
        boolean passive,
        Duration timeOut,
        Pace pace,
        BackOff backOff) {
    /** How files travel to the registry. */
    public enum Kind {
        SFTP,
        FTPS,
        /** Into a local folder, from which a person uploads them in a browser. */
        FOLDER
    }

    /** The lowest TLS version that we accept. The registry's published sheet (2019) asks for TLS 1.0 or higher; we ask for more. */
    public enum TlsFloor {
        TLS_1_0("TLSv1"),
        TLS_1_1("TLSv1.1"),
        TLS_1_2("TLSv1.2"),
        TLS_1_3("TLSv1.3");

        private final String protocol;

        TlsFloor(String protocol) {
            this.protocol = protocol;
        }

        /** The name that the Java platform uses. */
        public String protocol() {
            return protocol;
        }
    }

    /**
     * How a name comes to be in the drop-off folder.
     *
     * @param temporary template of the name used during the upload; holds <code>{name}</code>
     * @param rename whether the server lets us rename; if not, the upload goes straight to the final name
     * @param verify whether the drop-off folder may be looked into. If not, the server's reply to the upload is the only proof
     */
    public record Naming(String temporary, boolean rename, boolean verify) {
        /** Upload as <code>NAME.part</code>, look, rename, look. */
        public static final Naming DEFAULT = new Naming("{name}.part", true, true);

        private static final String NAME = "{name}";

        public Naming {
            if (!temporary.contains(NAME) || temporary.equals(NAME) || temporary.contains("/")) {
                throw new IllegalArgumentException("account.temporary-name is \"" + temporary
                        + "\"; it must hold {name}, differ from it and name no folder, for example {name}.part");
            }
        }

        /** The name that a file has while it is uploaded. */
        public String temporary(String name) {
            return temporary.replace(NAME, name);
        }

        /** The name of the file that bears this name while it is uploaded; empty when none does. */
        public Optional<String> uploads(String name) {
            int first = temporary.indexOf(NAME);
            int times = (temporary.length() - temporary.replace(NAME, "").length()) / NAME.length();
            int length = (name.length() - temporary.length()) / times + NAME.length();
            return length < 1 || name.length() < first + length
                    ? Optional.empty()
                    : Optional.of(name.substring(first, first + length))
                            .filter(file -> temporary(file).equalsIgnoreCase(name));
        }
    }

    /**
     * How the server proves who it is. There is no setting that trusts any server.
     *
     * @param knownHosts OpenSSH known hosts file (SFTP)
     * @param trustStore PKCS12 or JKS store, or PEM file, with the certificates that we trust (FTPS)
     * @param trustStorePassword gives the store's password; not asked for a PEM file
     * @param expectedName name that the certificate must bear when it differs from the host, or null
     * @param tlsFloor lowest TLS version
     */
    public record Trust(
            Path knownHosts,
            Path trustStore,
            Supplier<String> trustStorePassword,
            String expectedName,
            TlsFloor tlsFloor) {}

    public Account {
        stages = Set.copyOf(stages);
        Objects.requireNonNull(id, "account id");
        Objects.requireNonNull(kind, "account kind");
        Objects.requireNonNull(dropOff, "account.drop-off");
        if (kind != Kind.FOLDER) {
            if (host == null || host.isBlank()) {
                throw new IllegalArgumentException("Account " + id + " has no account.host; set the server's name.");
            }
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("Account " + id + " has account.port " + port + "; use 1 to 65535.");
            }
            if (user == null || user.isBlank()) {
                throw new IllegalArgumentException("Account " + id + " has no account.user; set the login name.");
            }
            if (secret == null) {
                throw new IllegalArgumentException(
                        "Account " + id + " has no account.password; set it as secret:file:PATH or secret:env:NAME.");
            }
        }
    }

    /** The name of the ledger's lease that every use of this account holds. */
    public String lease() {
        return "account:" + id;
    }

    /** Whether a drop-off folder may be the results folder; of two of which one alone begins with / nobody here can tell. */
    public boolean mayHoldResults(String folder) {
        String one = Path.of(folder).normalize().toString();
        String other = Path.of(results).normalize().toString();
        // Servers on Windows make no difference between Out and out.
        return one.startsWith("/") != other.startsWith("/") || one.equalsIgnoreCase(other);
    }

    /** Whether files of this stage may go there. */
    public boolean carries(Stage stage) {
        return stages.contains(stage);
    }

    /**
     * The credential.
     *
     * @throws SecretUnreadable when it cannot be read, or is locked: it is not even read then
     */
    @Override
    public Supplier<String> secret() {
        return secret == null
                ? null
                : () -> {
                    if (!unlocked.getAsBoolean()) {
                        throw new SecretUnreadable(
                                "The credential of account " + id
                                        + " is not read before the registry's approval is on record. Take the steps of the gate: vaxroute gate show "
                                        + connection + ".",
                                null);
                    }
                    try {
                        return secret.get();
                    } catch (RuntimeException e) {
                        throw new SecretUnreadable("There is no login with account " + id + ": " + e.getMessage(), e);
                    }
                };
    }

    /** The same login, whose credential is read only while this says so. */
    public Account lockedUnless(BooleanSupplier value) {
        return with(dropOff, value);
    }

    /** The same login, with another drop-off folder. */
    Account at(String folder) {
        return with(folder, unlocked);
    }

    private Account with(String folder, BooleanSupplier lock) {
        return new Account(
                id,
                connection,
                stages,
                lock,
                kind,
                host,
                port,
                user,
                secret,
                privateKey,
                folder,
                results,
                naming,
                trust,
                passive,
                timeOut,
                pace,
                backOff);
    }

    /**
     * Says what is missing before this account may be used.
     *
     * @throws TrustMissing when nothing says which server to trust, with the command that creates it
     */
    public void requireTrust() {
        TrustStore.require(this);
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return kind == Kind.FOLDER
                ? "account " + id + " (folder)"
                : "account " + id + " (" + user + " at " + host + ":" + port + ")";
    }

    /** Starts an account with the defaults of the published client settings: time-out 65 s, passive, TLS 1.2 or higher. */
    public static Builder builder(String id, Kind kind) {
        return new Builder(id, kind);
    }

    /** Puts an account together setting by setting. */
    public static final class Builder {
        private final String id;
        private final Kind kind;
        private String connection;
        private Set<Stage> stages = Set.of(Stage.values());
        private String host;
        private int port;
        private String user;
        private Supplier<String> secret;
        private Path privateKey;
        private String dropOff = ".";
        private String results = ".";
        private Naming naming = Naming.DEFAULT;
        private Path knownHosts;
        private Path trustStore;
        private Supplier<String> trustStorePassword = () -> "";
        private String expectedName;
        private TlsFloor tlsFloor = TlsFloor.TLS_1_2;
        private boolean passive = true;
        private Duration timeOut = Duration.ofSeconds(65);
        private Pace pace = Pace.UNLIMITED;
        private BackOff backOff = BackOff.DEFAULT;

        private Builder(String id, Kind kind) {
            this.id = id;
            this.connection = id;
            this.kind = kind;
            this.port = kind == Kind.FTPS ? 990 : 22;
        }

        /** Whose login it is, where that is not its id. */
        public Builder connection(String value) {
            connection = value;
            return this;
        }

        /** The one stage that it carries. */
        public Builder only(Stage value) {
            stages = Set.of(value);
            return this;
        }

        public Builder host(String value) {
            host = value;
            return this;
        }

        public Builder port(int value) {
            port = value;
            return this;
        }

        public Builder user(String value) {
            user = value;
            return this;
        }

        public Builder secret(Supplier<String> value) {
            secret = value;
            return this;
        }

        public Builder privateKey(Path value) {
            privateKey = value;
            return this;
        }

        public Builder dropOff(String value) {
            dropOff = value;
            return this;
        }

        public Builder results(String value) {
            results = value;
            return this;
        }

        public Builder naming(Naming value) {
            naming = value;
            return this;
        }

        public Builder knownHosts(Path value) {
            knownHosts = value;
            return this;
        }

        public Builder trustStore(Path value, Supplier<String> password) {
            trustStore = value;
            trustStorePassword = password;
            return this;
        }

        public Builder expectedName(String value) {
            expectedName = value;
            return this;
        }

        public Builder tlsFloor(TlsFloor value) {
            tlsFloor = value;
            return this;
        }

        public Builder passive(boolean value) {
            passive = value;
            return this;
        }

        public Builder timeOut(Duration value) {
            timeOut = value;
            return this;
        }

        public Builder pace(Pace value) {
            pace = value;
            return this;
        }

        public Builder backOff(BackOff value) {
            backOff = value;
            return this;
        }

        /**
         * @throws IllegalArgumentException naming the setting that is missing or wrong
         */
        public Account build() {
            return new Account(
                    id,
                    connection,
                    stages,
                    () -> true,
                    kind,
                    host,
                    port,
                    user,
                    secret,
                    privateKey,
                    dropOff,
                    results,
                    naming,
                    new Trust(knownHosts, trustStore, trustStorePassword, expectedName, tlsFloor),
                    passive,
                    timeOut,
                    pace,
                    backOff);
        }
    }
}
