package org.vaxroute.answers;

import java.util.Locale;
import java.util.Set;

/** Judges the names that a server gives to files. They are input like any other, and nobody says that the server is a friend. */
final class RemoteName {
    private static final int LONGEST = 255;
    private static final int KEPT = 100;
    private static final Set<String> UNFINISHED = Set.of(".part", ".tmp", ".temp", ".filepart", ".writing");

    private RemoteName() {}

    /** Whether a file of this name may be asked for at all. */
    static boolean isHarmless(String name) {
        return !name.isEmpty()
                && name.length() <= LONGEST
                && !name.equals(".")
                && !name.equals("..")
                && name.chars()
                        .noneMatch(c ->
                                c == '/' || c == '\\' || c == ':' || c == '*' || c == '?' || Character.isISOControl(c))
                && name.strip().equals(name);
    }

    /** Whether the name says that somebody is still writing, or that it is not for us. */
    static boolean isUnfinished(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return name.startsWith(".") || UNFINISHED.stream().anyMatch(lower::endsWith);
    }

    /** The name in letters that every file system and log can bear, cut in the middle when it is long. */
    static String plain(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9._-]", "_");
        return plain.length() <= KEPT ? plain : plain.substring(0, 60) + "~" + plain.substring(plain.length() - 39);
    }
}
