package org.vaxroute.answers;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The lines of a file of any size and any line ends, blank ones and MLLP framing left out. A line that is longer than anybody writes is cut,
 * so that no file can fill the memory. Bytes that are no UTF-8 are read as ISO-8859-1.
 */
final class TextLines implements Closeable {
    static final int LONGEST = 1 << 18;

    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private byte[] line = new byte[1024];
    private int at;
    private int filled;
    private boolean first = true;
    private boolean cut;

    TextLines(InputStream in) {
        this.in = in;
    }

    /** The next line that is not blank; null at the end. */
    String next() throws IOException {
        while (true) {
            int length = read();
            if (length < 0) {
                return null;
            }
            String text = decode(length);
            if (first) {
                text = plain(text);
            }
            first = false;
            text = text.strip();
            if (!text.isEmpty()) {
                return text;
            }
        }
    }

    /** The beginning of a file without the mark of its encoding, nor the zero bytes between the letters of a two-byte one. */
    static String plain(String beginning) {
        return beginning
                .replaceFirst("^(\ufeff|\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)", "")
                .replace("\0", "");
    }

    /** Whether the file ended in the middle of its last line. */
    boolean endedInALine() {
        return cut;
    }

    private int read() throws IOException {
        int length = 0;
        boolean any = false;
        while (true) {
            if (at == filled) {
                filled = in.read(buffer);
                at = 0;
                if (filled <= 0) {
                    filled = 0;
                    cut |= any;
                    return any ? length : -1;
                }
            }
            byte b = buffer[at++];
            any = true;
            if (b == '\r' || b == '\n') {
                return length;
            }
            // 0x0b and 0x1c frame a message on a wire; a zero byte is never text.
            if (length < LONGEST && b != 0x0b && b != 0x1c && b != 0) {
                if (length == line.length) {
                    line = Arrays.copyOf(line, Math.min(LONGEST, length * 2));
                }
                line[length++] = b;
            }
        }
    }

    private String decode(int length) {
        for (int i = 0; i < length; i++) {
            if (line[i] < 0) {
                return decodeWide(length);
            }
        }
        return new String(line, 0, length, StandardCharsets.ISO_8859_1);
    }

    private String decodeWide(int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line, 0, length))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return new String(line, 0, length, StandardCharsets.ISO_8859_1);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
