package org.vaxroute.practice;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A small immunization registry on loopback: SFTP and implicit FTPS with the folders {@code drop-off} and {@code results}. It
 * takes files out of the drop-off, reads them with HAPI, judges them by rules of its own and answers as its {@link RegistryHabits} say. Started again in the same
 * folder, also after a kill, it is the same registry: same ports where they are free, same host key, same certificates, same
 * books.
 */
public final class PracticeRegistry implements AutoCloseable {
    private static final long LONGEST_PAUSE_MILLIS = 500;
    private static final long STOP_SECONDS = 30;

    private final RegistryFolder folder;
    private final RegistryOptions options;
    private final int sftpPort;
    private final int ftpsPort;
    private final Books books;
    private final OutTray tray;
    private final Desk desk;
    private final SftpDoor sftp;
    private final FtpsDoor ftps;
    private final ScheduledExecutorService rounds;

    private PracticeRegistry(RegistryFolder folder, RegistryOptions options) {
        this.folder = folder;
        this.options = options;
        books = new Books(folder.books(), folder.archive(), options.production());
        tray = new OutTray(folder);
        desk = new Desk(folder, books, tray, options);
        Path keyStore = new RegistryCertificates(
                        folder.keys(), folder.trustStore(), options.clock().instant())
                .ensure();
        sftpPort = folder.port("sftp", options.sftpPort());
        ftpsPort = folder.port("ftps", options.ftpsPort());
        sftp = SftpDoor.open(folder, options, sftpPort);
        try {
            ftps = FtpsDoor.open(folder, options, keyStore, ftpsPort);
        } catch (PracticeException e) {
            sftp.close();
            throw e;
        }
        rounds = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "practice-registry");
            thread.setDaemon(true);
            return thread;
        });
        long pause =
                Math.max(20, Math.min(LONGEST_PAUSE_MILLIS, options.stableFor().toMillis() / 3));
        rounds.scheduleWithFixedDelay(desk::round, 0, pause, TimeUnit.MILLISECONDS);
    }

    /**
     * Starts a registry.
     *
     * @param folder of everything it keeps; made when it is not there
     * @throws PracticeException when a port is taken or the folder cannot be used
     */
    public static PracticeRegistry start(Path folder, RegistryOptions options) {
        return new PracticeRegistry(new RegistryFolder(folder, options.user()).create(), options);
    }

    /** Port of its SFTP server on 127.0.0.1. */
    public int sftpPort() {
        return sftpPort;
    }

    /** Port of its FTPS server (implicit TLS) on 127.0.0.1 and localhost. */
    public int ftpsPort() {
        return ftpsPort;
    }

    /** Name of its account. */
    public String user() {
        return options.user();
    }

    /** Password of its account. */
    public String password() {
        return options.password();
    }

    /** A known_hosts file with its host key, for the client. */
    public Path knownHosts() {
        return folder.knownHosts();
    }

    /** A PKCS12 file with the authority of its certificate, for the client. */
    public Path trustStore() {
        return folder.trustStore();
    }

    /** Password of {@link #trustStore}. */
    public String trustStorePassword() {
        return RegistryCertificates.PASSWORD;
    }

    /** Where uploads land. */
    public Path dropOff() {
        return folder.dropOff();
    }

    /** Where answers are laid. */
    public Path results() {
        return folder.results();
    }

    /** The submissions taken so far, also before a restart, in the order in which they were answered. */
    public List<TakenFile> taken() {
        return books.taken();
    }

    /** How many patients it holds. */
    public int patients() {
        return books.patients();
    }

    /** How many doses it holds. */
    public int doses() {
        return books.doses().size();
    }

    /** Every dose that it holds: what it believes of the world. */
    public List<BelievedDose> believed() {
        return books.doses();
    }

    /** How many lines its next report has that somebody must correct. */
    public long complaints() {
        return books.complaints().stream().filter(said -> !said.isOnce()).count();
    }

    /** Whether the account has earned production. */
    public boolean isProduction() {
        return books.isProduction();
    }

    /**
     * A family takes its consent back: what is sent for the client with a consent of that day or before is rejected (CLR-100).
     *
     * @param patient PID-3.1 and its authority, joined by {@code ^}
     */
    public void withdrawConsent(String patient, LocalDate day) {
        books.withdraw(patient, day);
    }

    /** Names of the files whose answers were lost, as far as nobody asked for them. */
    public List<String> unanswered() {
        try {
            return tray.lost();
        } catch (IOException e) {
            throw new PracticeException("the practice registry's lost answers cannot be listed", e);
        }
    }

    /** Somebody asked for the answer to a file: it is laid into the results after all. */
    public void answerAfterAll(String name) {
        try {
            tray.handOutLost(name);
        } catch (IOException e) {
            throw new PracticeException("the practice registry's lost answer cannot be handed out", e);
        }
    }

    /** Whether every answer that is due by now lies in the results. */
    public boolean isCaughtUp() {
        try {
            return tray.isCaughtUp(options.clock().instant());
        } catch (IOException e) {
            throw new PracticeException("the practice registry's tray cannot be listed", e);
        }
    }

    /** Names of the files whose answers are not yet due. */
    public Set<String> answersToCome() {
        try {
            return tray.toCome(options.clock().instant());
        } catch (IOException e) {
            throw new PracticeException("the practice registry's tray cannot be listed", e);
        }
    }

    /** Whether every answer that is written lies in the results. */
    public boolean isTrayEmpty() {
        try {
            return tray.isEmpty();
        } catch (IOException e) {
            throw new PracticeException("the practice registry's tray cannot be listed", e);
        }
    }

    /**
     * The organization asks for the review of its test files. If the registry finds those that the request names good it opens
     * production and writes the Production email, else it writes what is missing.
     *
     * @param request the words of the organization's mail
     * @param needed how many test files must be free of errors
     * @return the email, which lies in the registry's mail folder too
     */
    public RegistryMail review(String request, int needed) {
        List<TakenFile> clean = books.taken().stream()
                .filter(file -> file.isTest() && file.isClean() && request.contains(file.name()))
                .toList();
        RegistryMail mail = RegistryMail.afterReview(clean, needed, options.clock());
        if (mail.isProduction() && !books.isProduction()) {
            books.openProduction();
        }
        mail.keep(folder.mail());
        return mail;
    }

    /**
     * The organization asks whether it may load its history.
     *
     * @return the registry's agreement, which lies in its mail folder too
     */
    public RegistryMail agreeToHistory() {
        RegistryMail mail = RegistryMail.onHistory(options.clock());
        mail.keep(folder.mail());
        return mail;
    }

    /** Stops both servers and the pick-up; a submission being answered is finished first. */
    @Override
    public void close() {
        sftp.close();
        ftps.close();
        rounds.shutdown();
        try {
            if (!rounds.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                rounds.shutdownNow();
            }
        } catch (InterruptedException e) {
            rounds.shutdownNow();
            Thread.currentThread().interrupt();
        }
        desk.close();
    }
}
