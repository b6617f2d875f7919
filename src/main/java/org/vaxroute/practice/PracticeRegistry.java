package org.vaxroute.practice;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A small immunization registry on loopback: SFTP and implicit FTPS with the folders {@code drop-off} and {@code results}. It
 * takes files out of the drop-off, reads them with HAPI and answers each with {@code <file>.ack.hl7}. Started again in the same
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
    private final Desk desk;
    private final SftpDoor sftp;
    private final FtpsDoor ftps;
    private final ScheduledExecutorService rounds;

    private PracticeRegistry(RegistryFolder folder, RegistryOptions options) {
        this.folder = folder;
        this.options = options;
        books = new Books(folder.books(), folder.archive());
        desk = new Desk(folder, books, options);
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
        return books.doses();
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
