package org.vaxroute.ledger;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the ledger is and how it is opened.
 *
 * @param url JDBC url of an H2 file or a PostgreSQL database
 * @param connections most database connections at a time
 * @param syncFiles whether chunks from files and JDBC sources also force H2's file to the disk, against loss of power
 */
public record LedgerSettings(String url, String user, String password, int connections, boolean syncFiles) {
    private static final String H2_FILE = "jdbc:h2:file:";

    public LedgerSettings {
        if (!url.startsWith("jdbc:h2:") && !url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException(
                    "ledger.url is " + url + "; it must begin with jdbc:h2:file: or jdbc:postgresql:.");
        }
    }

    /** Ten connections, synced files, and a relative H2 file taken as relative to the home. */
    public static LedgerSettings of(String url, String user, String password, Path home) {
        return new LedgerSettings(inHome(url, home), user, password, 10, true);
    }

    /**
     * The same with an encrypted H2 file. One that was written without a key has to be copied with H2's own script tool first.
     *
     * @param key any characters but spaces
     * @throws IllegalArgumentException when the ledger is no H2 file or the key cannot be one
     */
    public LedgerSettings encrypted(String key) {
        if (!url.startsWith(H2_FILE)) {
            throw new IllegalArgumentException("ledger.file-key is set, but ledger.url is " + withoutQuery()
                    + ": only an H2 file is encrypted by it. Encrypt PostgreSQL's disk instead and take the key out.");
        }
        if (key.isEmpty() || key.contains(" ")) {
            throw new IllegalArgumentException(
                    "ledger.file-key is empty or has a space in it; make one without, such as with: openssl rand -hex 32");
        }
        return new LedgerSettings(url + ";CIPHER=AES", user, key + " " + password, connections, syncFiles);
    }

    /**
     * Refuses a database on another machine whose certificate and name would not be checked.
     *
     * @throws IllegalArgumentException saying what to add
     */
    public void requireTrustedServer() {
        DatabaseLine.requireTrusted("ledger", url);
    }

    private String withoutQuery() {
        return url.split("[?;]", 2)[0];
    }

    /**
     * The same ledger in a file beside it, such as one that is being restored.
     *
     * @param name what the other file's name ends with
     * @throws IllegalArgumentException when it is no H2 file
     */
    public LedgerSettings beside(String name) {
        if (!url.startsWith(H2_FILE)) {
            throw new IllegalArgumentException("The ledger is no H2 file");
        }
        int options = url.indexOf(';');
        String place = options < 0 ? url : url.substring(0, options);
        return new LedgerSettings(
                place + "." + name + (options < 0 ? "" : url.substring(options)),
                user,
                password,
                connections,
                syncFiles);
    }

    /** The file of an H2 ledger; empty for everything else. */
    public Optional<Path> file() {
        if (!url.startsWith(H2_FILE)) {
            return Optional.empty();
        }
        String rest = url.substring(H2_FILE.length());
        int options = rest.indexOf(';');
        String name = options < 0 ? rest : rest.substring(0, options);
        return name.startsWith("~") ? Optional.empty() : Optional.of(Path.of(name + ".mv.db"));
    }

    private static String inHome(String url, Path home) {
        if (!url.startsWith(H2_FILE)) {
            return url;
        }
        String rest = url.substring(H2_FILE.length());
        int options = rest.indexOf(';');
        String file = options < 0 ? rest : rest.substring(0, options);
        if (file.startsWith("~")) {
            return url;
        }
        return H2_FILE
                + home.toAbsolutePath().normalize().resolve(file).normalize()
                + (options < 0 ? "" : rest.substring(options));
    }
}
