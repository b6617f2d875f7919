package org.vaxroute.practice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** Where a practice registry keeps its things, so that it is the same registry when it is started again. */
record RegistryFolder(Path root, String user) {
    RegistryFolder create() {
        for (Path folder : new Path[] {dropOff(), results(), archive(), keys(), tray(), lost(), mail()}) {
            try {
                Files.createDirectories(folder);
            } catch (IOException e) {
                throw new PracticeException("the practice registry's folder " + folder + " cannot be made", e);
            }
        }
        return this;
    }

    /** What the account sees as its root. */
    Path account() {
        return root.resolve("accounts").resolve(user);
    }

    Path dropOff() {
        return account().resolve("drop-off");
    }

    Path results() {
        return account().resolve("results");
    }

    Path archive() {
        return root.resolve("archive");
    }

    /** Answers that are not yet due. */
    Path tray() {
        return root.resolve("tray");
    }

    /** Answers that do not come unless somebody asks for them. */
    Path lost() {
        return root.resolve("lost");
    }

    /** What the registry writes to the organization. */
    Path mail() {
        return root.resolve("mail");
    }

    Path keys() {
        return root.resolve("keys");
    }

    /** When which session of the SFTP server was opened and closed. */
    Path sessions() {
        return root.resolve("sessions.txt");
    }

    Path books() {
        return root.resolve("books.txt");
    }

    Path knownHosts() {
        return root.resolve("known_hosts");
    }

    Path trustStore() {
        return root.resolve("trust.p12");
    }

    /** The given port; else the one used before if nobody else has it; else a free one. */
    int port(String name, int given) {
        Path file = root.resolve("ports.properties");
        Properties ports = new Properties();
        try {
            if (Files.exists(file)) {
                try (var in = Files.newBufferedReader(file)) {
                    ports.load(in);
                }
            }
            int before = Integer.parseInt(ports.getProperty(name, "0"));
            int port = given != 0 ? given : before != 0 && FreePort.isFree(before) ? before : FreePort.find();
            ports.setProperty(name, Integer.toString(port));
            try (var out = Files.newBufferedWriter(file)) {
                ports.store(out, "Ports of the practice registry");
            }
            return port;
        } catch (IOException e) {
            throw new PracticeException("no port for the practice registry's " + name + " server", e);
        }
    }
}
