package org.vaxroute.practice;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What the practice registry writes to the organization.
 *
 * @param date when it was written
 * @param sender who wrote it
 * @param subject by which people refer to it
 * @param isProduction whether it opens production
 * @param text the words, without headers
 */
public record RegistryMail(LocalDate date, String sender, String subject, boolean isProduction, String text) {
    private static final String DESK = "data-exchange@practice-registry.example";

    static RegistryMail afterReview(List<TakenFile> clean, int needed, Clock clock) {
        LocalDate today = LocalDate.now(clock);
        String names = clean.stream().map(TakenFile::name).collect(Collectors.joining(", "));
        if (clean.size() < needed) {
            return new RegistryMail(
                    today,
                    DESK,
                    "Test files of PRACTICE: not yet",
                    false,
                    "We found " + clean.size() + " of " + needed
                            + " test files without an error. Please go on testing.\n");
        }
        return new RegistryMail(
                today,
                DESK,
                "PRACTICE is in Production",
                true,
                "We reviewed " + names + " and found no error.\nYour account is in Production as of " + today
                        + ". Please send true patients only, and tell us of your first production file.\n");
    }

    static RegistryMail onHistory(Clock clock) {
        return new RegistryMail(
                LocalDate.now(clock),
                DESK,
                "PRACTICE: historical load agreed",
                false,
                "You may send your history once, at the pace that you named.\n");
    }

    void keep(Path folder) {
        String name = date + "-" + subject.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + ".eml";
        String mail = "From: " + sender + "\r\nTo: operator@practice.example\r\nDate: "
                + ZonedDateTime.of(date.atTime(10, 0), java.time.ZoneOffset.UTC)
                        .format(DateTimeFormatter.RFC_1123_DATE_TIME)
                + "\r\nSubject: " + subject + "\r\n\r\n" + text.replace("\n", "\r\n");
        try {
            Files.writeString(folder.resolve(name), mail, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new PracticeException("the practice registry's mail cannot be written into " + folder, e);
        }
    }
}
