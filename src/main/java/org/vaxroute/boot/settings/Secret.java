package org.vaxroute.boot.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A secret by reference. It is read at each use, so that a rotated credential counts without a restart, and it never shows itself in a text.
 */
public final class Secret {
    /** What a reference to a secret in a file begins with; its path follows. */
    static final String FILE = "secret:file:";

    private static final String VARIABLE = "secret:env:";
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final String reference;
    private final Home home;
    private final UnaryOperator<String> environment;
    private final boolean sharedFilesAllowed;

    Secret(String reference, Home home, UnaryOperator<String> environment, boolean sharedFilesAllowed) {
        this.reference = reference;
        this.home = home;
        this.environment = environment;
        this.sharedFilesAllowed = sharedFilesAllowed;
    }

    static boolean isReference(String text) {
        return (text.startsWith(FILE) && text.length() > FILE.length())
                || (text.startsWith(VARIABLE) && text.length() > VARIABLE.length());
    }

    /**
     * The secret itself, without a line end at its end.
     *
     * @throws SecretUnreadableException when it is absent, empty, or in a file that others may read
     */
    public char[] reveal() {
        return revealText().toCharArray();
    }

    /** The secret as text, for interfaces that take no characters; same conditions as {@link #reveal()}. */
    public String revealText() {
        String secret = reference.startsWith(FILE) ? fromFile() : fromEnvironment();
        if (secret.isEmpty()) {
            throw new SecretUnreadableException(reference + " is empty", "Write the secret into it");
        }
        return secret;
    }

    /** The file that holds it; empty when none does. */
    Optional<Path> file() {
        return reference.startsWith(FILE)
                ? Optional.of(home.path(reference.substring(FILE.length())))
                : Optional.empty();
    }

    private String fromEnvironment() {
        String name = reference.substring(VARIABLE.length());
        String value = environment.apply(name);
        if (value == null) {
            throw new SecretUnreadableException(
                    "environment variable " + name + " is not set", "Set it for the account that runs VaxRoute");
        }
        return value;
    }

    private String fromFile() {
        Path file = file().orElseThrow();
        if (!Files.isRegularFile(file)) {
            throw new SecretUnreadableException(
                    "secret file " + file + " does not exist", "Write the secret into it and run chmod 600 on it");
        }
        try {
            if (!sharedFilesAllowed && readableByOthers(file)) {
                throw new SecretUnreadableException(
                        "secret file " + file + " may be read by others",
                        "Run chmod 600 on it (or set secrets.allow-shared-files = true where an orchestrator mounts it so)");
            }
            return Files.readString(file, StandardCharsets.UTF_8).replaceFirst("\\R$", "");
        } catch (IOException e) {
            throw new SecretUnreadableException(
                    "secret file " + file + " cannot be read (" + e.getClass().getSimpleName() + ")",
                    "Let the account that runs VaxRoute read it");
        }
    }

    private static boolean readableByOthers(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return false;
        }
        return Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains);
    }

    /** The reference, which is no secret. */
    @Override
    public String toString() {
        return reference;
    }
}
