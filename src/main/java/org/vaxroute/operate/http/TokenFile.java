package org.vaxroute.operate.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import org.vaxroute.operate.access.OwnerOnly;

/**
 * The key to the command line's door: a random word in a file that only the server's own account may read, new at every start, with the address
 * beside it.
 */
public final class TokenFile {
    private static final int TOKEN_BYTES = 32;

    private final Path token;
    private final Path address;
    private final Path certificate;

    /** @param run the folder {@code work/run} of a home */
    public TokenFile(Path run) {
        this.token = run.resolve("token");
        this.address = run.resolve("address");
        this.certificate = run.resolve("certificate");
    }

    /**
     * How to reach a running server.
     *
     * @param address base address such as {@code http://127.0.0.1:8080}
     * @param token to be sent as bearer token
     * @param certificate the only one that the server may show, DER; empty when it speaks plain HTTP
     */
    public record Key(String address, String token, byte[] certificate) {}

    static String newToken() {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    void write(String word, String baseAddress, byte[] shown) throws IOException {
        Files.createDirectories(token.toAbsolutePath().getParent());
        remove();
        OwnerOnly.create(token);
        Files.writeString(token, word, StandardCharsets.US_ASCII);
        Files.writeString(address, baseAddress, StandardCharsets.US_ASCII);
        Files.write(certificate, shown);
    }

    void remove() throws IOException {
        Files.deleteIfExists(certificate);
        Files.deleteIfExists(address);
        Files.deleteIfExists(token);
    }

    /**
     * What the last server of this home wrote; it may no longer run.
     *
     * @throws IOException when the files are there but cannot be read, as by another account
     */
    public Optional<Key> read() throws IOException {
        try {
            return Optional.of(new Key(
                    Files.readString(address, StandardCharsets.US_ASCII).strip(),
                    Files.readString(token, StandardCharsets.US_ASCII).strip(),
                    Files.readAllBytes(certificate)));
        } catch (NoSuchFileException noServer) {
            return Optional.empty();
        }
    }

    static boolean same(String expected, String given) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
