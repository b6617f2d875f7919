package org.vaxroute.practice;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** The lists that practice patients are made of. */
final class Stock {
    private static final CSVFormat FORMAT = CSVFormat.DEFAULT
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setCommentMarker('#')
            .get();

    private Stock() {}

    static List<CSVRecord> rows(String name) {
        try (CSVParser rows = CSVParser.parse(new InputStreamReader(open(name), StandardCharsets.UTF_8), FORMAT)) {
            return rows.getRecords();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, List<String>> words(String name) {
        try (InputStream in = open(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(l -> !l.startsWith("#"))
                    .map(l -> l.split(": "))
                    .collect(Collectors.toMap(p -> p[0], p -> List.of(p[1].split(" "))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String name) {
        InputStream in = Stock.class.getResourceAsStream(name);
        if (in == null) {
            throw new IllegalStateException("the program is incomplete: " + name + " is missing from its jar");
        }
        return in;
    }
}
