package org.vaxroute.hl7;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/**
 * An immutable view over the text of one HL7 version 2 message. Parsing notes where each field starts and makes no
 * object per field; values are cut out and decoded when they are asked for.
 *
 * <p><b>Doses.</b> A dose is one ORDER group of the VXU structure: it opens with ORC (or with an RXA that no ORC
 * introduces) and takes what follows, except segments that speak of the patient.
 *
 * <p><b>Values.</b> A location that holds a single value comes back unescaped. A location that holds parts (a field
 * with components, say) comes back as it stands, so that separators and escaped separators stay apart. A location
 * without a repetition means the first. The null value {@code ""} of HL7 (erase what is stored) comes back as those
 * two characters.
 *
 * <p><b>Characters.</b> The character set that MSH-18 declares when it is one of ASCII, ISO 8859 or UTF-8 and the
 * bytes agree; otherwise UTF-8 when the bytes are valid UTF-8, else ISO-8859-1, which never fails. What is valid UTF-8
 * does not agree with ISO-8859-1. docs/decisions/0011.
 */
public final class Message {
    private static final int MSH = Path.packed("MSH");
    private static final int ORC = Path.packed("ORC");
    private static final int RXA = Path.packed("RXA");

    /** Segments that never belong to a dose, wherever they stand. */
    private static final int[] PATIENT_SEGMENTS =
            packedAll("PID", "PD1", "NK1", "PV1", "PV2", "GT1", "IN1", "IN2", "IN3", "SFT", "MRG", "PDA");

    private static final int[] ENVELOPE_SEGMENTS = packedAll("FHS", "BHS", "BTS", "FTS");

    /** Names that come again in every message: one String each, not one per segment. */
    private static final String[] COMMON_NAMES = {
        "OBX", "ORC", "RXA", "RXR", "NK1", "NTE", "MSH", "PID", "PD1", "PV1", "PV2", "GT1", "IN1", "SFT", "TQ1"
    };

    private static final int[] COMMON_SEGMENTS = packedAll(COMMON_NAMES);

    /** Ints per segment in {@link #segmentTable}: first token, packed name, dose. */
    private static final int STRIDE = 3;

    private final byte[] text;
    private final Encoding encoding;

    /** Where each field starts, all segments in a row; the name is a segment's first token; ends with the length. */
    private final int[] tokens;

    private final int[] segmentTable;
    private final int segmentCount;
    private final int doseCount;

    /** Whether all bytes are ASCII; then every character set reads them alike. */
    private final boolean ascii;

    private Charset charset;

    private Message(byte[] text) {
        this.text = text;
        this.ascii = ByteSearch.isAscii(text);
        if (!Encoding.isMessageHeader(text, 0, text.length)) {
            throw new Hl7FormatException(
                    "MSH",
                    "the text does not begin with MSH, a field separator and four or five encoding characters; "
                            + "send one whole HL7 version 2 message in ER7 form");
        }
        this.encoding = Encoding.ofHeader(text);
        byte separator = text[3];
        long pattern = ByteSearch.pattern(separator);
        int[] at = new int[text.length / 5 + 32];
        int[] table = new int[16 * STRIDE];
        int token = 0;
        int segment = 0;
        int dose = 0;
        boolean doseHasRxa = false;
        int i = 0;
        while (i < text.length) {
            int name = segmentNameAt(text, i, separator, segment);
            if (segment * STRIDE == table.length) {
                table = Arrays.copyOf(table, table.length * 2);
            }
            boolean inDose = dose > 0;
            if (name == ORC || name == RXA && (dose == 0 || doseHasRxa)) {
                dose++;
                doseHasRxa = name == RXA;
                inDose = true;
            } else if (name == RXA) {
                doseHasRxa = true;
            } else if (inDose && isOneOf(name, PATIENT_SEGMENTS)) {
                inDose = false;
            }
            int row = segment * STRIDE;
            table[row] = token;
            table[row + 1] = name;
            table[row + 2] = inDose ? dose : 0;
            segment++;
            int end = segmentEnd(text, i, segment);
            if (token + end - i + 2 > at.length) {
                at = Arrays.copyOf(at, Math.max(at.length * 2, token + end - i + 2));
            }
            at[token++] = i;
            int k = i + 3;
            for (; k <= end - 8; k += 8) {
                for (long hits = ByteSearch.equal(text, k, pattern); hits != 0; hits &= hits - 1) {
                    at[token++] = k + (Long.numberOfTrailingZeros(hits) >>> 3) + 1;
                }
            }
            for (; k < end; k++) {
                if (text[k] == separator) {
                    at[token++] = k + 1;
                }
            }
            i = end + 1;
        }
        at[token] = text.length;
        if (segment * STRIDE == table.length) {
            table = Arrays.copyOf(table, table.length + 1);
        }
        table[segment * STRIDE] = token;
        this.tokens = at;
        this.segmentTable = table;
        this.segmentCount = segment;
        this.doseCount = dose;
    }

    /**
     * Reads one message. Segments may end in CR, LF or CRLF; blank lines, a byte-order mark and MLLP framing around the
     * message are left out.
     *
     * @throws Hl7FormatException when it is no message: no MSH, unusable encoding characters, a line that is no
     *     segment, a second message or an envelope segment inside, or a zero byte
     */
    public static Message parse(byte[] text) {
        return new Message(SegmentText.normalise(text));
    }

    /**
     * Reads one message; it is held in the character set that MSH-18 declares, else as UTF-8. See
     * {@link #parse(byte[])}.
     *
     * @throws Hl7FormatException also when the declared character set cannot carry the text
     */
    public static Message parse(String text) {
        Message utf8 = new Message(SegmentText.normalise(text.getBytes(StandardCharsets.UTF_8)));
        Charset declared = utf8.declaredCharset();
        if (declared == null || declared == StandardCharsets.UTF_8) {
            return utf8;
        }
        if (!declared.newEncoder().canEncode(text)) {
            throw new Hl7FormatException(
                    "MSH-18",
                    "the text has a character that the declared character set does not have; declare UNICODE UTF-8");
        }
        return new Message(SegmentText.normalise(text.getBytes(declared)));
    }

    /**
     * The text of a message with another MSH, in the form of {@link #bytes()}: a sent message differs from the stored one there alone, so
     * the other segments are copied as they stand and not read again.
     *
     * @param text as for {@link #parse(byte[])}
     * @param change what to set in MSH
     * @throws Hl7FormatException when the text does not begin with a usable MSH
     */
    public static byte[] withHeader(byte[] text, UnaryOperator<Edit> change) {
        byte[] whole = SegmentText.normalise(text);
        int end = 0;
        while (end < whole.length && whole[end] != Encoding.CR) {
            end++;
        }
        int rest = Math.min(end + 1, whole.length);
        byte[] header =
                change.apply(new Message(Arrays.copyOf(whole, rest)).edit()).apply().text;
        byte[] fresh = Arrays.copyOf(header, header.length + whole.length - rest);
        System.arraycopy(whole, rest, fresh, header.length, whole.length - rest);
        return fresh;
    }

    /** A message whose text is in the form of {@link #bytes()} already; the array becomes the message's own. */
    static Message ofSegments(byte[] text) {
        return new Message(text);
    }

    /** The message with every segment ended by CR; a copy. */
    public byte[] bytes() {
        return text.clone();
    }

    /** Writes {@link #bytes()} without copying them first. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(text);
    }

    /** The number of bytes of {@link #bytes()}. */
    public int length() {
        return text.length;
    }

    /** The message as text, every segment ended by CR. May hold patient data: never log it. */
    public String text() {
        return new String(text, charset());
    }

    /** The characters that MSH-1 and MSH-2 declare. */
    public Encoding encoding() {
        return encoding;
    }

    /** The character set in which the text is read and edits are written; see the class comment. */
    public Charset charset() {
        Charset known = charset;
        if (known == null) {
            known = findCharset();
            charset = known;
        }
        return known;
    }

    /**
     * The value of the first segment that the path matches, "" when there is none. A path of a whole segment gives the
     * segment as it stands.
     */
    public String get(Path path) {
        return decode(span(path));
    }

    /**
     * As {@link #get(Path)}.
     *
     * @throws IllegalArgumentException when the text is no HL7 location
     */
    public String get(String path) {
        return get(Path.of(path));
    }

    /** Every value that is not empty, of every repetition of every segment that the path matches, in their order. */
    public List<String> all(Path path) {
        List<String> values = new ArrayList<>();
        for (int s = find(path, 0); s >= 0; s = find(path, s + 1)) {
            int first = path.repetition() > 0 || path.field() == 0 ? path.repetition() : 1;
            int last = path.repetition() > 0 || path.field() == 0 ? first : repetitions(s, path.field());
            for (int r = first; r <= last; r++) {
                String value = decode(span(s, path.field(), r, path.component(), path.subcomponent()));
                if (!value.isEmpty()) {
                    values.add(value);
                }
            }
        }
        return values;
    }

    /** As {@link #all(Path)}. */
    public List<String> all(String path) {
        return all(Path.of(path));
    }

    /** Whether nothing but separators stands at the path; for a path without a repetition, in the whole field. */
    public boolean isEmpty(Path path) {
        int s = find(path, 0);
        if (s < 0) {
            return true;
        }
        boolean part = path.repetition() > 0 || path.component() > 0;
        int repetition = part ? Math.max(path.repetition(), 1) : 0;
        return isEmpty(span(s, path.field(), repetition, path.component(), path.subcomponent()));
    }

    /** As {@link #isEmpty(Path)} for one field of a segment; repetition 0 = all of them, component 0 = all of them. */
    public boolean isEmpty(int segment, int field, int repetition, int component) {
        return isEmpty(span(segment, field, repetition, component, 0));
    }

    /** Whether exactly these bytes stand at the path (escapes not resolved); makes no object. */
    public boolean holds(Path path, byte[] value) {
        return holds(span(path), value);
    }

    /** As {@link #holds(Path, byte[])} for one field of a segment. */
    public boolean holds(int segment, int field, int repetition, int component, byte[] value) {
        return holds(span(segment, field, repetition, component, 0), value);
    }

    /**
     * A value by the index of its segment.
     *
     * @param segment from 0, as {@link #find(String, int)} gives it
     * @param field from 1
     * @param repetition from 1; 0 = the whole field
     * @param component from 1; 0 = the whole repetition
     * @return "" when absent
     */
    public String field(int segment, int field, int repetition, int component) {
        return decode(span(segment, field, repetition, component, 0));
    }

    /** As {@link #field(int, int, int, int)} with a subcomponent, from 1; 0 = the whole component. */
    public String field(int segment, int field, int repetition, int component, int subcomponent) {
        return decode(span(segment, field, repetition, component, subcomponent));
    }

    /** How many repetitions the field has: 0 when it is absent or empty. */
    public int repetitions(int segment, int field) {
        long whole = span(segment, field, 0, 0, 0);
        if (whole < 0 || start(whole) == end(whole)) {
            return 0;
        }
        if (isEncodingField(segment, field)) {
            return 1;
        }
        return 1 + count(whole, (byte) encoding.repetition());
    }

    /** How many components the repetition (from 1) has: 0 when it is absent or empty. */
    public int components(int segment, int field, int repetition) {
        long whole = span(segment, field, repetition, 0, 0);
        if (whole < 0 || start(whole) == end(whole)) {
            return 0;
        }
        return isEncodingField(segment, field) ? 1 : 1 + count(whole, (byte) encoding.component());
    }

    /** The number of the last field of the segment that is written, empty or not. */
    public int fields(int segment) {
        int count = segmentTable[(segment + 1) * STRIDE] - segmentTable[segment * STRIDE] - 1;
        return segmentTable[segment * STRIDE + 1] == MSH ? count + 1 : count;
    }

    /**
     * Where a value stands, without making an object: {@link #start(long)} and {@link #end(long)} of the result are
     * positions for {@link #byteAt(int)}. -1 when the segment has no such place. Parameters as in
     * {@link #field(int, int, int, int, int)}; field 0 is the whole segment.
     */
    public long span(int segment, int field, int repetition, int component, int subcomponent) {
        int row = segment * STRIDE;
        int first = segmentTable[row];
        int next = segmentTable[row + STRIDE];
        if (field <= 0) {
            return packed(tokens[first], tokens[next] - 1);
        }
        int token = first + field;
        if (segmentTable[row + 1] == MSH) {
            if (field == 1) {
                return repetition > 1 || component > 1 || subcomponent > 1 ? -1 : packed(3, 4);
            }
            token--;
            if (field == 2) {
                return repetition > 1 || component > 1 || subcomponent > 1
                        ? -1
                        : packed(tokens[token], tokens[token + 1] - 1);
            }
        }
        if (token >= next) {
            return -1;
        }
        long span = packed(tokens[token], tokens[token + 1] - 1);
        if (repetition == 0 && component == 0) {
            return span;
        }
        if (repetition <= 1 && component > 0 && subcomponent == 0) {
            return firstRepetition(span, component);
        }
        span = part(span, (byte) encoding.repetition(), Math.max(repetition, 1));
        if (component > 0) {
            span = part(span, (byte) encoding.component(), component);
            if (subcomponent > 0) {
                span = part(span, (byte) encoding.subcomponent(), subcomponent);
            }
        }
        return span;
    }

    /** Where the value of the path stands; -1 when absent. See {@link #span(int, int, int, int, int)}. */
    public long span(Path path) {
        int s = find(path, 0);
        if (s < 0) {
            return -1;
        }
        int repetition = path.field() == 0 ? 0 : Math.max(path.repetition(), 1);
        return span(s, path.field(), repetition, path.component(), path.subcomponent());
    }

    /** First position of a span. */
    public static int start(long span) {
        return (int) (span >>> 32);
    }

    /** Position after the last one of a span. */
    public static int end(long span) {
        return (int) span;
    }

    /** A number made of the bytes at the span, the same for the same bytes. */
    public int hash(long span) {
        return ByteSearch.hash(text, start(span), end(span));
    }

    /** The byte at a position of {@link #bytes()}. */
    public byte byteAt(int position) {
        return text[position];
    }

    /** Whether no byte is above 0x7f. */
    public boolean isAscii() {
        return ascii;
    }

    /** Whether some field ends in an empty component, or some segment in an empty field. */
    public boolean hasTrailingSeparators() {
        byte component = (byte) encoding.component();
        byte field = (byte) encoding.field();
        int last = segmentTable[segmentCount * STRIDE];
        for (int token = 1; token <= last; token++) {
            int end = tokens[token] - 1;
            byte before = text[end - 1];
            if (before == component || before == field && text[end] == Encoding.CR) {
                return true;
            }
        }
        return false;
    }

    /** The number of ORDER groups. */
    public int doses() {
        return doseCount;
    }

    /**
     * The number of ORDER groups in text that need not be a readable message, so that the doses of an unreadable record
     * are counted as {@link Inspection#doses()} counted them.
     *
     * @param text a message as {@link Splitter} gives it, segments ended by CR
     */
    public static int dosesIn(byte[] text) {
        DoseCount count = new DoseCount();
        byte separator = text.length > 3 ? text[3] : (byte) Encoding.STANDARD.field();
        int line = 0;
        while (line < text.length) {
            int end = line;
            while (end < text.length && !Encoding.isLineEnd(text[end])) {
                end++;
            }
            count.line(text, line, end, separator);
            line = end + 1;
        }
        return (int) count.doses();
    }

    /** The number of segments, MSH counted. */
    public int segments() {
        return segmentCount;
    }

    /** The three letters of segment {@code i} (from 0). */
    public String segmentName(int i) {
        int name = segmentTable[i * STRIDE + 1];
        for (int known = 0; known < COMMON_SEGMENTS.length; known++) {
            if (COMMON_SEGMENTS[known] == name) {
                return COMMON_NAMES[known];
            }
        }
        return new String(new char[] {(char) (name >> 16), (char) (name >> 8 & 0xff), (char) (name & 0xff)});
    }

    /** The dose to which segment {@code i} (from 0) belongs, from 1; 0 when it belongs to none. */
    public int segmentDose(int i) {
        return segmentTable[i * STRIDE + 2];
    }

    /** The index of the first segment of this name at or after {@code from} (from 0), or -1. */
    public int find(String name, int from) {
        int packed = Path.packed(name);
        for (int s = from; s < segmentCount; s++) {
            if (segmentTable[s * STRIDE + 1] == packed) {
                return s;
            }
        }
        return -1;
    }

    /** The index of the first segment of this name in the dose (from 1), or -1. */
    public int findInDose(String name, int dose) {
        for (int s = find(name, 0); s >= 0; s = find(name, s + 1)) {
            if (segmentDose(s) == dose) {
                return s;
            }
        }
        return -1;
    }

    /** The index of the first segment at or after {@code from} (from 0) that the path matches, or -1. */
    public int find(Path path, int from) {
        int wanted = path.segmentIndex();
        int seen = 0;
        int seenInDose = 0;
        int currentDose = 0;
        for (int s = wanted == 0 ? from : 0; s < segmentCount; s++) {
            int row = s * STRIDE;
            if (segmentTable[row + 1] != path.name()) {
                continue;
            }
            int dose = segmentTable[row + 2];
            if (path.inOrder()) {
                if (dose == 0 || path.order() > 0 && dose != path.order()) {
                    continue;
                }
                seenInDose = dose == currentDose ? seenInDose + 1 : 1;
                currentDose = dose;
                seen = seenInDose;
            } else {
                seen++;
            }
            if (s >= from && (wanted == 0 || wanted == seen)) {
                return s;
            }
        }
        return -1;
    }

    /**
     * A copy that holds only the doses (from 1) that the test accepts; all other segments stay, in their order. Where the
     * observations were numbered through the message (OBX-1, IZ-20), those that stay are again.
     *
     * @throws Hl7FormatException when an ORC without RXA would join an RXA without ORC to a dose that never was
     */
    public Message keepDoses(IntPredicate dose) {
        boolean[] keep = new boolean[doseCount + 1];
        int keeping = 0;
        keep[0] = true;
        for (int d = 1; d <= doseCount; d++) {
            keep[d] = dose.test(d);
            keeping += keep[d] ? 1 : 0;
        }
        if (keeping == doseCount) {
            return this;
        }
        byte[] kept = new byte[text.length];
        int length = 0;
        for (int s = 0; s < segmentCount; s++) {
            if (keep[segmentDose(s)]) {
                int from = tokens[segmentTable[s * STRIDE]];
                int to = tokens[segmentTable[(s + 1) * STRIDE]];
                System.arraycopy(text, from, kept, length, to - from);
                length += to - from;
            }
        }
        Message remainder = new Message(Arrays.copyOf(kept, length));
        if (remainder.doseCount != keeping) {
            throw new Hl7FormatException(
                    "ORDER",
                    "the doses cannot be told apart once some are left out, because one has no RXA and one no ORC; "
                            + "hold the whole message");
        }
        return observationsAreNumbered() ? remainder.observationsNumbered() : remainder;
    }

    private boolean observationsAreNumbered() {
        int count = 0;
        for (int s = find("OBX", 0); s >= 0; s = find("OBX", s + 1)) {
            if (!field(s, 1, 1, 1).equals(Integer.toString(++count))) {
                return false;
            }
        }
        return count > 0;
    }

    private Message observationsNumbered() {
        Edit edit = edit();
        int count = 0;
        for (int s = find("OBX", 0); s >= 0; s = find("OBX", s + 1)) {
            String number = Integer.toString(++count);
            if (!field(s, 1, 1, 1).equals(number)) {
                edit.set("OBX[" + count + "]-1", number);
            }
        }
        return edit.apply();
    }

    /** Starts an edit; this message stays as it is. */
    public Edit edit() {
        return new Edit(this);
    }

    /**
     * Feeds the content of the message that makes it the same or another message: everything but MSH-7 (time) and
     * MSH-10 (control id). Line ends, trailing separators and the running numbers of segments (set ids, OBX-4 within a
     * dose) make no difference.
     */
    public void digest(MessageDigest digest) {
        new Content(this).message(digest);
    }

    /**
     * Feeds the content of one dose (from 1), normalised as in {@link #digest(MessageDigest)}.
     *
     * @throws IndexOutOfBoundsException when there is no such dose
     */
    public void digestDose(int dose, MessageDigest digest) {
        if (dose < 1 || dose > doseCount) {
            throw new IndexOutOfBoundsException("dose " + dose + " of " + doseCount);
        }
        new Content(this).dose(dose, digest);
    }

    /** Feeds the content of all segments that belong to no dose, but MSH and SFT, normalised as the others. */
    public void digestPatient(MessageDigest digest) {
        new Content(this).patient(digest);
    }

    /** Names nothing but sizes, so that a message may slip into a log line without harm. */
    @Override
    public String toString() {
        return "Message[" + segmentCount + " segments, " + doseCount + " doses, " + text.length + " bytes]";
    }

    byte[] raw() {
        return text;
    }

    /** Where field {@code token} of the segment starts; token 0 is its name. */
    int tokenStart(int segment, int token) {
        return tokens[segmentTable[segment * STRIDE] + token];
    }

    int tokenCount(int segment) {
        return segmentTable[(segment + 1) * STRIDE] - segmentTable[segment * STRIDE];
    }

    boolean isSegment(int segment, int packedName) {
        return segmentTable[segment * STRIDE + 1] == packedName;
    }

    private static int segmentEnd(byte[] text, int from, int segment) {
        int end = ByteSearch.nextControl(text, from, text.length);
        while (text[end] != Encoding.CR) {
            if (text[end] == 0) {
                throw new Hl7FormatException(
                        "segment " + segment,
                        "a zero byte (NUL) stands in the text; export as UTF-8 or ISO-8859-1 text, not UTF-16");
            }
            end = ByteSearch.nextControl(text, end + 1, text.length);
        }
        return end;
    }

    private static int segmentNameAt(byte[] text, int at, byte separator, int segmentsBefore) {
        boolean named = text.length - at > 3
                && isUpper(text[at])
                && isUpperOrDigit(text[at + 1])
                && isUpperOrDigit(text[at + 2])
                && (text[at + 3] == separator || text[at + 3] == Encoding.CR);
        if (!named) {
            throw new Hl7FormatException(
                    "segment " + (segmentsBefore + 1),
                    "the line does not begin with a segment name and the field separator; perhaps a line break stands "
                            + "inside a field: have the sender write it as \\.br\\ or a space");
        }
        int name = text[at] << 16 | text[at + 1] << 8 | text[at + 2];
        if (name == MSH && at > 0) {
            throw new Hl7FormatException(
                    "segment " + (segmentsBefore + 1),
                    "a second MSH stands inside one message; have the sender end each message, and mend a damaged "
                            + "MSH-1 or MSH-2");
        }
        if (isOneOf(name, ENVELOPE_SEGMENTS)) {
            throw new Hl7FormatException(
                    "segment " + (segmentsBefore + 1),
                    "a file or batch header or trailer stands inside one message; send the message alone");
        }
        return name;
    }

    private boolean isEncodingField(int segment, int field) {
        return field <= 2 && segmentTable[segment * STRIDE + 1] == MSH;
    }

    private Charset findCharset() {
        Charset declared = declaredCharset();
        boolean open = declared == null
                || declared.equals(StandardCharsets.UTF_8)
                || declared.equals(StandardCharsets.ISO_8859_1) && !ascii;
        if (!open) {
            return declared;
        }
        if (ascii) {
            return StandardCharsets.UTF_8;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
            return StandardCharsets.UTF_8;
        } catch (CharacterCodingException notUtf8) {
            return StandardCharsets.ISO_8859_1;
        }
    }

    /** HL70211. Sets in which a separator byte can be part of a character are not among those read. */
    private Charset declaredCharset() {
        long span = span(0, 18, 1, 1, 0);
        if (span < 0 || start(span) == end(span)) {
            return null;
        }
        String name = new String(text, start(span), end(span) - start(span), StandardCharsets.ISO_8859_1);
        if (name.equals("UNICODE UTF-8") || name.equals("UTF-8")) {
            return StandardCharsets.UTF_8;
        }
        if (name.matches("8859/\\d{1,2}")) {
            String java = "ISO-8859-" + name.substring(5);
            return Charset.isSupported(java) ? Charset.forName(java) : null;
        }
        return null;
    }

    private String decode(long span) {
        if (span < 0) {
            return "";
        }
        int from = start(span);
        int to = end(span);
        if (from == to) {
            return "";
        }
        byte component = (byte) encoding.component();
        byte subcomponent = (byte) encoding.subcomponent();
        byte repetition = (byte) encoding.repetition();
        byte field = (byte) encoding.field();
        byte escape = (byte) encoding.escape();
        boolean plain = true;
        boolean escaped = false;
        boolean parts = false;
        for (int i = from; i < to; i++) {
            byte b = text[i];
            plain &= b >= 0;
            escaped |= b == escape;
            parts |= b == component || b == subcomponent || b == repetition || b == field;
        }
        String value = new String(text, from, to - from, plain ? StandardCharsets.ISO_8859_1 : charset());
        return escaped && !parts ? Escapes.unescape(value, encoding) : value;
    }

    private boolean isEmpty(long span) {
        if (span < 0) {
            return true;
        }
        for (int i = start(span); i < end(span); i++) {
            byte b = text[i];
            if (b != encoding.component() && b != encoding.subcomponent() && b != encoding.repetition()) {
                return false;
            }
        }
        return true;
    }

    /** As {@link #holds(Path, byte[])} for a span. */
    public boolean holds(long span, byte[] value) {
        return span < 0 ? value.length == 0 : Arrays.equals(text, start(span), end(span), value, 0, value.length);
    }

    /** Whether the same bytes stand at both spans; a place that is not there counts as empty. */
    public boolean same(long a, long b) {
        int from = a < 0 ? 0 : start(a);
        int to = a < 0 ? 0 : end(a);
        return Arrays.equals(text, from, to, text, b < 0 ? 0 : start(b), b < 0 ? 0 : end(b));
    }

    private int count(long span, byte separator) {
        int n = 0;
        for (int i = start(span); i < end(span); i++) {
            if (text[i] == separator) {
                n++;
            }
        }
        return n;
    }

    private long part(long span, byte separator, int wanted) {
        if (span < 0) {
            return -1;
        }
        int from = start(span);
        int to = end(span);
        int n = 1;
        for (int i = from; i < to; i++) {
            if (text[i] == separator) {
                if (n == wanted) {
                    return packed(from, i);
                }
                n++;
                from = i + 1;
            }
        }
        return n == wanted ? packed(from, to) : -1;
    }

    /** A component of the first repetition, the most frequent wish: found in one go, and without looking at what stands behind it. */
    private long firstRepetition(long field, int component) {
        byte ofComponents = (byte) encoding.component();
        byte ofRepetitions = (byte) encoding.repetition();
        int to = end(field);
        int from = start(field);
        int n = 1;
        for (int i = from; i < to; i++) {
            byte b = text[i];
            if (b == ofComponents) {
                if (n == component) {
                    return packed(from, i);
                }
                n++;
                from = i + 1;
            } else if (b == ofRepetitions) {
                return n == component ? packed(from, i) : -1;
            }
        }
        return n == component ? packed(from, to) : -1;
    }

    private static long packed(int from, int to) {
        return (long) from << 32 | to;
    }

    private static int[] packedAll(String... names) {
        return Arrays.stream(names).mapToInt(Path::packed).toArray();
    }

    private static boolean isOneOf(int name, int[] names) {
        for (int n : names) {
            if (n == name) {
                return true;
            }
        }
        return false;
    }

    private static boolean isUpper(byte b) {
        return b >= 'A' && b <= 'Z';
    }

    private static boolean isUpperOrDigit(byte b) {
        return isUpper(b) || b >= '0' && b <= '9';
    }
}
