package org.vaxroute.submit;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vaxroute.ledger.FileNaming;

/**
 * How a connection's submission files are called, for example <code>{code}{yy}{ddd}.{seq}.hl7</code>. The registry wants its
 * import code in every name; the day of the year and a sequence number keep the names of one day apart.
 *
 * <p>Tokens: <code>{code}</code> import code, <code>{yy} {yyyy}</code> year, <code>{ddd}</code> day of year from 001,
 * <code>{mm} {dd}</code> month and day, <code>{hh} {mi} {ss}</code> time, <code>{seq}</code>, <code>{seq:3}</code> with at least three
 * digits, <code>{seq:3:1}</code> counting from 1. Dates are those of the connection's time zone.
 */
public final class NameTemplate implements FileNaming {
    /** The form that Texas senders use: import code, two digits of the year, day of the year, sequence number from 0. */
    public static final String DEFAULT = "{code}{yy}{ddd}.{seq}.hl7";

    /** Longest name that we send unless a setting says otherwise; old servers cut longer ones. */
    public static final int DEFAULT_LENGTH = 64;

    private static final Pattern TOKEN = Pattern.compile("\\{([^{}]*)}");
    private static final Pattern SEQUENCE = Pattern.compile("seq(?::(\\d{1,2})(?::(\\d{1,9}))?)?");
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]");
    private static final Set<String> DATES = Set.of("yy", "yyyy", "ddd", "mm", "dd", "hh", "mi", "ss");
    // A server on Windows keeps no file of these names, whatever the ending.
    private static final Pattern RESERVED =
            Pattern.compile("(con|prn|aux|nul|com\\d|lpt\\d)(\\..*)?", Pattern.CASE_INSENSITIVE);

    private final String text;
    private final String code;
    private final ZoneId zone;
    private final int maxLength;
    private final List<String> parts;
    private final int width;
    private final long start;
    private final boolean numbered;

    /**
     * @param text the template
     * @param code the registry's import code of this organization
     * @param zone the connection's time zone
     * @param maxLength longest name allowed, in characters
     * @throws IllegalArgumentException naming the fault: unknown token, no code, forbidden character, too long
     */
    public NameTemplate(String text, String code, ZoneId zone, int maxLength) {
        this.text = text;
        this.code = code;
        this.zone = zone;
        this.maxLength = maxLength;
        if (code == null || code.isBlank()) {
            throw fault("the connection has no file code; set file-code to the code that the registry issued");
        }
        List<String> found = new ArrayList<>();
        int foundWidth = 1;
        long foundStart = 0;
        boolean foundSequence = false;
        boolean foundCode = false;
        Matcher tokens = TOKEN.matcher(text);
        int end = 0;
        while (tokens.find()) {
            found.add(text.substring(end, tokens.start()));
            end = tokens.end();
            String token = tokens.group(1);
            Matcher sequence = SEQUENCE.matcher(token);
            if (sequence.matches()) {
                if (foundSequence) {
                    throw fault("{seq} stands in it twice; keep one");
                }
                foundSequence = true;
                foundWidth = sequence.group(1) == null ? 1 : Integer.parseInt(sequence.group(1));
                foundStart = sequence.group(2) == null ? 0 : Long.parseLong(sequence.group(2));
                found.add("{seq}");
            } else if (token.equals("code") || DATES.contains(token)) {
                foundCode |= token.equals("code");
                found.add("{" + token + "}");
            } else {
                throw fault("{" + token + "} is no token; use code, yy, yyyy, ddd, mm, dd, hh, mi, ss or seq");
            }
        }
        found.add(text.substring(end));
        if (!foundCode) {
            throw fault("{code} is missing; the registry wants its import code in every file name");
        }
        this.parts = List.copyOf(found);
        this.width = foundWidth;
        this.start = foundStart;
        this.numbered = foundSequence;
        check(name(Instant.EPOCH, start));
    }

    /** The template with {@link #DEFAULT_LENGTH}. */
    public NameTemplate(String text, String code, ZoneId zone) {
        this(text, code, zone, DEFAULT_LENGTH);
    }

    /** Whether the template has <code>{seq}</code>; without it a name is free only once per date (or time) part. */
    public boolean numbered() {
        return numbered;
    }

    /** The first sequence number of a day. */
    @Override
    public long start() {
        return start;
    }

    /**
     * The name of a file decided at this moment with this sequence number.
     *
     * @throws IllegalArgumentException if the name has become longer than the registry's server takes
     */
    @Override
    public String name(Instant at, long sequence) {
        String name = render(at, padded(sequence));
        if (name.length() > maxLength) {
            throw fault("the name " + name + " has " + name.length() + " characters, at most " + maxLength
                    + " are allowed; shorten the template or raise the limit");
        }
        return name;
    }

    /**
     * What counts the sequence: the name of that moment with the number left open, in lower case, since a server may not tell
     * <code>A.HL7</code> from <code>a.hl7</code>.
     */
    @Override
    public String series(Instant at) {
        return render(at, "*").toLowerCase(Locale.ROOT);
    }

    /** A name taken apart: its series as {@link #series} gives it, and its number. */
    public record Numbered(String series, long sequence) {}

    /** Takes a name of this template apart, of whatever day; empty when it is none, or has no number. */
    public Optional<Numbered> numbered(String name) {
        StringBuilder form = new StringBuilder();
        for (String part : parts) {
            form.append(
                    switch (part) {
                        case "{code}" -> Pattern.quote(code);
                        case "{yyyy}" -> "\\d{4}";
                        case "{ddd}" -> "\\d{3}";
                        case "{yy}", "{mm}", "{dd}", "{hh}", "{mi}", "{ss}" -> "\\d{2}";
                        case "{seq}" -> "(\\d{1,18})";
                        default -> Pattern.quote(part);
                    });
        }
        Matcher matcher =
                Pattern.compile(form.toString(), Pattern.CASE_INSENSITIVE).matcher(name);
        if (!numbered || !matcher.matches()) {
            return Optional.empty();
        }
        String series = name.substring(0, matcher.start(1)) + "*" + name.substring(matcher.end(1));
        return Optional.of(new Numbered(series.toLowerCase(Locale.ROOT), Long.parseLong(matcher.group(1))));
    }

    @Override
    public String toString() {
        return text;
    }

    private String render(Instant at, String sequence) {
        ZonedDateTime local = at.atZone(zone);
        StringBuilder name = new StringBuilder();
        for (String part : parts) {
            name.append(
                    switch (part) {
                        case "{code}" -> code;
                        case "{yy}" -> digits(local.getYear() % 100, 2);
                        case "{yyyy}" -> digits(local.getYear(), 4);
                        case "{ddd}" -> digits(local.getDayOfYear(), 3);
                        case "{mm}" -> digits(local.getMonthValue(), 2);
                        case "{dd}" -> digits(local.getDayOfMonth(), 2);
                        case "{hh}" -> digits(local.getHour(), 2);
                        case "{mi}" -> digits(local.getMinute(), 2);
                        case "{ss}" -> digits(local.getSecond(), 2);
                        case "{seq}" -> sequence;
                        default -> part;
                    });
        }
        return name.toString();
    }

    private String padded(long sequence) {
        return String.format(Locale.ROOT, "%0" + Math.max(1, width) + "d", sequence);
    }

    private static String digits(int value, int count) {
        return String.format(Locale.ROOT, "%0" + count + "d", value);
    }

    private void check(String name) {
        if (!ALLOWED.matcher(name).matches()) {
            throw fault(
                    "it gives the name " + name
                            + "; only letters, digits, point, hyphen and underline are safe, and the ends must be a letter or digit");
        }
        if (name.contains("..")) {
            throw fault("it gives the name " + name + " with two points in a row; a server may read that as a folder");
        }
        if (RESERVED.matcher(name).matches()) {
            throw fault("it gives the name " + name + ", which no Windows server can store");
        }
    }

    private IllegalArgumentException fault(String what) {
        return new IllegalArgumentException("File name template " + text + ": " + what + ".");
    }
}
