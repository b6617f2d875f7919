package org.vaxroute.operate.access;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** A password as {@code pbkdf2:ITERATIONS:SALT:HASH} (PBKDF2 with HMAC-SHA-256), slow on purpose. */
final class PasswordHash {
    private static final int ITERATIONS = 210_000;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BITS = 256;
    private static final Pattern FORM = Pattern.compile("pbkdf2:(\\d{1,9}):([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)");

    private PasswordHash() {}

    static boolean isHash(String text) {
        return FORM.matcher(text).matches();
    }

    static String of(char[] password) {
        return of(password, ITERATIONS);
    }

    /** Of a drawn password that lives as long as this process: no file holds the hash, so there is nothing that guessing could begin with. */
    static String ofThisRun(char[] password) {
        return of(password, 1);
    }

    private static String of(char[] password, int iterations) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        Base64.Encoder base64 = Base64.getEncoder();
        return "pbkdf2:" + iterations + ":" + base64.encodeToString(salt) + ":"
                + base64.encodeToString(hash(password, salt, iterations));
    }

    /** As costly to compare with as any other, and of no password; made without the cost, because every start needs one. */
    static String ofNobody() {
        byte[] drawn = new byte[SALT_BYTES + HASH_BITS / 8];
        new SecureRandom().nextBytes(drawn);
        Base64.Encoder base64 = Base64.getEncoder();
        return "pbkdf2:" + ITERATIONS + ":" + base64.encodeToString(Arrays.copyOf(drawn, SALT_BYTES)) + ":"
                + base64.encodeToString(Arrays.copyOfRange(drawn, SALT_BYTES, drawn.length));
    }

    static boolean matches(char[] password, String stored) {
        Matcher form = FORM.matcher(stored);
        if (!form.matches()) {
            return false;
        }
        byte[] expected = Base64.getDecoder().decode(form.group(3));
        byte[] found = hash(password, Base64.getDecoder().decode(form.group(2)), Integer.parseInt(form.group(1)));
        return MessageDigest.isEqual(expected, found);
    }

    private static byte[] hash(char[] password, byte[] salt, int iterations) {
        PBEKeySpec key = new PBEKeySpec(password, salt, iterations, HASH_BITS);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(key)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has PBKDF2WithHmacSHA256", e);
        } finally {
            key.clearPassword();
        }
    }
}
