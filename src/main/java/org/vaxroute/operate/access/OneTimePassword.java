package org.vaxroute.operate.access;

import java.security.SecureRandom;
import java.util.stream.Collectors;

/** A password for one run of a rehearsal, printed once and kept nowhere. */
public final class OneTimePassword {
    /** Without letters and digits that look alike. */
    private static final String LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

    /** 40 bits, for a console on loopback that lives as long as this run and keeps guessers out. */
    private static final int LENGTH = 8;

    private OneTimePassword() {}

    public static String next() {
        return new SecureRandom()
                .ints(LENGTH, 0, LETTERS.length())
                .mapToObj(i -> String.valueOf(LETTERS.charAt(i)))
                .collect(Collectors.joining());
    }
}
