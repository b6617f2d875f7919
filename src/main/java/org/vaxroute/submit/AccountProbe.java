package org.vaxroute.submit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import org.vaxroute.ledger.KeptLease;
import org.vaxroute.ledger.Ledger;

/**
 * Looks whether an account can be used, for <code>doctor</code>: what we trust, the connection, the login, both folders, and on
 * request whether the login may write. It holds the account's lease meanwhile, since the registry allows one session at a time, and
 * it knocks no more often than delivery may.
 */
public final class AccountProbe {
    private static final String NAME = "vaxroute-check.part";
    private static final Duration SOON = Duration.ofDays(30);
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(2);

    private final BiFunction<String, Account, RemoteFolder> sessions;
    private final Ledger ledger;
    private final Outbox outbox;
    private final Path home;
    private final String node;
    private final Clock clock;

    /** @param node name of this process */
    public AccountProbe(AccountEndpoint endpoints, Ledger ledger, SendGate gate, Path home, String node, Clock clock) {
        this.sessions = endpoints::open;
        this.ledger = ledger;
        this.outbox = new Outbox(ledger, gate, clock);
        this.home = home;
        this.node = node;
        this.clock = clock;
    }

    /**
     * @param write whether to put a small file into the drop-off folder and to remove it again
     * @return one line for each thing looked at; the first that is not ok may end the list
     */
    public List<ProbeLine> check(Account account, boolean write) {
        List<ProbeLine> lines = new ArrayList<>();
        if (account.kind() == Account.Kind.FOLDER) {
            lines.add(localFolder(account));
            return lines;
        }
        if (account.kind() == Account.Kind.FTPS) {
            Optional<String> fault = SessionReuseFtpsClient.platformFault();
            lines.add(fault.map(says -> ProbeLine.bad("TLS session reuse", says))
                    .orElseGet(() -> ProbeLine.ok("TLS session reuse", "Java was started as it needs")));
        }
        try {
            TrustStore.require(account);
            lines.add(ProbeLine.ok("trust", trusted(account)));
        } catch (TrustMissing e) {
            lines.add(ProbeLine.bad("trust", e.getMessage()));
            return lines;
        }
        if (!account.unlocked().getAsBoolean()) {
            lines.add(ProbeLine.ok(
                    "login",
                    "not tried: the production login is not used before the registry's approval is on record"));
            return lines;
        }
        Optional<Instant> rests = outbox.restsUntil(account);
        if (rests.isPresent()) {
            lines.add(ProbeLine.bad(
                    "login",
                    "The server refused it. The next try is allowed at " + rests.get()
                            + ", or at once when account.password is changed."));
            return lines;
        }
        // Not "at": a command of its own may look while the server of this node starts and gives back what was left to
        // it.
        Optional<KeptLease> lease = ledger.leases().keep(account.lease(), "doctor of " + node);
        if (lease.isEmpty()) {
            // Whoever has it logs in by itself, and an alarm tells if that fails.
            lines.add(ProbeLine.ok("connection", "in use by the server at this moment, and so not looked at"));
            return lines;
        }
        try (Held held = new Held(lease.get())) {
            connect(account, write, held, lines);
        }
        return lines;
    }

    private void connect(Account account, boolean write, Held held, List<ProbeLine> lines) {
        try (RemoteFolder folder = sessions.apply(AccountEndpoint.plainUri(account), account)) {
            held.guards(folder);
            outbox.opened(account, folder);
            lines.add(ProbeLine.ok(
                    "connection and login", account.user() + " at " + account.host() + ":" + account.port()));
            if (folder instanceof FtpsFolderEndpoint ftps) {
                lines.add(certificate(ftps));
            }
            listing(account, folder, lines);
            if (write) {
                writing(account, folder, lines);
            }
        } catch (LoginRefused e) {
            outbox.accountFailed(account, List.of(), held, e);
            lines.add(ProbeLine.bad("login", e.getMessage()));
            return;
        } catch (FolderRefused e) {
            lines.add(ProbeLine.ok(
                    "connection and login", account.user() + " at " + account.host() + ":" + account.port()));
            lines.add(ProbeLine.bad("drop-off folder", e.getMessage()));
            return;
        } catch (DeliveryFailure e) {
            lines.add(ProbeLine.bad("connection", e.getMessage()));
            return;
        }
        results(account, held, lines);
    }

    private void listing(Account account, RemoteFolder folder, List<ProbeLine> lines) {
        if (!account.naming().verify()) {
            lines.add(ProbeLine.ok("drop-off folder", account.dropOff() + " (not looked into: account.verify=false)"));
            return;
        }
        folder.size(NAME);
        lines.add(ProbeLine.ok("drop-off folder", account.dropOff() + " can be looked into"));
    }

    private void writing(Account account, RemoteFolder folder, List<ProbeLine> lines) {
        byte[] bytes = "VaxRoute checks that it may write here.\r\n".getBytes(StandardCharsets.US_ASCII);
        try {
            folder.upload(NAME, new ByteArrayInputStream(bytes), bytes.length);
            OptionalLong there = account.naming().verify() ? folder.size(NAME) : OptionalLong.of(bytes.length);
            Optional<Instant> changed = folder.changed(NAME);
            folder.delete(NAME);
            lines.add(
                    there.orElse(-1) == bytes.length
                            ? ProbeLine.ok("writing", "a small file was written and removed")
                            : ProbeLine.bad(
                                    "writing", "The server shows another size than was written; ask the registry."));
            changed.ifPresent(at -> lines.add(clockLine(at)));
        } catch (TransferRefused e) {
            lines.add(ProbeLine.bad("writing", e.getMessage()));
        }
    }

    private ProbeLine clockLine(Instant there) {
        Duration difference = Duration.between(there, clock.instant());
        return difference.abs().compareTo(CLOCK_TOLERANCE) <= 0
                ? ProbeLine.ok("clock", "within " + CLOCK_TOLERANCE.toMinutes() + " minutes of the server's")
                : ProbeLine.bad(
                        "clock",
                        "The server's clock differs by " + difference.toSeconds()
                                + " s. Check this machine's clock and time zone; file names bear its date.");
    }

    private void results(Account account, Held held, List<ProbeLine> lines) {
        Account results = account.at(account.results());
        try (RemoteFolder folder = sessions.apply(AccountEndpoint.plainUri(results), results)) {
            held.guards(folder);
            folder.size(NAME);
            lines.add(ProbeLine.ok("results folder", account.results() + " can be looked into"));
        } catch (DeliveryFailure e) {
            lines.add(ProbeLine.bad("results folder", e.getMessage()));
        }
    }

    private ProbeLine certificate(FtpsFolderEndpoint folder) {
        if (folder.certificates().isEmpty() || !(folder.certificates().get(0) instanceof X509Certificate certificate)) {
            return ProbeLine.bad("certificate", "The server showed none.");
        }
        Duration left =
                Duration.between(clock.instant(), certificate.getNotAfter().toInstant());
        String says = "valid for " + left.toDays() + " more days";
        return left.compareTo(SOON) > 0
                ? ProbeLine.ok("certificate", says)
                : ProbeLine.bad(
                        "certificate",
                        "It is " + says + " only; ask the registry when it is renewed, and by which authority.");
    }

    private ProbeLine localFolder(Account account) {
        Path folder = home.resolve(account.dropOff());
        return Files.isDirectory(folder) && Files.isWritable(folder)
                ? ProbeLine.ok("hand-over folder", folder.toString())
                : ProbeLine.bad(
                        "hand-over folder",
                        folder + " is missing or cannot be written; create it for the account that runs VaxRoute.");
    }

    private static String trusted(Account account) {
        if (account.kind() == Account.Kind.FTPS) {
            return account.trust().trustStore() + ", "
                    + account.trust().tlsFloor().protocol() + " or newer";
        }
        String server = account.port() == 22 ? account.host() : "[" + account.host() + "]:" + account.port();
        try (var lines = Files.lines(account.trust().knownHosts(), StandardCharsets.UTF_8)) {
            List<String> prints = lines.map(line -> line.split("\\s+"))
                    .filter(parts ->
                            parts.length >= 3 && List.of(parts[0].split(",")).contains(server))
                    .map(parts -> parts[1] + " " + fingerprint(parts[2]))
                    .toList();
            return prints.isEmpty() ? account.trust().knownHosts().toString() : String.join(", ", prints);
        } catch (IOException e) {
            return account.trust().knownHosts() + " (" + e.getMessage() + ")";
        }
    }

    private static String fingerprint(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(Base64.getDecoder().decode(key));
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        } catch (IllegalArgumentException e) {
            return "(no key)";
        }
    }
}
