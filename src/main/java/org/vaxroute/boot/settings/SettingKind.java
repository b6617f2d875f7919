package org.vaxroute.boot.settings;

import java.text.ParseException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.quartz.CronExpression;

/** What a setting's text must look like, and how it is read. */
public enum SettingKind {
    TEXT("text") {
        @Override
        Object read(String text) {
            return text;
        }
    },
    LIST("list, separated by commas") {
        @Override
        Object read(String text) {
            return Pattern.compile(",")
                    .splitAsStream(text)
                    .map(String::strip)
                    .filter(item -> !item.isEmpty())
                    .toList();
        }
    },
    INTEGER("whole number") {
        @Override
        Object read(String text) {
            return Integer.valueOf(text);
        }
    },
    PORT("port, 0 to 65535") {
        @Override
        Object read(String text) {
            int port = Integer.parseInt(text);
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("not a port");
            }
            return port;
        }
    },
    SIZE("bytes, such as 500000, 64KB or 8MB") {
        @Override
        Object read(String text) {
            Matcher parts = SIZE_TEXT.matcher(text.toUpperCase(Locale.ROOT));
            if (!parts.matches()) {
                throw new IllegalArgumentException("not a size");
            }
            return Math.multiplyExact(Long.parseLong(parts.group(1)), SIZE_UNITS.get(parts.group(2)));
        }
    },
    DURATION("duration, such as 30s, 5m, 2h, 1d or PT30S") {
        @Override
        Object read(String text) {
            return durationOf(text);
        }
    },
    BOOLEAN("true or false") {
        @Override
        Object read(String text) {
            if (!text.equals("true") && !text.equals("false")) {
                throw new IllegalArgumentException("neither true nor false");
            }
            return Boolean.valueOf(text);
        }
    },
    PATH("path, relative to the home folder") {
        @Override
        Object read(String text) {
            return java.nio.file.Path.of(text);
        }
    },
    ZONE("time zone, such as America/Chicago") {
        @Override
        Object read(String text) {
            return ZoneId.of(text);
        }
    },
    CRON("Quartz cron, such as 0 0 2 * * ?") {
        @Override
        Object read(String text) {
            try {
                return new CronExpression(text);
            } catch (ParseException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }
    },
    TIME("time of day, such as 06:30") {
        @Override
        Object read(String text) {
            return LocalTime.parse(text);
        }
    },
    DATE("day, such as 2027-03-31") {
        @Override
        Object read(String text) {
            return LocalDate.parse(text);
        }
    },
    CHOICE("one of a few words") {
        @Override
        Object read(String text) {
            return text;
        }
    },
    SECRET("reference to a secret: secret:file:PATH or secret:env:NAME") {
        @Override
        Object read(String text) {
            return text;
        }
    };

    private static final Pattern SIZE_TEXT = Pattern.compile("(\\d+)\\s*([KMG]B)?");
    private static final Map<String, Long> SIZE_UNITS = sizeUnits();
    private static final Pattern DURATION_PART = Pattern.compile("(\\d+)(ms|s|m|h|d)");

    private final String description;

    SettingKind(String description) {
        this.description = description;
    }

    /** How the documents and the fault messages name this kind. */
    public String description() {
        return description;
    }

    /** Reads the text; any unchecked exception means that it is not of this kind. */
    abstract Object read(String text);

    boolean accepts(String text) {
        try {
            read(text);
            return true;
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException notOfThisKind) {
            return false;
        }
    }

    static Duration durationOf(String text) {
        if (text.toUpperCase(Locale.ROOT).startsWith("P")) {
            return Duration.parse(text);
        }
        // Only of nothing is it clear what a number without a unit means.
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        Matcher part = DURATION_PART.matcher(text);
        Duration sum = Duration.ZERO;
        int at = 0;
        while (at < text.length() && part.find(at) && part.start() == at) {
            long count = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "ms" -> Duration.ofMillis(count);
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    });
            at = part.end();
        }
        if (at == 0 || at < text.length()) {
            throw new IllegalArgumentException("not a duration");
        }
        return sum;
    }

    private static Map<String, Long> sizeUnits() {
        Map<String, Long> units = new java.util.HashMap<>();
        units.put(null, 1L);
        units.put("KB", 1L << 10);
        units.put("MB", 1L << 20);
        units.put("GB", 1L << 30);
        return units;
    }
}
