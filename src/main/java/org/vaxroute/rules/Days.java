package org.vaxroute.rules;

import java.time.LocalDate;
import org.vaxroute.hl7.Message;

/**
 * HL7 dates as whole numbers such as 20261122, which compare and subtract without objects. {@link #NONE} stands for
 * text that is no date.
 */
final class Days {
    static final int NONE = 0;

    private Days() {}

    static int of(LocalDate day) {
        return day.getYear() * 10_000 + day.getMonthValue() * 100 + day.getDayOfMonth();
    }

    /** The day of a day-precise date or time, or {@link #NONE} when its first eight characters are no day. */
    static int of(Message message, long span) {
        if (span < 0 || Message.end(span) - Message.start(span) < 8) {
            return NONE;
        }
        int day = digits(message, Message.start(span), 8);
        return day > 0 && exists(day) ? day : NONE;
    }

    static LocalDate date(int day) {
        return LocalDate.of(day / 10_000, day / 100 % 100, day % 100);
    }

    /** Completed years from one day to another; negative when the second comes first. */
    static int years(int from, int to) {
        return Math.floorDiv(to - from, 10_000);
    }

    /**
     * Whether the text is a time of at least the given number of digits (4 year, 6 month, 8 day, 14 second), each part
     * in its range, with fraction and offset as HL7 writes them.
     */
    static boolean isTime(Message message, long span, int atLeast, int atMost, boolean needsOffset) {
        int from = Message.start(span);
        int to = Message.end(span);
        int end = from;
        while (end < to && isDigit(message.byteAt(end))) {
            end++;
        }
        int precision = end - from;
        if (precision < atLeast || precision > atMost || precision % 2 != 0) {
            return false;
        }
        return partsExist(message, from, precision) && tailIsGood(message, end, to, precision, atMost, needsOffset);
    }

    private static boolean partsExist(Message message, int from, int precision) {
        if (precision >= 8 && !exists(digits(message, from, 8))) {
            return false;
        }
        if (precision == 6) {
            int month = digits(message, from + 4, 2);
            if (month < 1 || month > 12) {
                return false;
            }
        }
        return (precision < 10 || digits(message, from + 8, 2) <= 23)
                && (precision < 12 || digits(message, from + 10, 2) <= 59)
                && (precision < 14 || digits(message, from + 12, 2) <= 59);
    }

    private static boolean tailIsGood(Message message, int at, int to, int precision, int atMost, boolean needsOffset) {
        int i = at;
        if (i < to && message.byteAt(i) == '.') {
            i++;
            int fraction = i;
            while (i < to && isDigit(message.byteAt(i))) {
                i++;
            }
            if (i == fraction || i - fraction > 4 || precision != 14) {
                return false;
            }
        }
        if (i == to) {
            return !needsOffset;
        }
        boolean sign = message.byteAt(i) == '+' || message.byteAt(i) == '-';
        return sign
                && atMost > 8
                && to - i == 5
                && digits(message, i + 1, 4) >= 0
                && digits(message, i + 1, 2) <= 14
                && digits(message, i + 3, 2) <= 59;
    }

    /** The number, or -1 when one of the characters is no digit. */
    static int digits(Message message, int from, int count) {
        int number = 0;
        for (int i = from; i < from + count; i++) {
            byte b = message.byteAt(i);
            if (!isDigit(b)) {
                return -1;
            }
            number = number * 10 + b - '0';
        }
        return number;
    }

    static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static boolean exists(int day) {
        int year = day / 10_000;
        int month = day / 100 % 100;
        int dayOfMonth = day % 100;
        if (year < 1 || month < 1 || month > 12 || dayOfMonth < 1) {
            return false;
        }
        int length =
                switch (month) {
                    case 4, 6, 9, 11 -> 30;
                    case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
                    default -> 31;
                };
        return dayOfMonth <= length;
    }
}
