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

    /** The file of an H2 ledger; empty for everything else. */
    Optional<Path> file() {
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
