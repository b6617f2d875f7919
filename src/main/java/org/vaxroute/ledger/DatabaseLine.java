package org.vaxroute.ledger;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.export.SslMode;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * The line to a database: whether anybody on the way could read along, or answer in its place. An address is read as its
 * driver will read it, since of a word given twice the driver decides which one counts.
 */
public final class DatabaseLine {
    private static final Pattern HERE = Pattern.compile("(?i)localhost|127(\\.\\d{1,3}){3}|\\[?::1]?");
    private static final Pattern H2_SERVER = Pattern.compile("(?i)jdbc:h2:(tcp|ssl):(//)?([^/:;]+|\\[[^]]+]).*");
    private static final Pattern SQL_SERVER = Pattern.compile("(?i)jdbc:sqlserver://([^;:\\\\]*)([^;]*)(;.*)?");
    private static final Pattern IN_BRACES = Pattern.compile("\\{[^}]*}");

    private final String setting;
    private final String url;

    private DatabaseLine(String setting, String url) {
        this.setting = setting;
        this.url = url;
    }

    /**
     * Refuses a database on another machine whose certificate and name would not be checked.
     *
     * @param setting the settings' common beginning, such as {@code ledger} for {@code ledger.url}
     * @param url JDBC address
     * @throws IllegalArgumentException saying what to add
     */
    public static void requireTrusted(String setting, String url) {
        var line = new DatabaseLine(setting, url);
        String kind = url.toLowerCase(Locale.ROOT);
        if (kind.startsWith("jdbc:postgresql:")) {
            line.postgresql();
        } else if (kind.startsWith("jdbc:mariadb:")) {
            line.mariadb();
        } else if (kind.startsWith("jdbc:sqlserver:")) {
            line.sqlServer();
        } else if (kind.startsWith("jdbc:h2:")) {
            line.h2();
        } else {
            throw line.refusal(
                    "is for a driver of which VaxRoute does not know what makes it check the server's certificate and name",
                    "Use one that it knows (PostgreSQL, MariaDB, SQL Server), or have this one check both by its own manual and");
        }
    }

    private void postgresql() {
        Properties read = Driver.parseURL(url, new Properties());
        if (read == null) {
            throw unreadable("PostgreSQL's driver", "jdbc:postgresql://HOST:PORT/DATABASE");
        }
        if (areHere(List.of(PGProperty.PG_HOST.getOrDefault(read).split(",")))) {
            return;
        }
        if (!"verify-full".equals(PGProperty.SSL_MODE.getOrDefault(read))) {
            throw unchecked("sslmode=verify-full", "?sslmode=verify-full&sslrootcert=/path/to/ca.pem");
        }
        Stream.of(PGProperty.SSL_FACTORY, PGProperty.SSL_HOSTNAME_VERIFIER, PGProperty.SOCKET_FACTORY)
                .filter(own -> own.isPresent(read))
                .findFirst()
                .ifPresent(own -> {
                    throw circumvented(own.getName());
                });
    }

    private void mariadb() {
        Configuration read;
        try {
            read = Configuration.parse(url);
        } catch (SQLException | RuntimeException e) {
            throw unreadable("MariaDB's driver", "jdbc:mariadb://HOST:PORT/DATABASE");
        }
        if (read == null) {
            throw unreadable("MariaDB's driver", "jdbc:mariadb://HOST:PORT/DATABASE");
        }
        if (read.pipe() != null
                || read.localSocket() != null
                || areHere(
                        read.addresses().stream().map(address -> address.host).toList())) {
            return;
        }
        if (read.sslMode() != SslMode.VERIFY_FULL) {
            throw unchecked("sslMode=verify-full", "?sslMode=verify-full&serverSslCert=/path/to/ca.pem");
        }
        if (read.tlsSocketType() != null) {
            throw circumvented("tlsSocketType");
        }
        if (read.socketFactory() != null) {
            throw circumvented("socketFactory");
        }
    }

    private void sqlServer() {
        var address = SQL_SERVER.matcher(url);
        if (!address.matches()) {
            throw unreadable("SQL Server's driver", "jdbc:sqlserver://HOST:PORT;databaseName=NAME;encrypt=true");
        }
        String options = address.group(3) == null
                ? ""
                : IN_BRACES.matcher(address.group(3)).replaceAll("");
        if (HERE.matcher(address.group(1)).matches()
                && Stream.of("servername", "server", "failoverpartner")
                        .allMatch(other -> values(options, other).isEmpty())) {
            return;
        }
        List<String> encrypt = values(options, "encrypt");
        if (encrypt.isEmpty() || !Set.of("true", "mandatory", "strict").containsAll(encrypt)) {
            throw unchecked("encrypt=true", ";encrypt=true;trustServerCertificate=false");
        }
        if (!Set.of("false").containsAll(values(options, "trustservercertificate"))) {
            throw circumvented("trustServerCertificate");
        }
        for (String own : List.of("trustManagerClass", "socketFactoryClass")) {
            if (!values(options, own.toLowerCase(Locale.ROOT)).isEmpty()) {
                throw circumvented(own);
            }
        }
    }

    // H2's own servers show a certificate that nobody checks.
    private void h2() {
        var server = H2_SERVER.matcher(url);
        if (server.matches() && !HERE.matcher(server.group(3)).matches()) {
            throw refusal(
                    "names a server of H2 on another machine, which H2's driver does not check",
                    "Use another database, or");
        }
    }

    private static List<String> values(String options, String name) {
        return Stream.of(options.split(";"))
                .map(option -> option.toLowerCase(Locale.ROOT).split("=", 2))
                .filter(option -> option[0].strip().equals(name))
                .map(option -> option.length > 1 ? option[1].strip() : "")
                .toList();
    }

    private static boolean areHere(Collection<String> hosts) {
        return hosts.stream()
                .allMatch(host -> host != null && HERE.matcher(host).matches());
    }

    private IllegalArgumentException unchecked(String missing, String added) {
        return refusal(
                "names a database on another machine without " + missing
                        + ", so that anybody on the way could read or answer",
                "Add " + added + ", or");
    }

    private IllegalArgumentException circumvented(String by) {
        return refusal(
                "names a database on another machine and sets " + by
                        + ", by which its certificate might not be checked",
                "Take " + by + " out, or");
    }

    private IllegalArgumentException refusal(String what, String todo) {
        return new IllegalArgumentException(setting + ".url (" + withoutOptions() + ") " + what + ". " + todo + " set "
                + setting + ".plain-text = true if the network is safe by other means.");
    }

    private IllegalArgumentException unreadable(String who, String form) {
        return new IllegalArgumentException(
                setting + ".url is " + withoutOptions() + ", which " + who + " cannot read; write " + form + ".");
    }

    private String withoutOptions() {
        return url.split("[?;]", 2)[0];
    }
}
