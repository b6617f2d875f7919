package org.vaxroute.vxu;

/** Escapes text straight into the message being built. */
final class Er7 {
    private Er7() {}

    /** Appends {@code text} with the five delimiters escaped, line ends as blanks and other control characters left out. */
    static void escape(StringBuilder out, String text) {
        int plain = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            String escaped =
                    switch (c) {
                        case '|' -> "\\F\\";
                        case '^' -> "\\S\\";
                        case '&' -> "\\T\\";
                        case '~' -> "\\R\\";
                        case '\\' -> "\\E\\";
                        case '\r', '\n', '\t' -> " ";
                        default -> c < ' ' || c == 0x7f ? "" : null;
                    };
            if (escaped != null) {
                out.append(text, plain, i).append(escaped);
                plain = i + 1;
            }
        }
        out.append(text, plain, text.length());
    }
}
