package org.vaxroute.bench;

import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.HapiContext;
import ca.uhn.hl7v2.parser.CanonicalModelClassFactory;
import ca.uhn.hl7v2.parser.PipeParser;
import ca.uhn.hl7v2.util.idgenerator.UUIDGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.vaxroute.hl7.Limits;
import org.vaxroute.hl7.Splitter;

/** HAPI's parser with its default validation, one thread, and nothing else: no writing, no sending. */
final class HapiAlone {
    private HapiAlone() {}

    /** Parses every message of a file and returns how long the parsing took. */
    static Duration run(Path file) throws IOException, HL7Exception {
        try (HapiContext context = new DefaultHapiContext(new CanonicalModelClassFactory("2.5.1"));
                Splitter splitter = new Splitter(Files.newInputStream(file), 0, 1, Limits.STANDARD)) {
            context.getParserConfiguration().setIdGenerator(new UUIDGenerator());
            PipeParser parser = context.getPipeParser();
            long nanos = 0;
            while (splitter.hasNext()) {
                String text = new String(splitter.next().text(), StandardCharsets.UTF_8);
                long start = System.nanoTime();
                parser.parse(text);
                nanos += System.nanoTime() - start;
            }
            return Duration.ofNanos(nanos);
        }
    }
}
